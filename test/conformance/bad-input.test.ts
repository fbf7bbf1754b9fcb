import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { once } from "node:events";
import WebSocket from "ws";
import * as Y from "yjs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  encodeUp,
  encodeYWebsocket,
  MAX_FRAME_BYTES,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
  type UpFrame,
  type DocumentId,
} from "@sheaf/protocol";
import { handshake } from "../support/handshake.ts";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

let server: ServerProcess;
let witness: OwnClient;
const DOCUMENT = "bad-input";

beforeAll(async () => {
  server = await ServerProcess.start();
  witness = await new OwnClient(server.url, DOCUMENT, { schemaVersion: 0 }).synced();
});
afterEach(async () => {
  // Whatever happened: the process lives, the document is as it was, and others go on writing.
  expect(server.isRunning).toBe(true);
  const before = witness.text.toString();
  witness.text.insert(before.length, "x");
  await until("the witness is still served", () => witness.status === "saved");
  expect(witness.text.toString()).toBe(`${before}x`);
});
afterAll(async () => {
  witness.close();
  await server.end();
});

/** A socket that sends what it is told and remembers how it ended. */
async function socket(path: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const ws = new WebSocket(server.url.replace("http", "ws") + path, path === "/sync" ? [SUBPROTOCOL] : [], { headers });
  ws.on("error", () => {});
  await once(ws, "open");
  return ws;
}

async function closeOf(ws: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(ws, "close")) as [number, Buffer];
  return { code, reason: reason.toString() };
}

const hello: UpFrame = { kind: "hello", protocolVersion: PROTOCOL_VERSION };
const join: UpFrame = {
  kind: "join",
  channel: 0,
  document: DOCUMENT as DocumentId,
  schemaVersion: 0,
  vector: Uint8Array.of(0),
  position: undefined,
};
const batch = (update: Uint8Array): UpFrame => ({
  kind: "batch",
  channel: 0,
  number: 1,
  base: 0,
  answer: false,
  update,
});

test.each([
  ["an unknown kind", Uint8Array.of(99, 1, 2)],
  ["an empty frame", new Uint8Array(0)],
  ["a truncated frame", encodeUp(join).subarray(0, 5)],
  ["a frame with bytes left over", Uint8Array.of(...encodeUp(join), 0)],
  ["a join before hello", encodeUp(join)],
  ["a length past the frame", Uint8Array.of(3, 0, 1, 0, 0, 0xff, 0xff, 0x7f)],
])("on /sync, %s closes with 4400 and a sentence", async (_what, bytes) => {
  const ws = await socket("/sync");
  if (_what !== "a join before hello") ws.send(encodeUp(hello));
  ws.send(bytes);
  expect(await closeOf(ws)).toEqual({ code: 4400, reason: expect.stringMatching(/^[A-Z].*\.$/) });
});

test.each([
  ["an unknown kind", Uint8Array.of(9, 0)],
  ["an unknown sync step", Uint8Array.of(0, 7, 0)],
  ["a truncated update", encodeYWebsocket({ kind: "update", update: new Uint8Array(100) }).subarray(0, 50)],
  [
    "a state vector that claims 2^50 entries",
    encodeYWebsocket({ kind: "step1", vector: Uint8Array.of(255, 255, 255, 255, 255, 255, 7) }),
  ],
])("on /y, %s closes with 4400, which stock clients do not retry", async (_what, bytes) => {
  const ws = await socket(`/y/${DOCUMENT}`);
  ws.send(bytes);
  expect(await closeOf(ws)).toMatchObject({ code: 4400, reason: expect.stringMatching(/^[A-Z].*\.$/) });
});

test.each(["/sync", `/y/${DOCUMENT}`])("on %s, a text frame closes with 1003", async (path) => {
  const ws = await socket(path);
  ws.send("hello");
  expect(await closeOf(ws)).toMatchObject({ code: 1003, reason: expect.stringContaining("binary") });
});

test.each(["/sync", `/y/${DOCUMENT}`])(
  "[MAX_FRAME_BYTES] on %s, the longest frame is read, a byte more closes with 1009",
  async (path) => {
    for (const [length, code] of [
      [MAX_FRAME_BYTES, 4400],
      [MAX_FRAME_BYTES + 1, 1009],
    ] as const) {
      const ws = await socket(path);
      // Of no kind there is.
      ws.send(new Uint8Array(length).fill(99));
      expect(await closeOf(ws)).toMatchObject({ code });
    }
  },
);

test("a protocol version we do not speak closes with 4406: reload", async () => {
  const ws = await socket("/sync");
  ws.send(encodeUp({ kind: "hello", protocolVersion: 99 }));
  expect(await closeOf(ws)).toMatchObject({ code: 4406 });
});

/** Updates no honest client sends. */
const HOSTILE: readonly (readonly [what: string, update: Uint8Array])[] = [
  ["seven bytes that claim 33 million structs", Uint8Array.of(1, 0xfe, 0xff, 0xff, 0x0f, 1, 0)],
  ["bytes after the delete set", Uint8Array.of(0, 0, 0)],
  ["a garbage collected run of 2^50", Uint8Array.of(1, 1, 5, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02, 0)],
  ["a section without structs", Uint8Array.of(1, 0, 5, 77, 0)],
  ["a hole", Uint8Array.of(1, 2, 5, 0, 10, 3, 0, 1, 0)],
  ["noise", Uint8Array.from({ length: 64 }, (_, index) => (index * 37) % 256)],
];

test.each(HOSTILE)("an update with %s is refused on both dialects", async (_what, update) => {
  const ours = await socket("/sync");
  for (const frame of [hello, join, batch(update)]) ours.send(encodeUp(frame));
  const kinds: number[] = [];
  ours.on("message", (data: Buffer) => kinds.push(data[0]!));
  await until("a nack or a close", () => kinds.includes(5) || kinds.includes(6) || ours.readyState !== WebSocket.OPEN);
  expect(kinds).not.toContain(4);
  ours.close();

  const stock = await socket(`/y/${DOCUMENT}`);
  const closed = closeOf(stock);
  const before = Buffer.from(Y.encodeStateAsUpdate(witness.doc));
  stock.send(encodeYWebsocket({ kind: "update", update }));
  // A hole is a gap: the sender is asked for the rest instead of being thrown out.
  if (_what === "a hole") stock.close();
  else expect(await closed).toMatchObject({ code: 4422 });
  expect(Buffer.from(Y.encodeStateAsUpdate(witness.doc)).equals(before)).toBe(true);
});

test("an update that builds on something nobody has is asked about once and shown to no one", async () => {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "base");
  const vector = Y.encodeStateVector(doc);
  doc.getText("text").insert(4, "gapped");
  const gapped = Y.encodeStateAsUpdate(doc, vector);
  const ws = await socket("/sync");
  const kinds: number[] = [];
  ws.on("message", (data: Buffer) => kinds.push(data[0]!));
  for (const frame of [hello, join, batch(gapped), batch(gapped), batch(gapped)]) ws.send(encodeUp(frame));
  ws.send(encodeUp({ kind: "ping", token: 1 }));
  await until("the pong", () => kinds.includes(8));
  expect(kinds.filter((kind) => kind === 6)).toHaveLength(1);
  expect(kinds).not.toContain(4);
  expect(witness.text.toString()).not.toContain("gapped");
  ws.close();
});

// HTTP: refusals before 101.

const upgradeStatus = (path: string, headers: Record<string, string>): Promise<number> =>
  handshake(server.url, path, headers);

const ours = (): string => `http://localhost:${server.port}`;

test.each([
  ["another site", () => "https://evil.example"],
  ["a look-alike prefix", () => `${ours()}.evil.example`],
  ["a look-alike suffix", () => `http://evil-localhost:${server.port}`],
  ["another port", () => "http://localhost:1"],
  ["another scheme", () => ours().replace("http:", "https:")],
  ["upper case", () => ours().replace("localhost", "LOCALHOST")],
  ["a trailing dot", () => ours().replace("localhost", "localhost.")],
  ["null", () => "null"],
])("Origin of %s: a real 403 before 101, on both WebSocket routes and on pages", async (_what, origin) => {
  for (const path of ["/sync", `/y/${DOCUMENT}`]) expect(await upgradeStatus(path, { origin: origin() })).toBe(403);
  expect((await fetch(`${server.url}/healthz`, { headers: { origin: origin() } })).status).toBe(403);
});

test("our own Origin, and none at all on loopback, are let in", async () => {
  for (const path of ["/sync", `/y/${DOCUMENT}`]) {
    expect(await upgradeStatus(path, { origin: ours() })).toBe(101);
    expect(await upgradeStatus(path, {})).toBe(101);
  }
});

/** The first line of what the server answers to these bytes. */
async function raw(request: string): Promise<string> {
  const tcp = connect(server.port, "127.0.0.1");
  tcp.end(request);
  let answer = "";
  for await (const chunk of tcp) answer += String(chunk);
  return answer.split("\r\n")[0]!;
}

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n";

test.each([
  ["a foreign Host", () => `GET /sync HTTP/1.1\r\nHost: evil.example\r\n${UPGRADE}\r\n`, "403"],
  [
    "a target that names another host",
    () => `GET //evil.example/sync HTTP/1.1\r\nHost: localhost:${server.port}\r\n${UPGRADE}\r\n`,
    "404",
  ],
  [
    "an absolute target with a foreign Host",
    () => `GET http://localhost:${server.port}/sync HTTP/1.1\r\nHost: evil.example\r\n${UPGRADE}\r\n`,
    "403",
  ],
  [
    "an upgrade to something else",
    () =>
      `GET /healthz HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`,
    "200",
  ],
  ["no subprotocol", () => `GET /sync HTTP/1.1\r\nHost: localhost:${server.port}\r\n${UPGRADE}\r\n`, "400"],
])("%s is answered as HTTP", async (_what, request, status) => {
  expect(await raw(request())).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
});

test("a refused upgrade says why in words, too, with the headers every answer has", async () => {
  const tcp = connect(server.port, "127.0.0.1");
  tcp.write(
    `GET /y/${DOCUMENT} HTTP/1.1\r\nHost: localhost:${server.port}\r\nOrigin: https://evil.example\r\n${UPGRADE}\r\n`,
  );
  let answer = "";
  for await (const chunk of tcp) answer += String(chunk);
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  expect(head).toMatch(/\r\nContent-Security-Policy: default-src 'none'/);
  expect(JSON.parse(body)).toEqual({ code: "forbidden", reason: expect.stringMatching(/\.$/) });
});

test("without an upgrade the same addresses say why in words", async () => {
  const answer = await fetch(`${server.url}/sync`);
  expect(answer.status).toBe(426);
  expect(await answer.json()).toEqual({ code: "upgrade-required", reason: expect.stringMatching(/\.$/) });
});

test.each([
  "/nothing",
  "/assets/../server.mjs",
  "/..%2fserver.mjs",
  "/d/a%2fb",
  "/y/.hidden",
  "/index.html",
  "//evil.example/",
])("%s is a 404 with a sentence", async (path) => {
  const answer = await fetch(server.url + path);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ reason: expect.stringMatching(/\.$/) });
});

test("every answer carries the security headers, and the page's policy allows nothing inline but the page's own script", async () => {
  for (const path of ["/", "/d/x", "/healthz", "/nothing"]) {
    const { headers } = await fetch(server.url + path);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/]{43}=';/);
  }
});

test("pages come precompressed where the browser takes it", async () => {
  const page = await fetch(`${server.url}/`, { headers: { "accept-encoding": "br" } });
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
  const asset = await fetch(server.url + script, { headers: { "accept-encoding": "br" } });
  expect(asset.headers.get("content-encoding")).toBe("br");
  expect(asset.headers.get("cache-control")).toContain("immutable");
});

test("what is for development only is not in the page", () => {
  const root = resolve(import.meta.dirname, "../..");
  expect(readFileSync(`${root}/apps/web/src/bad-network.ts`, "utf8")).toContain('"latency"');
  const web = `${root}/apps/server/dist/web`;
  const scripts = readdirSync(web, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(2);
  for (const path of scripts) expect(readFileSync(`${web}/${path}`, "utf8"), path).not.toContain("latency");
});

test("fifty sockets reset in the middle of their upgrade leave the server as it was", async () => {
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const tcp = connect(server.port, "127.0.0.1");
      await once(tcp, "connect");
      tcp.write(
        `GET /sync HTTP/1.1\r\nHost: localhost:${server.port}\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n${UPGRADE}\r\n`,
      );
      tcp.resetAndDestroy();
    }),
  );
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
