import { brotliCompressSync, constants, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import * as Y from "yjs";
import { type LogRow, schemaOfSummary, type Snapshot, summarize } from "@sheaf/room";
import { decodeSegment } from "../packed/segment.ts";
import { decodeSnapshot, encodeSnapshot } from "../packed/snapshot.ts";
import type { ContentEncoding, EncodedSnapshot, Job, Outcome, Piece } from "./job.ts";

/** What is known of documents by those who know what is in them; the log does not. */
export interface Readers {
  /** Reads only: what it changes is gone with the Y.Doc. */
  readonly title: (doc: Y.Doc) => string;
}

/** Of a log whose owner asks for no titles. */
const NO_READERS: Readers = { title: () => "" };

/** Does one job, with a Y.Doc that lives no longer than it. */
export function perform(job: Job, readers: Readers = NO_READERS): Outcome {
  try {
    switch (job.kind) {
      case "compact":
        return compact(job);
      case "squash":
        return { kind: "squashed", ranges: squash(job.before, job.groups) };
      case "state":
        return { kind: "state", update: Y.encodeStateAsUpdate(documentOf(job.pieces)) };
      case "title":
        return readTitle(job.pieces, readers);
      case "encode":
        return { kind: "encoded", encoded: encode(readSnapshot(job.snapshot), job.encoding) };
    }
  } catch (cause) {
    return { kind: "failed", reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

function readTitle(pieces: readonly Piece[], readers: Readers): Outcome {
  const began = performance.now();
  const title = readers.title(documentOf(pieces));
  return { kind: "title", title, millis: performance.now() - began };
}

function compact({ snapshot: packed, rows: segments }: Extract<Job, { kind: "compact" }>): Outcome {
  const snapshot = packed === undefined ? undefined : readSnapshot(packed);
  const rows = segments.flatMap(readRows);
  const summary = summarize(snapshot, rows);
  if (summary === undefined) return { kind: "waits" };
  const doc = new Y.Doc();
  doc.transact(() => {
    if (snapshot !== undefined) Y.applyUpdate(doc, snapshot.update);
    for (const { seq, update } of rows) if (seq <= summary.seq) Y.applyUpdate(doc, update);
  });
  // The room's arithmetic and Yjs must agree, or what the snapshot leaves out would be lost.
  if (waits(doc) || !isEqual(summary.vector, Y.decodeStateVector(Y.encodeStateVector(doc)))) {
    return { kind: "failed", reason: `the document through row ${summary.seq} is not what its rows say` };
  }
  const { seq, bytes } = summary;
  return { kind: "compacted", seq, bytes: encodeSnapshot({ seq, summary: bytes, update: Y.encodeStateAsUpdate(doc) }) };
}

/** What a group changes leaves the document as one transaction: its structs, and only the deletions that are new. */
function squash(before: readonly Piece[], groups: readonly (readonly Piece[])[]): Uint8Array[] {
  const doc = documentOf(before);
  return groups.map((group) => {
    let squashed: Uint8Array = EMPTY;
    const isOpen = waits(doc);
    const listen = (update: Uint8Array): void => void (squashed = update);
    doc.on("update", listen);
    apply(doc, group);
    doc.off("update", listen);
    return isOpen || waits(doc) || squashed.length === 0 ? EMPTY : zstdCompressSync(squashed);
  });
}

function encode({ summary, update }: Snapshot, encoding: ContentEncoding): EncodedSnapshot {
  const schemaVersion = schemaOfSummary(summary);
  if (schemaVersion === undefined) throw new Error("the summary of the snapshot cannot be read");
  return { schemaVersion, bytes: pack(update, encoding) };
}

/** V2 is half of V1 before it is packed, and two thirds of it after. */
function pack(update: Uint8Array, encoding: ContentEncoding): Uint8Array<ArrayBuffer> {
  const wanted = Y.convertUpdateFormatV1ToV2(update);
  switch (encoding) {
    case "br":
      return brotliCompressSync(wanted, BROTLI);
    case "gzip":
      return gzipSync(wanted);
    case "identity":
      return wanted.slice();
  }
}

/** The default, 11, takes 80 times as long for a twelfth less: somebody waits for it. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

function documentOf(pieces: readonly Piece[]): Y.Doc {
  const doc = new Y.Doc();
  apply(doc, pieces);
  return doc;
}

/** In one transaction: each one ends with work on the whole document. */
function apply(doc: Y.Doc, pieces: readonly Piece[]): void {
  doc.transact(() => {
    for (const piece of pieces) {
      if (piece.kind === "snapshot") Y.applyUpdate(doc, readSnapshot(piece.bytes).update);
      else if (piece.kind === "range") Y.applyUpdate(doc, zstdDecompressSync(piece.bytes));
      else for (const { update } of readRows(piece)) Y.applyUpdate(doc, update);
    }
  });
}

function readSnapshot(bytes: Uint8Array): Snapshot {
  const snapshot = decodeSnapshot(bytes);
  if (snapshot === undefined) throw new Error("the snapshot cannot be unpacked");
  return snapshot;
}

function readRows({ bytes, first, last }: Extract<Piece, { kind: "segment" }>): LogRow[] {
  const rows = decodeSegment(bytes)?.filter(({ seq }) => first <= seq && seq <= last);
  if (rows?.length !== last - first + 1) throw new Error(`rows ${first} to ${last} cannot be unpacked`);
  return rows;
}

/** True when something in the document waits for what is not there (traps 9, 10 and 26). */
const waits = ({ store }: Y.Doc): boolean => store.pendingStructs !== null || store.pendingDs !== null;

const isEqual = (a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean =>
  a.size === b.size && [...a].every(([client, clock]) => b.get(client) === clock);

const EMPTY = new Uint8Array(0);
