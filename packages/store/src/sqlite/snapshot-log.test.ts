import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { type DocumentId, type LogPosition, ok } from "@sheaf/protocol";
import type { ContentEncoding } from "../compaction/job.ts";
import { damage, makeFile, removeFile } from "../testing/store.ts";
import { stateOfDoc, Typist } from "../testing/typist.ts";
import { type HistoryLog, type NewestSnapshot, openSqliteLog, type SnapshotLog } from "./log.ts";

const A = "a" as DocumentId;
const UNPACK: Readonly<Record<ContentEncoding, (bytes: Uint8Array) => Uint8Array>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (bytes) => bytes,
};

let file: string;
let log: HistoryLog & SnapshotLog;
let ann: Typist;

beforeEach(async () => {
  file = makeFile();
  log = await open();
  ann = new Typist(A);
});
afterEach(async () => {
  await log.close();
  removeFile(file);
});

async function open(): Promise<HistoryLog & SnapshotLog> {
  const opened = await openSqliteLog(file, { report: (report) => expect.unreachable(JSON.stringify(report)) });
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

/** So many keys more, and a snapshot through the last of them. */
async function typed(keys: number): Promise<LogPosition> {
  expect((await log.append(ann.type(keys))).ok).toBe(true);
  expect(await log.compact(A)).toEqual(ok(undefined));
  const { position } = await given();
  return position;
}

async function given(encoding: ContentEncoding = "br"): Promise<NewestSnapshot> {
  const newest = await log.newestSnapshot(A, encoding);
  if (!newest.ok || newest.value === undefined) throw new Error(`no ${encoding}`);
  return newest.value;
}

/** Keys in what is given. */
async function keysIn({ bytes }: NewestSnapshot): Promise<number> {
  const doc = new Y.Doc();
  Y.applyUpdateV2(doc, UNPACK.br(bytes));
  return [...Y.decodeStateVector(Y.encodeStateVector(doc)).values()].reduce((sum, clock) => sum + clock, 0);
}

test("of a document without a snapshot there is none", async () => {
  expect(await log.newestSnapshot(A, "br")).toEqual(ok(undefined));
  await log.append(ann.type(3));
  expect(await log.newestSnapshot(A, "br")).toEqual(ok(undefined));
});

test("the newest snapshot is named, and comes in V2 under each encoding as what the document was then", async () => {
  const position = await typed(2_000);
  const loaded = await log.load(A);
  expect(loaded.ok && position).toEqual({ logId: loaded.ok && loaded.value.logId, seq: 2_000 });
  const sizes: number[] = [];
  for (const encoding of ["br", "gzip", "identity"] as const) {
    const { bytes, ...rest } = await given(encoding);
    expect(rest).toEqual({ position, schemaVersion: 1 });
    sizes.push(bytes.length);
    const doc = new Y.Doc();
    Y.applyUpdateV2(doc, UNPACK[encoding](bytes));
    expect(stateOfDoc(doc)).toEqual(stateOfDoc(ann.doc));
  }
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
});

test("asked for at once and again later it is the same bytes, made once", async () => {
  await typed(1_000);
  const [first, ...rest] = await Promise.all([given(), given(), given()]);
  for (const each of [...rest, await given()]) expect(each.bytes).toBe(first!.bytes);
});

test("it is given as long as it is stored: not after a newer one, nor to another document", async () => {
  await typed(1_000);
  const first = await given();
  expect(await log.newestSnapshot("b" as DocumentId, "br")).toEqual(ok(undefined));
  expect((await typed(1_000)).seq).toBe(2_000);
  const second = await given();
  expect(second.position.seq).toBe(2_000);
  expect(await keysIn(second)).toBeGreaterThan(await keysIn(first));
});

test("once history was erased, the one that stands for it is given", async () => {
  await typed(1_000);
  expect((await log.append(ann.type(500))).ok).toBe(true);
  expect(await log.eraseBefore(A, 1_501)).toEqual(ok(1_501));
  expect((await given()).position.seq).toBe(1_500);
});

test("once the log was set aside and another begun, the other's is given", async () => {
  const old = await typed(1_000);
  expect((await log.quarantine(A)).ok).toBe(true);
  const { position } = await given();
  expect(position.seq).toBe(1_000);
  expect(position.logId).not.toEqual(old.logId);
});

test("once the document was purged, none is given, though it was packed before", async () => {
  await typed(1_000);
  expect((await log.purge(A)).ok).toBe(true);
  expect(await log.newestSnapshot(A, "br")).toEqual(ok(undefined));
});

test("one that is damaged is not given", async () => {
  await typed(1_000);
  await log.close();
  damage(file, "UPDATE snapshots SET bytes = substr(bytes, 1, 100)");
  log = await open();
  expect(await log.newestSnapshot(A, "br")).toEqual(ok(undefined));
});

test("a closed log answers closed", async () => {
  await typed(1_000);
  await log.close();
  expect(await log.newestSnapshot(A, "br")).toEqual({ ok: false, error: { code: "closed" } });
});
