import { rmSync, truncateSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { filesIn } from "../support/files-in.ts";
import { runCommand } from "../support/command.ts";
import { DiskFault } from "../support/disk-fault.ts";
import { hashOf, makePng } from "../support/picture.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";
import { Visitor } from "../support/visitor.ts";

const servers: ServerProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = makeFolder();
  folders.push(made);
  return made;
}

async function start(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start({ dataDir, env });
  servers.push(server);
  return server;
}

const stored = (dataDir: string): string[] => filesIn(join(dataDir, "blobs")).map((path) => basename(path));

test("a full disk takes no picture and keeps nothing half; with room again the same one goes in", async () => {
  const fault = new DiskFault();
  folders.push(fault.folder);
  const dataDir = folder();
  const server = await start(dataDir, fault.env);
  const ana = new Visitor(server.url);
  const bytes = makePng(40, 40);
  fault.set("full");
  expect(await ana.upload("notes", bytes)).toMatchObject({ status: 507, body: { code: "disk-full" } });
  expect(stored(dataDir)).toEqual([]);
  fault.set("fail");
  expect((await ana.upload("notes", bytes)).status, "not on the disk is not there").toBeGreaterThanOrEqual(500);
  expect(stored(dataDir)).toEqual([]);
  fault.set("none");
  expect((await ana.upload("notes", bytes)).status).toBe(201);
  expect(stored(dataDir)).toEqual([hashOf(bytes)]);
});

test("a backup holds every picture it names, made while the server runs or not, and says which are damaged", async () => {
  const [dataDir, target] = [folder(), folder()];
  const file = join(target, "sheaf.backup");
  let server = await start(dataDir);
  let ana = new Visitor(server.url);
  const pictures = [makePng(30, 30, 1), makePng(30, 30, 2), makePng(30, 30, 3)];
  for (const picture of pictures) expect((await ana.upload("notes", picture)).status).toBe(201);
  for (const isOnline of [true, false]) {
    if (!isOnline) await server.end();
    expect(await runCommand(["backup", file], { env: { DATA_DIR: dataDir } })).toMatchObject({ code: 0 });
    const restored = join(target, `restored-${isOnline}`);
    expect(await runCommand(["restore", file, restored], { env: {} })).toMatchObject({ code: 0 });
    expect(stored(restored).toSorted()).toEqual(pictures.map(hashOf).toSorted());
    const copy = await start(restored);
    for (const picture of pictures) {
      const answer = await fetch(`${copy.url}/api/documents/notes/blobs/${hashOf(picture)}`);
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(picture);
    }
    await copy.end();
  }
  const damaged = hashOf(pictures[1]!);
  truncateSync(join(dataDir, "blobs", damaged.slice(0, 2), damaged), 20);
  const said = await runCommand(["backup", file], { env: { DATA_DIR: dataDir } });
  expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining("and so not in it: 1.") });
  const restored = join(target, "restored-damaged");
  expect(await runCommand(["restore", file, restored], { env: {} })).toMatchObject({ code: 0 });
  expect(stored(restored)).toHaveLength(2);
  server = await start(restored);
  ana = new Visitor(server.url);
  expect((await fetch(`${server.url}/api/documents/notes/blobs/${damaged}`)).status).toBe(404);
  expect((await ana.upload("notes", pictures[1]!)).status).toBe(201);
});
