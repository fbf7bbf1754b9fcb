import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import * as Y from "yjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DocumentId, type LogPosition, readSnapshotHead, type Role, snapshotPath } from "@sheaf/protocol";
import { NOBODY } from "@sheaf/room";
import { readSettings, type RunningServer, startServer } from "@sheaf/server";
import { makeFolder } from "../support/server-process.ts";
import { store } from "../support/stored.ts";

const WEB = join(import.meta.dirname, "../../apps/server/dist/web");
const LONG = "long" as DocumentId;
const dataDir = makeFolder();
const doc = new Y.Doc();

let server: RunningServer;
/** Where the newest snapshot of the long document ends. */
let newest: LogPosition;
/** By document; anybody's editor when not given. */
const roles = new Map<string, Role | undefined>();

beforeAll(async () => {
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const write = (times: number): readonly Uint8Array[] => {
    for (let at = 0; at < times; at++) doc.getText("text").insert(at * 6, `word${at % 9} `);
    return updates.splice(0);
  };
  await store(dataDir, LONG, write(500), 1);
  newest = await store(dataDir, LONG, write(1_500), 1);
  const settings = readSettings({ PORT: "0", DATA_DIR: dataDir });
  if (!settings.ok) throw new Error(settings.error.join());
  const identity = {
    principal: NOBODY,
    access: (document: DocumentId) => (roles.has(document) ? roles.get(document) : "editor"),
  };
  const started = await startServer(settings.value, { webFolder: WEB, identity, report: () => {} });
  if (!started.ok) throw new Error(started.error);
  server = started.value;
});
afterAll(() => server.stop());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As it comes over the wire: nothing is followed or unpacked. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(server.url + path, { method, headers }, (response) => {
      const { statusCode: status, headers } = response;
      buffer(response).then((body) => resolve({ status, headers, body }), reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** What of an answer tells anything about a document. */
const tellable = ({ status, headers, body }: Answer): unknown => {
  const { date: _, ...rest } = headers;
  return { status, headers: rest, body: body.toString() };
};

/** What an answer says that a welcome would. */
const headOf = ({ headers }: Answer) => readSnapshotHead((name) => String(headers[name] ?? ""));

test.each([
  ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
  ["gzip, deflate", "gzip", gunzipSync],
  ["identity", undefined, (bytes: Buffer) => bytes],
])(
  "[W80] to who accepts %s it comes as %s: the document in V2, to be kept by them alone and asked about again",
  async (accepted, encoding, unpack) => {
    const path = snapshotPath(LONG);
    const { status, headers, body } = await ask(path, { "accept-encoding": accepted });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/octet-stream",
      "cache-control": "private, no-cache",
      "content-length": String(body.length),
      vary: "Accept-Encoding",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headOf({ status, headers, body })).toEqual({ position: newest, schemaVersion: 1, role: "editor" });
    const copy = new Y.Doc();
    Y.applyUpdateV2(copy, unpack(body));
    expect(copy.getText("text").toJSON()).toBe(doc.getText("text").toJSON());
    const head = await ask(path, { "accept-encoding": accepted }, "HEAD");
    const { date: _, ...got } = headers;
    expect(head.headers).toMatchObject(got);
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  },
);

test("[W81] who names what they have gets 304 with the head of today; under another encoding, or once there is more, all of it", async () => {
  const accepted = { "accept-encoding": "br" };
  const { headers } = await ask(snapshotPath(LONG), accepted);
  const etag = headers.etag!;
  roles.set(LONG, "viewer");
  const again = await ask(snapshotPath(LONG), { ...accepted, "if-none-match": etag });
  roles.delete(LONG);
  expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0), headers: { etag } });
  expect(headOf(again)).toEqual({ position: newest, schemaVersion: 1, role: "viewer" });
  expect((await ask(snapshotPath(LONG), { "accept-encoding": "gzip", "if-none-match": etag })).status).toBe(200);
  expect((await ask(snapshotPath(LONG), { ...accepted, "if-none-match": '"another"' })).status).toBe(200);
});

test("a hundred who ask at once get the same", async () => {
  const path = snapshotPath(LONG);
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(path, { "accept-encoding": "br" })));
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(body.equals(answers[0]!.body)).toBe(true);
  }
});

test("a document nobody has written in, or too little, has none: 204", async () => {
  const { status, headers, body } = await ask(snapshotPath("new" as DocumentId));
  expect(status).toBe(204);
  expect(headers["cache-control"]).toBe("no-store");
  expect(body).toHaveLength(0);
});

test("[W81] readers of every role may have it, and are told theirs", async () => {
  for (const role of ["viewer", "commenter", "editor", "owner"] as const) {
    roles.set(LONG, role);
    const answer = await ask(snapshotPath(LONG));
    expect([answer.status, headOf(answer)?.role]).toEqual([200, role]);
  }
  roles.delete(LONG);
});

test("to who may not read, a document answers as what does not exist, from the next request on", async () => {
  const nothing = tellable(await ask("/api/nothing"));
  expect(nothing).toMatchObject({ status: 404 });
  roles.set(LONG, undefined);
  expect(tellable(await ask(snapshotPath(LONG)))).toEqual(nothing);
  roles.delete(LONG);
  expect((await ask(snapshotPath(LONG))).status).toBe(200);
});

test.each([
  ["a name that is none", snapshotPath(".hidden" as DocumentId)],
  ["more behind it", `${snapshotPath(LONG)}/1`],
  ["nothing in particular", "/api/documents/long/snapshots"],
])("%s: 404, with a sentence that is not kept", async (_what, path) => {
  const { status, headers, body } = await ask(path);
  expect(status).toBe(404);
  expect(headers["cache-control"]).toBe("no-store");
  expect(JSON.parse(body.toString())).toEqual({ code: "not-found", reason: expect.stringMatching(/\.$/) });
});

test.each(["POST", "PUT", "DELETE", "PATCH"])("%s changes nothing: there is nothing to change", async (method) => {
  expect((await ask(snapshotPath(LONG), {}, method)).status).toBe(404);
  expect((await ask(snapshotPath(LONG))).status).toBe(200);
});

test("another site's page gets none", async () => {
  const { status } = await ask(snapshotPath(LONG), { origin: "https://evil.example" });
  expect(status).toBe(403);
});
