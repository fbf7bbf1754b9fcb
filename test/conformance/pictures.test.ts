import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesIn } from "../support/files-in.ts";
import { claimPng, hashOf, makePng } from "../support/picture.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

/** Small limits, so that little has to be sent to be too much. */
const env = { MAX_PICTURE: "1", MAX_PICTURES: "2" };
let server: ServerProcess;
let owner: Visitor;
let documents = 0;

beforeAll(async () => {
  server = await ServerProcess.start({ isShared: true, env });
  owner = await Visitor.join(server.url, server.ownerKey, "Olga");
});
afterAll(async () => {
  await server.end();
  rmSync(server.dataDir, { recursive: true, force: true });
});

/** A document of the owner's that no other test knows. */
async function newDocument(): Promise<string> {
  const document = `pictures-${++documents}`;
  expect((await owner.ask("POST", "/api/documents", { document })).status).toBe(200);
  return document;
}

async function guest(document: string, role: "viewer" | "editor", name: string): Promise<Visitor> {
  const { body } = await owner.ask("POST", `/api/documents/${document}/invites`, { role });
  return Visitor.join(server.url, body.key, name);
}

const look = (visitor: Visitor, document: string, hash: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.url}/api/documents/${document}/blobs/${hash}`, {
    ...init,
    headers: { ...visitor.headers, ...(init.headers as Record<string, string>) },
  });

/** Names of all files below `blobs/`. */
const stored = (): string[] => filesIn(join(server.dataDir, "blobs")).map((path) => basename(path));

const padded = (bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
};

test("a picture comes back as it was put in, as what its bytes are, and can be kept but not run", async () => {
  const document = await newDocument();
  const bytes = makePng(30, 20);
  // Its sender may call it what they like.
  const put = await owner.upload(document, bytes, { "content-type": "image/svg+xml" });
  expect(put).toMatchObject({ status: 201, body: { blob: hashOf(bytes), width: 30, height: 20 } });
  const got = await look(owner, document, hashOf(bytes));
  expect(got.status).toBe(200);
  expect(new Uint8Array(await got.arrayBuffer())).toEqual(bytes);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    "content-type": "image/png",
    "content-length": String(bytes.length),
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, max-age=31536000, immutable",
    etag: `"${hashOf(bytes)}"`,
  });
  const again = await look(owner, document, hashOf(bytes), { headers: { "if-none-match": got.headers.get("etag")! } });
  expect(again.status).toBe(304);
  const head = await look(owner, document, hashOf(bytes), { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
  // The same once more is the same.
  expect((await owner.upload(document, bytes)).body).toMatchObject({ blob: hashOf(bytes), width: 30, height: 20 });
  expect(stored().filter((name) => name === hashOf(bytes))).toHaveLength(1);
});

test.each<[string, number, () => Uint8Array<ArrayBuffer>]>([
  ["nothing", 415, () => new Uint8Array()],
  ["a script whose name says picture", 415, () => new TextEncoder().encode("<script>alert(1)</script>")],
  ["SVG", 415, () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
  ["half a signature", 415, () => makePng(4, 4).slice(0, 6)],
  ["50,000 by 50,000 pixels", 413, () => claimPng(50_000, 50_000)],
  ["a size that overflows", 413, () => claimPng(2 ** 32 - 1, 2 ** 32 - 1)],
  ["no size", 415, () => claimPng(0, 10)],
])("%s is refused with a sentence, and leaves nothing", async (_, status, make) => {
  const document = await newDocument();
  const before = stored();
  const refused = await owner.upload(document, make(), { "content-type": "image/png" });
  expect(refused.status).toBe(status);
  expect(refused.body.reason).toMatch(/^[A-Z].*\.$/);
  expect((await look(owner, document, hashOf(make()))).status).toBe(404);
  expect(stored()).toEqual(before);
});

test("[MAX_PICTURE] as large as can be is taken, a byte more is not; [MAX_PIXELS] so it is with what it unpacks to", async () => {
  const document = await newDocument();
  const status = async (bytes: Uint8Array) => (await owner.upload(document, bytes)).status;
  expect(await status(padded(makePng(4, 4, 50), 1_000_000))).toBe(201);
  expect(await status(padded(makePng(4, 4, 50), 1_000_001))).toBe(413);
  expect(await status(claimPng(50_000, 1_000))).toBe(201);
  expect(await status(claimPng(50_001, 1_000))).toBe(413);
});

test("what does not say how long it is gets no further than the limit", async () => {
  const document = await newDocument();
  const before = stored();
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(sent === 65_536 ? padded(makePng(4, 4), 65_536) : new Uint8Array(65_536));
      if (sent > 40e6) controller.close();
    },
  });
  const init = { method: "POST", body: endless, duplex: "half" } as RequestInit;
  const headers = { ...owner.headers, "content-type": "application/octet-stream" };
  const answer = await fetch(`${server.url}/api/documents/${document}/blobs`, { ...init, headers });
  expect(answer.status).toBe(413);
  expect(stored()).toEqual(before);
});

/** Sends the beginning of a picture, and waits until the server has some of it. */
async function begin(visitor: Visitor, document: string, bytes: Uint8Array, length = bytes.length): Promise<Socket> {
  const before = stored().length;
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  const head = [
    `POST /api/documents/${document}/blobs HTTP/1.1`,
    `Host: ${new URL(server.url).host}`,
    ...Object.entries(visitor.headers).map(([name, value]) => `${name}: ${value}`),
    "Content-Type: application/octet-stream",
    `Content-Length: ${length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(bytes);
  await until("it is on its way", () => stored().length > before);
  return socket;
}

test("who is removed while their picture is on its way puts nothing in", async () => {
  const document = await newDocument();
  const before = stored();
  const ed = await guest(document, "editor", "Ed");
  const bytes = padded(makePng(4, 4, 40), 200_000);
  const socket = await begin(ed, document, bytes.slice(0, 100_000), bytes.length);
  const { people } = (await owner.ask("GET", `/api/documents/${document}/people`)).body;
  const { principal } = people.find(({ name }) => name === "Ed")!;
  await owner.ask("DELETE", `/api/documents/${document}/people/${principal}`);
  socket.write(bytes.slice(100_000));
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
  socket.destroy();
  expect(stored()).toEqual(before);
  expect((await look(owner, document, hashOf(bytes))).status).toBe(404);
});

test("who is cut off in the middle leaves nothing, neither at once nor when the server is killed meanwhile", async () => {
  const document = await newDocument();
  const before = stored();
  const half = () => begin(owner, document, padded(makePng(4, 4), 300_000), 900_000);
  const socket = await half();
  socket.destroy();
  await until("it is gone", () => stored().length === before.length);

  await half();
  await server.end("SIGKILL");
  expect(stored().length).toBeGreaterThan(before.length);
  server = await ServerProcess.start({ isShared: true, env, dataDir: server.dataDir, port: server.port });
  expect(stored()).toEqual(before);
});

test("access follows the document: another one's address, a guest of another one, and who was removed find nothing", async () => {
  const [plan, other] = [await newDocument(), await newDocument()];
  const bytes = makePng(12, 12, 1);
  const hash = hashOf(bytes);
  const [ed, vera, otto] = [
    await guest(plan, "editor", "Ed"),
    await guest(plan, "viewer", "Vera"),
    await guest(other, "editor", "Otto"),
  ];
  expect((await ed.upload(plan, bytes)).status).toBe(201);
  expect((await vera.upload(plan, makePng(12, 12, 2))).status).toBe(403);
  expect((await otto.upload(plan, makePng(12, 12, 2))).status).toBe(404);
  const seen = async (visitor: Visitor, document: string) => (await look(visitor, document, hash)).status;
  expect(await seen(vera, plan)).toBe(200);
  expect(await seen(otto, plan)).toBe(404);
  // A hash opens nothing: not in a document of one's own, and not to whoever has it.
  expect(await seen(otto, other)).toBe(404);
  const texts = await Promise.all(
    [
      look(otto, plan, hash),
      look(otto, plan, "0".repeat(64)),
      look(otto, "nobodys", hash),
      look(otto, other, hash),
    ].map(async (answer) => (await answer).text()),
  );
  expect(new Set(texts).size, "missing, forbidden and foreign look the same").toBe(1);
  const { people } = (await owner.ask("GET", `/api/documents/${plan}/people`)).body;
  const { principal } = people.find(({ name }) => name === "Ed")!;
  await owner.ask("DELETE", `/api/documents/${plan}/people/${principal}`);
  expect(await seen(ed, plan)).toBe(404);
  expect((await ed.upload(plan, bytes)).status).toBe(404);
  await owner.ask("POST", `/api/documents/${plan}/trash`, {});
  expect(await seen(vera, plan)).toBe(404);
  await owner.ask("POST", `/api/documents/${plan}/restore`, {});
  expect(await seen(vera, plan)).toBe(200);
});

test("another site's page, and one that does not say where it is, can put nothing in", async () => {
  const document = await newDocument();
  const put = async (headers: Record<string, string>) =>
    (await owner.upload(document, makePng(4, 4, 3), headers)).status;
  expect(await put({ origin: "https://evil.example" })).toBe(403);
  expect(await put({ origin: "" })).toBe(403);
  expect(await put({ "content-type": "text/plain" })).toBe(415);
  expect(await put({ "content-type": "multipart/form-data" })).toBe(415);
  expect(stored()).not.toContain(hashOf(makePng(4, 4, 3)));
});

test("[MAX_PICTURES] a document's pictures together have a limit, too", async () => {
  const document = await newDocument();
  for (const tint of [10, 11]) {
    expect((await owner.upload(document, padded(makePng(4, 4, tint), 999_000))).status).toBe(201);
  }
  expect((await owner.upload(document, padded(makePng(4, 4, 12), 999_000))).body.code).toBe("document-full");
  expect((await owner.upload(document, padded(makePng(4, 4, 11), 999_000))).status, "it is there already").toBe(201);
  expect((await owner.upload(document, makePng(4, 4, 12))).status).toBe(201);
});

test("a purge takes the files that no other document holds, also when the server ended in the middle of it", async () => {
  const [first, second] = [await newDocument(), await newDocument()];
  const [shared, own] = [makePng(9, 9, 20), makePng(9, 9, 21)];
  for (const document of [first, second]) expect((await owner.upload(document, shared)).status).toBe(201);
  expect((await owner.upload(first, own)).status).toBe(201);
  await owner.ask("POST", `/api/documents/${first}/trash`, {});
  expect(stored(), "in the trash all of it is there").toEqual(expect.arrayContaining([hashOf(own)]));
  expect((await owner.ask("DELETE", `/api/documents/${first}`)).status).toBe(204);
  expect(stored()).not.toContain(hashOf(own));
  expect((await look(owner, second, hashOf(shared))).status).toBe(200);
  expect((await look(owner, first, hashOf(shared))).status).toBe(404);
  await owner.ask("POST", `/api/documents/${second}/trash`, {});
  expect((await owner.ask("DELETE", `/api/documents/${second}`)).status).toBe(204);
  expect(stored()).not.toContain(hashOf(shared));

  const third = await newDocument();
  expect((await owner.upload(third, own)).status).toBe(201);
  await owner.ask("POST", `/api/documents/${third}/trash`, {});
  await server.end();
  const people = new DatabaseSync(join(server.dataDir, "people.db"));
  people.exec(`UPDATE trash SET is_purged = 1 WHERE document = '${third}'`);
  people.close();
  server = await ServerProcess.start({ isShared: true, env, dataDir: server.dataDir, port: server.port });
  await until("the next start makes up for it", () => !stored().includes(hashOf(own)));
});

test("a picture the disk lost is missed, and said to be, and sent again it is there", async () => {
  const document = await newDocument();
  const bytes = makePng(7, 7, 30);
  const hash = hashOf(bytes);
  await owner.upload(document, bytes);
  rmSync(join(server.dataDir, "blobs", hash.slice(0, 2), hash));
  expect((await look(owner, document, hash)).status).toBe(404);
  await until("it is said", () => server.stderr.includes("blob-missing"));
  await owner.upload(document, bytes);
  expect((await look(owner, document, hash)).status).toBe(200);
  expect(readFileSync(join(server.dataDir, "blobs", hash.slice(0, 2), hash))).toEqual(Buffer.from(bytes));
});
