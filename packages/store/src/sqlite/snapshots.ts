import { rangeChecksum } from "./checksum.ts";
import type { LogFile } from "./file.ts";
import type { Place } from "./places.ts";

/** A snapshot as it lies in the file. */
export interface StoredSnapshot {
  readonly seq: number;
  /** As `encodeSnapshot` made it. */
  readonly bytes: Uint8Array;
}

/**
 * The newest snapshot through `seq` at most that is whole. Damaged ones are passed over: what they stand
 * for can be had from an older one, or from the rows.
 */
export function readSnapshot(
  file: LogFile,
  { id, logId }: Place,
  seq = Number.MAX_SAFE_INTEGER,
): StoredSnapshot | undefined {
  const newestFirst = file
    .prepare("SELECT seq, checksum, bytes FROM snapshots WHERE log = ? AND seq <= ? ORDER BY seq DESC")
    .iterate(id, seq) as Iterable<unknown> as Iterable<StoredSnapshot & { readonly checksum: number }>;
  for (const { seq, bytes, checksum } of newestFirst) {
    if (checksum === rangeChecksum(logId, { first: 1, last: seq, bytes })) return { seq, bytes };
  }
  return undefined;
}

/** The newest snapshot, though it be damaged: what it takes, and how far it goes; zeros when there is none. */
export function weighSnapshot(file: LogFile, { id }: Place): { readonly seq: number; readonly size: number } {
  const newest = file
    .prepare("SELECT seq, length(bytes) AS size FROM snapshots WHERE log = ? ORDER BY seq DESC LIMIT 1")
    .get(id) as { seq: number; size: number } | undefined;
  return newest ?? { seq: 0, size: 0 };
}

export function insertSnapshot(file: LogFile, { id, logId }: Place, { seq, bytes }: StoredSnapshot): void {
  file
    .prepare("INSERT OR REPLACE INTO snapshots (log, seq, checksum, bytes) VALUES (?, ?, ?, ?)")
    .run(id, seq, rangeChecksum(logId, { first: 1, last: seq, bytes }), bytes);
}

/** Deletes the snapshots of a log but the one that stands for erased rows. */
export function deleteSnapshots(file: LogFile, { id, first }: Place): void {
  file.prepare("DELETE FROM snapshots WHERE log = ? AND seq <> ?").run(id, first - 1);
}

/** Deletes those through `from` or later. */
export function dropSnapshots(file: LogFile, { id }: Place, from: number): void {
  file.prepare("DELETE FROM snapshots WHERE log = ? AND seq >= ?").run(id, from);
}
