import { readdirSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { OwnClient } from "../support/own-client.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const dataDir = makeFolder();
const backup = join(makeFolder(), "sheaf.backup");
const inspect = (...args: readonly string[]) => runCommand(["inspect", ...args], { env: { DATA_DIR: dataDir } });

let client: number;
let whileRunning: Awaited<ReturnType<typeof inspect>>;
beforeAll(async () => {
  const server = await ServerProcess.start({ dataDir });
  const writer = await new OwnClient(server.url, "notes", { schemaVersion: 0 }).synced();
  client = writer.doc.clientID;
  for (const word of ["one", "two", "three"]) {
    writer.text.insert(writer.text.length, word);
    await until("saved", () => writer.status === "saved");
  }
  writer.text.delete(0, 3);
  await until("saved", () => writer.status === "saved");
  writer.close();
  await runCommand(["backup", backup], { env: { DATA_DIR: dataDir } });
  whileRunning = await inspect("notes", "1");
  await server.end("SIGKILL");
});
afterAll(() => {
  for (const folder of [dataDir, join(backup, "..")]) rmSync(folder, { recursive: true });
});

test("a row is told of the folder a killed server left, and of a backup, and neither is changed", async () => {
  const names = readdirSync(dataDir);
  for (const file of [[], [backup]]) {
    const { code, stdout } = await inspect("notes", "2", ...file);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "row 2 of notes",
      expect.stringMatching(/^ {2}principal: \S+$/),
      expect.stringMatching(/^ {2}time: 20\d\d-\S+Z$/),
      expect.stringMatching(/^ {2}base: \d$/),
      "  schemaVersion: 0",
      expect.stringMatching(/^ {2}update: \d+ bytes$/),
      `    client ${client} writes 3 to 5`,
      "",
    ]);
    expect((await inspect("notes", "4", ...file)).stdout).toContain(`deletes of client ${client} 0 to 2`);
  }
  expect(readdirSync(dataDir)).toEqual(names);
});

test("what cannot be told is refused, with why", async () => {
  expect(whileRunning).toMatchObject({ code: 1, stderr: expect.stringContaining("stop it, or name a backup") });
  expect(await inspect("notes", "5")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("has no row 5 of notes"),
  });
  expect(await inspect("notes", "0")).toMatchObject({ code: 1, stderr: expect.stringContaining("they count from 1") });
  expect(await inspect("no name", "1")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no name of a document"),
  });
  expect(await inspect("notes", "1", import.meta.filename)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("not a database"),
  });
  const database = new DatabaseSync(backup);
  database.exec("UPDATE segments SET checksum = checksum + 1");
  database.close();
  expect(await inspect("notes", "3", backup)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/segment 1 to \d+ does not match its checksum/),
  });
});

test("a frame is read from standard input, too", async () => {
  const asArgument = await inspect("06ffffffffffffff0f");
  expect(asArgument).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("from the client: ping\n  token: 9007199254740991"),
  });
  expect(await runCommand(["inspect"], { input: "06ff ffff ffff ffff 0f\n" })).toEqual(asArgument);
});
