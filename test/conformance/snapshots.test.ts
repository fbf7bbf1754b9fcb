import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import * as Y from "yjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newestSnapshotPath, type DocumentId, type LogPosition, type Role, snapshotPath } from "@sheaf/protocol";
import { NOBODY } from "@sheaf/room";
import { readSettings, type RunningServer, startServer } from "@sheaf/server";
import { makeFolder } from "../support/server-process.ts";
import { store } from "../support/stored.ts";

const WEB = join(import.meta.dirname, "../../apps/server/dist/web");
const LONG = "long" as DocumentId;
const dataDir = makeFolder();
const doc = new Y.Doc();

let server: RunningServer;
/** Where the newest snapshot of the long document ends, and an older one that is not stored any more. */
let newest: LogPosition;
let older: LogPosition;
/** By document; anybody's editor when not given. */
const roles = new Map<string, Role | undefined>();

beforeAll(async () => {
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const write = (times: number): readonly Uint8Array[] => {
    for (let at = 0; at < times; at++) doc.getText("text").insert(at * 6, `word${at % 9} `);
    return updates.splice(0);
  };
  older = await store(dataDir, LONG, write(500), 1);
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

test("the newest snapshot is found by a redirect that nobody keeps, at an address that holds for good", async () => {
  const { status, headers } = await ask(newestSnapshotPath(LONG));
  expect(status).toBe(307);
  expect(headers.location).toBe(snapshotPath(LONG, newest));
  expect(headers["cache-control"]).toBe("no-store");
  expect(newest.seq).toBe(2_000);
});

test.each([
  ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
  ["gzip, deflate", "gzip", gunzipSync],
  ["identity", undefined, (bytes: Buffer) => bytes],
])(
  "to who accepts %s it comes as %s: the document in V2, to be kept by them alone",
  async (accepted, encoding, unpack) => {
    const path = snapshotPath(LONG, newest);
    const { status, headers, body } = await ask(path, { "accept-encoding": accepted });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/octet-stream",
      "cache-control": "private, max-age=31536000, immutable",
      "content-length": String(body.length),
      vary: "Accept-Encoding",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["content-encoding"]).toBe(encoding);
    const copy = new Y.Doc();
    Y.applyUpdateV2(copy, unpack(body));
    expect(copy.getText("text").toJSON()).toBe(doc.getText("text").toJSON());
    const head = await ask(path, { "accept-encoding": accepted }, "HEAD");
    const { date: _, ...got } = headers;
    expect(head.headers).toMatchObject(got);
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  },
);

test("a hundred who ask at once get the same", async () => {
  const path = snapshotPath(LONG, newest);
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(path, { "accept-encoding": "br" })));
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(body.equals(answers[0]!.body)).toBe(true);
  }
});

test("a document nobody has written in, or too little, has none: 204", async () => {
  const { status, headers, body } = await ask(newestSnapshotPath("new" as DocumentId));
  expect(status).toBe(204);
  expect(headers["cache-control"]).toBe("no-store");
  expect(body).toHaveLength(0);
});

test("readers of every role may have it", async () => {
  for (const role of ["viewer", "commenter", "editor", "owner"] as const) {
    roles.set(LONG, role);
    expect((await ask(newestSnapshotPath(LONG))).status).toBe(307);
    expect((await ask(snapshotPath(LONG, newest))).status).toBe(200);
  }
  roles.delete(LONG);
});

test("to who may not read, a document answers as what does not exist, from the next request on", async () => {
  const nothing = tellable(await ask("/api/nothing"));
  expect(nothing).toMatchObject({ status: 404 });
  for (const path of [newestSnapshotPath(LONG), snapshotPath(LONG, newest), snapshotPath(LONG, older)]) {
    roles.set(LONG, undefined);
    expect(tellable(await ask(path))).toEqual(nothing);
    roles.delete(LONG);
  }
  expect((await ask(snapshotPath(LONG, newest))).status).toBe(200);
});

test.each<[string, () => string]>([
  ["one that a newer has replaced", () => snapshotPath(LONG, older)],
  ["a row without one", () => snapshotPath(LONG, { ...newest, seq: 1 })],
  ["another log", () => snapshotPath(LONG, { ...newest, logId: new Uint8Array(16) })],
  ["another document", () => snapshotPath("new" as DocumentId, newest)],
  ["a name that is none", () => newestSnapshotPath(".hidden" as DocumentId)],
  ["a seq with a zero before it", () => snapshotPath(LONG, newest).replace("-2000", "-02000")],
  ["nothing in particular", () => "/api/documents/long/snapshots"],
])("%s: 404, with a sentence that is not kept", async (_what, path) => {
  const { status, headers, body } = await ask(path());
  expect(status).toBe(404);
  expect(headers["cache-control"]).toBe("no-store");
  expect(JSON.parse(body.toString())).toEqual({ code: "not-found", reason: expect.stringMatching(/\.$/) });
});

test.each(["POST", "PUT", "DELETE", "PATCH"])("%s changes nothing: there is nothing to change", async (method) => {
  for (const path of [newestSnapshotPath(LONG), snapshotPath(LONG, newest)])
    expect((await ask(path, {}, method)).status).toBe(404);
  expect((await ask(snapshotPath(LONG, newest))).status).toBe(200);
});

test("another site's page gets none", async () => {
  const { status } = await ask(snapshotPath(LONG, newest), { origin: "https://evil.example" });
  expect(status).toBe(403);
});
