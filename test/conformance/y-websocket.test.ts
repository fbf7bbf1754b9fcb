import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { delay, until } from "../support/until.ts";

let server: ServerProcess;
let proxy: TcpProxy;
const clients: { close(): void }[] = [];
let documents = 0;

beforeAll(async () => {
  server = await ServerProcess.start();
  proxy = await TcpProxy.to(() => server.port);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await proxy.close();
  await server.end();
});

const newDocument = (): string => `conformance-${++documents}`;

function stock(document: string, through?: TcpProxy): StockClient {
  const client = new StockClient(server.url, document, through);
  clients.push(client);
  return client;
}

/** Ours, as an application without an editor schema: it may write foreign documents. */
function own(document: string): OwnClient {
  const client = new OwnClient(server.url, document, { schemaVersion: 0 });
  clients.push(client);
  return client;
}

const stateOf = ({ doc }: { readonly doc: Y.Doc }): string =>
  Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");

async function same(...replicas: readonly { readonly doc: Y.Doc }[]): Promise<void> {
  await until("all replicas hold the same bytes", () => new Set(replicas.map(stateOf)).size === 1);
}

test("two stock clients and ours write one foreign document and hold the same bytes", async () => {
  const document = newDocument();
  const ana = await stock(document).synced();
  ana.text.insert(0, "hello");
  const ben = await stock(document).synced();
  const cleo = await own(document).synced();
  // Whoever joins before it is durable gets it afterwards.
  await until("both have it", () => [ben, cleo].every(({ text }) => text.toString() === "hello"));
  ben.text.insert(5, " from ben");
  cleo.text.insert(0, "cleo: ");
  ana.text.format(0, 4, { bold: true });
  ana.doc.getMap("meta").set("title", "x");
  await same(ana, ben, cleo);
  expect(ana.text.toString()).toBe("cleo: hello from ben");
  expect(cleo.provider.state.kind).toBe("native");
});

test("a deletion alone, which moves no state vector, reaches everyone and a later joiner", async () => {
  const document = newDocument();
  const ana = await stock(document).synced();
  const ben = await stock(document).synced();
  const cleo = await own(document).synced();
  ana.text.insert(0, "keep drop");
  await same(ana, ben, cleo);
  ben.text.delete(4, 5);
  await same(ana, ben, cleo);
  expect(cleo.text.toString()).toBe("keep");
  const late = await stock(document).synced();
  expect(late.text.toString()).toBe("keep");
  await same(ana, late);
});

test("edits and deletions made offline on both sides meet", async () => {
  const document = newDocument();
  const ana = await stock(document).synced();
  const ben = await own(document).synced();
  ana.text.insert(0, "one two three");
  await same(ana, ben);
  ana.provider.disconnect();
  ben.provider.disconnect();
  ana.text.delete(0, 4);
  ana.text.insert(0, "ana ");
  ben.text.insert(ben.text.length, " ben");
  ben.text.delete(4, 4);
  ana.provider.connect();
  ben.provider.connect();
  await same(ana, ben);
  expect(ana.text.toString()).toContain("ana");
  expect(ana.text.toString()).toContain("ben");
  const late = await stock(document).synced();
  await same(ana, late);
});

test("a client that comes back while its old socket is half open neither loses nor doubles anything", async () => {
  const document = newDocument();
  const ana = await stock(document, proxy).synced();
  const ben = await stock(document).synced();
  ana.provider.awareness.setLocalStateField("user", { name: "Ana" });
  ana.text.insert(0, "before ");
  await same(ana, ben);
  await until("ben sees ana", () => ben.provider.awareness.getStates().has(ana.doc.clientID));
  proxy.hold();
  ana.text.insert(7, "lost-in-the-pipe ");
  // The client gives its socket up; the server cannot know yet and still holds the old session.
  ana.provider.disconnect();
  ana.text.insert(7, "offline ");
  ana.provider.connect();
  await same(ana, ben);
  expect(ben.text.toString()).toBe("before offline lost-in-the-pipe ");
  // The old session's end must not take the new one's presence with it.
  proxy.cut();
  await ana.synced();
  await until("ben sees ana again", () => ben.provider.awareness.getStates().has(ana.doc.clientID));
  await same(ana, ben);
});

test("presence: seen by others, removed at once when a tab closes, also between the dialects", async () => {
  const document = newDocument();
  const ana = await stock(document).synced();
  const ben = await own(document).synced();
  ana.provider.awareness.setLocalStateField("user", { name: "Ana" });
  ben.provider.awareness.setLocalStateField("user", { name: "Ben" });
  await until("each sees the other", () => {
    const anas = ben.provider.awareness.getStates().get(ana.doc.clientID);
    const bens = ana.provider.awareness.getStates().get(ben.doc.clientID);
    return anas?.["user"]?.name === "Ana" && bens?.["user"]?.name === "Ben";
  });
  const late = await stock(document).synced();
  await until("a late joiner sees both", () => late.provider.awareness.getStates().size === 3);
  ana.close();
  await until("ana is gone", () => !ben.provider.awareness.getStates().has(ana.doc.clientID), 3_000);
});

test("a silent stock client stays connected, and seen, past 36 seconds", async () => {
  const document = newDocument();
  const lonely = await stock(newDocument()).synced();
  const ana = await stock(document).synced();
  const ben = await stock(document).synced();
  ana.provider.awareness.setLocalStateField("user", { name: "Ana" });
  let disconnects = 0;
  for (const { provider } of [lonely, ana, ben]) {
    provider.on("status", ({ status }: { status: string }) => (disconnects += status === "disconnected" ? 1 : 0));
  }
  let disappearances = 0;
  ben.provider.awareness.on("change", ({ removed }: { removed: number[] }) => (disappearances += removed.length));
  await delay(37_000);
  expect({ disconnects, disappearances }).toEqual({ disconnects: 0, disappearances: 0 });
  expect(ben.provider.awareness.getStates().has(ana.doc.clientID)).toBe(true);
});

test("a document written in Sheaf is read by a stock client, which may not write it", async () => {
  const document = newDocument();
  const sheaf = new OwnClient(server.url, document);
  clients.push(sheaf);
  await sheaf.synced();
  sheaf.text.insert(0, "ours");
  await until("saved", () => sheaf.status === "saved");
  const reader = await stock(document).synced();
  expect(reader.text.toString()).toBe("ours");
  const closes: number[] = [];
  reader.provider.on("connection-close", (event: { code: number } | null) => closes.push(event?.code ?? 0));
  reader.text.insert(0, "not ");
  await until("the writer is refused", () => closes.length > 0);
  expect(closes[0]).toBe(4403);
  expect(sheaf.text.toString()).toBe("ours");
});

test("a subdocument-free mix of maps, arrays, XML and embeds comes back byte for byte after a restart", async () => {
  const document = newDocument();
  const ana = await stock(document).synced();
  ana.doc.transact(() => {
    ana.doc.getMap("map").set("list", Y.Array.from([1, "two", { three: 3 }]));
    const element = new Y.XmlElement("p");
    element.insert(0, [new Y.XmlText("x")]);
    ana.doc.getXmlFragment("xml").insert(0, [element]);
    ana.text.insertEmbed(0, { image: "a" });
  });
  ana.doc.getMap("map").delete("list");
  const ben = await stock(document).synced();
  await same(ana, ben);
  const before = stateOf(ana);
  const { dataDir, port } = server;
  expect(await server.end()).toBe(0);
  server = await ServerProcess.start({ dataDir, port });
  const fresh = await stock(document).synced();
  expect(stateOf(fresh)).toBe(before);
  await same(ana, ben, fresh);
});
