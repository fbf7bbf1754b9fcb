import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SCHEMA_VERSION } from "@sheaf/editor";
import { element } from "@sheaf/editor/testing";
import { filesIn } from "../support/files-in.ts";
import { handshake } from "../support/handshake.ts";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

/** A server on this machine only, where everything is one person's. */
let server: ServerProcess;
let owner: Visitor;
const closes: (() => void)[] = [];

beforeEach(async () => {
  server = await ServerProcess.start();
  owner = new Visitor(server.url);
});
afterEach(async () => {
  for (const close of closes.splice(0)) close();
  await server.end();
});

async function open(document: string, schemaVersion: number = SCHEMA_VERSION): Promise<OwnClient> {
  const client = await new OwnClient(server.url, document, { schemaVersion }).synced();
  closes.push(() => client.close());
  return client;
}

async function write(document: string, ...lines: string[]): Promise<OwnClient> {
  const client = await open(document);
  const blocks = lines.map((line, index) => element("textBlock", { id: `${document}-${index}` }, [line]));
  client.doc.getXmlFragment("document").insert(0, blocks);
  await until("saved", () => client.status === "saved");
  return client;
}

const listed = async (): Promise<string[]> =>
  (await owner.ask("GET", "/api/documents")).body.documents.map(
    ({ document, title, isTrashed }) => `${document}: ${title}${isTrashed ? " (trash)" : ""}`,
  );

const lists = (...lines: string[]): Promise<number> =>
  until(
    `the list is ${lines.join(", ")}`,
    async () => JSON.stringify(await listed()) === JSON.stringify(lines),
    30_000,
  );

async function discard(document: string): Promise<void> {
  expect((await owner.ask("POST", `/api/documents/${document}/trash`, {})).status).toBe(204);
  expect((await owner.ask("DELETE", `/api/documents/${document}`)).status).toBe(204);
}

test("a document is listed by its first line some seconds after it was written, and by a new one when that changes", async () => {
  expect(await listed()).toEqual([]);
  await write("one", "A first line", "and more");
  await lists("one: A first line");
  const two = await write("two", "Another");
  await lists("two: Another", "one: A first line");
  two.doc.getXmlFragment("document").insert(0, [element("textBlock", { id: "new" }, ["Renamed"])]);
  await lists("two: Renamed", "one: A first line");
});

test("when a document was written to last is told, and not by whom: on this machine all are one", async () => {
  const last = () => owner.ask("GET", "/api/documents/one/last-change");
  expect((await last()).status).toBe(204);
  const began = Date.now();
  const writer = await write("one", "Plan");
  const { time, by } = (await last()).body;
  expect(by).toBe(null);
  expect(time).toBeGreaterThanOrEqual(began);
  expect(time).toBeLessThanOrEqual(Date.now());
  writer.doc.getXmlFragment("document").insert(1, [element("textBlock", { id: "two" }, ["more"])]);
  await until("it is later", async () => (await last()).body.time > time);
});

test("one that was only looked at is in no list; another application's is, by its first words", async () => {
  await open("looked-at");
  const stock = new StockClient(server.url, "foreign");
  closes.push(() => stock.close());
  await stock.synced();
  stock.text.insert(0, "\n  first   words \nsecond line");
  await lists("foreign: first words");
});

test("what was written just before a kill is listed after the next start", async () => {
  await write("one", "Not read yet");
  const { dataDir, port } = server;
  await server.end("SIGKILL");
  server = await ServerProcess.start({ dataDir, port });
  await lists("one: Not read yet");
});

test("to the trash: who is in the document is told within a second, nobody opens it, and restored it is whole", async () => {
  const writer = await write("one", "Plan");
  await lists("one: Plan");
  expect((await owner.ask("POST", "/api/documents/one/trash", {})).status).toBe(204);
  await until("the writer is out", () => writer.status === "stopped", 1_000);
  expect(await listed()).toEqual(["one: Plan (trash)"]);
  expect(await handshake(server.url, "/y/one", owner.headers)).toBe(404);
  expect((await owner.ask("GET", "/api/documents/one/snapshot")).status).toBe(404);
  expect((await owner.ask("POST", "/api/documents/one/restore", {})).status).toBe(204);
  const reader = await open("one");
  expect(reader.doc.getXmlFragment("document").toString()).toContain("Plan");
  expect(await listed()).toEqual(["one: Plan"]);
});

test("a purged document leaves no word in the data folder, and a client that still has it cannot bring it back", async () => {
  const writer = await write("one", "Hippopotamus", "words");
  await write("two", "Stays");
  await lists("two: Stays", "one: Hippopotamus");
  await discard("one");
  expect(await listed()).toEqual(["two: Stays"]);
  expect((await owner.ask("GET", "/api/documents/one")).status).toBe(404);
  expect((await owner.ask("POST", "/api/documents/one/restore", {})).status).toBe(404);
  expect((await owner.ask("POST", "/api/documents", { document: "one" })).status).toBe(404);

  writer.doc.getXmlFragment("document").insert(0, [element("textBlock", { id: "late" }, ["Late"])]);
  writer.provider.connect();
  await until("refused", () => writer.status === "not-saved");
  expect(await handshake(server.url, "/y/one", owner.headers)).toBe(404);
  const { dataDir, port } = server;
  await server.end();
  const left = filesIn(dataDir).filter((path) => /Hippopotamus|Late/.test(readFileSync(path, "latin1")));
  expect(left).toEqual([]);
  server = await ServerProcess.start({ dataDir, port });
  await lists("two: Stays");
  expect(await handshake(server.url, "/y/one", owner.headers)).toBe(404);
});

test("a purge under the hands of people who type: none of it comes back", async () => {
  const writers = await Promise.all(["a", "b", "c"].map(() => open("busy", 0)));
  for (let key = 0; key < 50; key++) for (const writer of writers) writer.text.insert(0, "Rhinoceros ");
  await discard("busy");
  for (const writer of writers) {
    writer.text.insert(0, "Rhinoceros ");
    writer.provider.connect();
    await until("out", () => ["stopped", "not-saved"].includes(writer.status));
  }
  const { dataDir, port } = server;
  await server.end();
  for (const name of readdirSync(dataDir).filter((name) => name.startsWith("sheaf.db"))) {
    expect(readFileSync(join(dataDir, name), "latin1"), name).not.toContain("Rhinoceros");
  }
  server = await ServerProcess.start({ dataDir, port });
  expect(await listed()).toEqual([]);
});
