import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { expect, test } from "vitest";
import { OwnClient } from "../support/own-client.ts";
import { failToStart, makeFolder, ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

test("a busy port: the server says which, and how to choose another", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const { code, stderr } = await failToStart({ port });
  other.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`Port ${port} is in use`);
  expect(stderr).toContain("PORT=");
});

test("wrong settings: every one is named at once", async () => {
  const { code, stderr } = await failToStart({ env: { PORT: "many", HOST: "0.0.0.0", LOG_LEVEL: "loud" } });
  expect(code).toBe(1);
  for (const name of ["PORT", "HOST", "LOG_LEVEL"]) expect(stderr).toContain(`${name} is "`);
});

test("a file of settings is used, and what is wrong in it is named with what is wrong in the environment", async () => {
  const config = join(makeFolder(), "sheaf.env");
  writeFileSync(config, "LOG_LEVEL=debug\n");
  const server = await ServerProcess.start({ env: { CONFIG: config } });
  const client = await new OwnClient(server.url, "configured").synced();
  await until("a line of level debug", () => server.stderr.includes('"level":"debug"'));
  client.close();
  await server.end();
  writeFileSync(config, "LOG_LEVEL=loud\nDATADIR=/srv\n");
  const { code, stderr } = await failToStart({ env: { CONFIG: config, PORT: "many" } });
  expect(code).toBe(1);
  for (const name of ["PORT is", `LOG_LEVEL in ${config} is`, "did you mean DATA_DIR?"]) expect(stderr).toContain(name);
});

test("a data folder that cannot be made: the server names it", async () => {
  const file = join(makeFolder(), "file");
  writeFileSync(file, "");
  const { code, stderr } = await failToStart({ dataDir: join(file, "data") });
  expect(code).toBe(1);
  expect(stderr).toContain("DATA_DIR");
});

test("a file that cannot be written: the server says so", async () => {
  const dataDir = makeFolder();
  // A folder in the file's place refuses everyone, root too.
  mkdirSync(join(dataDir, "sheaf.db"));
  chmodSync(dataDir, 0o500);
  const { code, stderr } = await failToStart({ dataDir });
  expect(code).toBe(1);
  expect(stderr).toContain("cannot be written");
});

test("a damaged file: the server says so, changes nothing, and says what to do", async () => {
  const dataDir = makeFolder();
  writeFileSync(
    join(dataDir, "sheaf.db"),
    "this is not a database, but it is long enough to be looked at as one".repeat(100),
  );
  const { code, stderr } = await failToStart({ dataDir });
  expect(code).toBe(1);
  expect(stderr).toContain("is damaged");
  expect(stderr).toContain("backup");
});

test("a folder another Sheaf uses: the second one says so", async () => {
  const first = await ServerProcess.start();
  const { code, stderr } = await failToStart({ dataDir: first.dataDir });
  await first.end();
  expect(code).toBe(1);
  expect(stderr).toContain("in use by another Sheaf");
});

test("SIGTERM while people type: the server drains and exits 0, clients are told to come back, and nothing is lost", async () => {
  let server = await ServerProcess.start();
  const ana = await new OwnClient(server.url, "drain").synced();
  const ben = await new OwnClient(server.url, "drain").synced();
  let words = "";
  const typing = setInterval(() => {
    words += "w ";
    ana.text.insert(ana.text.length, "w ");
  }, 2);
  await until("typed", () => words.length > 100);
  expect(await server.end("SIGTERM")).toBe(0);
  await until("the client noticed", () => ana.provider.state.connection !== "open");
  clearInterval(typing);
  server = await ServerProcess.start({ dataDir: server.dataDir, port: server.port });
  await until("saved", () => ana.status === "saved", 20_000);
  await until("the same", () => ben.text.toString() === words, 20_000);
  expect(ana.text.toString()).toBe(words);
  for (const client of [ana, ben]) client.close();
  await server.end();
});

test("a document exists from its first committed write: opening one leaves nothing on disk", async () => {
  const server = await ServerProcess.start();
  const reader = await new OwnClient(server.url, "never-written").synced();
  reader.close();
  await server.end();
  const again = await ServerProcess.start({ dataDir: server.dataDir });
  const client = await new OwnClient(again.url, "never-written").synced();
  expect(client.text.toString()).toBe("");
  client.close();
  await again.end();
});
