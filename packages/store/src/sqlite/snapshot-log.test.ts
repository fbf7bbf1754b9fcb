import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { type DocumentId, type LogPosition, ok } from "@sheaf/protocol";
import type { ContentEncoding } from "../compaction/job.ts";
import { damage, makeFile, removeFile } from "../testing/store.ts";
import { stateOfDoc, Typist } from "../testing/typist.ts";
import { type HistoryLog, openSqliteLog, type SnapshotLog } from "./log.ts";

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
  const newest = await log.newestSnapshot(A);
  if (!newest.ok || newest.value === undefined) throw new Error("no snapshot");
  return newest.value;
}

const isGiven = async (position: LogPosition, document = A): Promise<boolean> => {
  const encoded = await log.encodedSnapshot(document, position, "br");
  if (!encoded.ok) throw new Error(encoded.error.code);
  return encoded.value !== undefined;
};

test("a document without a snapshot has none to name", async () => {
  expect(await log.newestSnapshot(A)).toEqual(ok(undefined));
  await log.append(ann.type(3));
  expect(await log.newestSnapshot(A)).toEqual(ok(undefined));
});

test("the newest snapshot is named, and comes in V2 under each encoding as what the document was then", async () => {
  const position = await typed(2_000);
  const loaded = await log.load(A);
  expect(loaded.ok && position).toEqual({ logId: loaded.ok && loaded.value.logId, seq: 2_000 });
  const sizes: number[] = [];
  for (const encoding of ["br", "gzip", "identity"] as const) {
    const encoded = await log.encodedSnapshot(A, position, encoding);
    if (!encoded.ok || encoded.value === undefined) throw new Error(`no ${encoding}`);
    const { schemaVersion, bytes } = encoded.value;
    expect(schemaVersion).toBe(1);
    sizes.push(bytes.length);
    const doc = new Y.Doc();
    Y.applyUpdateV2(doc, UNPACK[encoding](bytes));
    expect(stateOfDoc(doc)).toEqual(stateOfDoc(ann.doc));
  }
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
});

test("asked for at once and again later it is the same bytes, made once", async () => {
  const position = await typed(1_000);
  const ask = () => log.encodedSnapshot(A, position, "br");
  const [first, ...rest] = await Promise.all([ask(), ask(), ask()]);
  const given = first!.ok ? first!.value : undefined;
  expect(given).toBeDefined();
  for (const each of [...rest, await ask()]) expect(each.ok && each.value).toBe(given);
});

test("what is not stored is not given: another log's, another document's, through another row, or one that a newer replaced", async () => {
  const position = await typed(1_000);
  expect(await isGiven(position, "b" as DocumentId)).toBe(false);
  expect(await isGiven({ ...position, logId: position.logId.map((byte) => byte ^ 1) })).toBe(false);
  expect(await isGiven({ ...position, seq: 999 })).toBe(false);
  const newer = await typed(1_000);
  expect(newer.seq).toBe(2_000);
  expect(await isGiven(newer)).toBe(true);
  expect(await isGiven(position)).toBe(false);
});

test("once history was erased the snapshot before it is not given any more; the one that stands for it is", async () => {
  const old = await typed(1_000);
  expect(await isGiven(old)).toBe(true);
  expect((await log.append(ann.type(500))).ok).toBe(true);
  expect(await log.eraseBefore(A, 1_501)).toEqual(ok(1_501));
  expect(await isGiven(old)).toBe(false);
  const newest = await log.newestSnapshot(A);
  expect(newest).toMatchObject(ok({ seq: 1_500 }));
  expect(newest.ok && (await isGiven(newest.value!))).toBe(true);
});

test("once the log was set aside and another begun, the other's is the newest", async () => {
  const old = await typed(1_000);
  expect((await log.quarantine(A)).ok).toBe(true);
  expect(await isGiven(old)).toBe(false);
  const newest = await log.newestSnapshot(A);
  expect(newest).toMatchObject(ok({ seq: 1_000 }));
  expect(newest.ok && (await isGiven(newest.value!))).toBe(true);
});

test("one that is damaged is not given", async () => {
  const position = await typed(1_000);
  await log.close();
  damage(file, "UPDATE snapshots SET bytes = substr(bytes, 1, 100)");
  log = await open();
  expect(await isGiven(position)).toBe(false);
});

test("a closed log answers closed", async () => {
  const position = await typed(1_000);
  await log.close();
  const closed = { ok: false, error: { code: "closed" } };
  expect(await log.newestSnapshot(A)).toEqual(closed);
  expect(await log.encodedSnapshot(A, position, "br")).toEqual(closed);
});
