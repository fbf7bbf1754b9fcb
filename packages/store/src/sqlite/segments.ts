import { err, ok, type Result } from "@sheaf/protocol";
import { encodeCoverage, type LogError, type LogRow } from "@sheaf/room";
import { decodeSegment, encodeSegment } from "../packed/segment.ts";
import { segmentChecksum } from "./checksum.ts";
import type { LogFile } from "./file.ts";
import type { Place } from "./places.ts";

/** A segment is full with this many rows… */
export const SEGMENT_ROWS = 1024;
/** …or when the updates in it take this much. */
export const SEGMENT_BYTES = 1024 * 1024;

/** Rows `first` to `last`, packed. */
export interface StoredSegment {
  readonly first: number;
  readonly last: number;
  /** Bytes of its updates before they were packed. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export const isFull = ({ first, last, size }: Omit<StoredSegment, "bytes">): boolean =>
  last - first + 1 >= SEGMENT_ROWS || size >= SEGMENT_BYTES;

/** @returns Bytes it takes. */
export function insertSegment(file: LogFile, { id, logId }: Place, rows: readonly LogRow[]): number {
  const [first, last] = [rows[0]!.seq, rows.at(-1)!.seq];
  const size = rows.reduce((sum, { update }) => sum + update.length, 0);
  const bytes = encodeSegment(rows);
  const adds = encodeCoverage(rows.map(({ update }) => update));
  const checksum = segmentChecksum(logId, { first, last, bytes, adds });
  file
    .prepare("INSERT INTO segments (log, first, last, size, adds, checksum, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)")
    .run(id, first, last, size, adds, checksum, bytes);
  return bytes.length + adds.length;
}

/** Packs the rows a new log begins with. */
export function insertSegments(file: LogFile, place: Place, rows: readonly LogRow[]): void {
  let segment: LogRow[] = [];
  let size = 0;
  for (const row of rows) {
    segment.push(row);
    size += row.update.length;
    if (!isFull({ first: segment[0]!.seq, last: row.seq, size }) && row !== rows.at(-1)) continue;
    insertSegment(file, place, segment);
    segment = [];
    size = 0;
  }
}

/** The last segment of a log, if there is still room in it. */
export function shortSegment(file: LogFile, { id }: Place): Omit<StoredSegment, "bytes"> | undefined {
  const last = file
    .prepare("SELECT first, last, size FROM segments WHERE log = ? ORDER BY last DESC LIMIT 1")
    .get(id) as Omit<StoredSegment, "bytes"> | undefined;
  return last === undefined || isFull(last) ? undefined : last;
}

/** Seq of the last row packed; 0 when none is. */
export function lastPacked(file: LogFile, { id }: Place): number {
  const { last } = file.prepare("SELECT max(last) AS last FROM segments WHERE log = ?").get(id) as {
    last: number | null;
  };
  return last ?? 0;
}

/** The seq after the segment a row is in; undefined when it is in none. */
export function endOfSegment(file: LogFile, { id }: Place, seq: number): number | undefined {
  const { last } = file.prepare("SELECT min(last) AS last FROM segments WHERE log = ? AND last >= ?").get(id, seq) as {
    last: number | null;
  };
  return last === null ? undefined : last + 1;
}

/** What packed rows from `from` on take, in proportion where they share a segment with others. */
export function weighSegments(file: LogFile, { id }: Place, from: number): number {
  const { size } = file
    .prepare(
      `SELECT total(length(bytes) * (last + 1.0 - max(first, ?2)) / (last + 1 - first)) AS size
       FROM segments WHERE log = ?1 AND last >= ?2`,
    )
    .get(id, from) as { size: number };
  return size;
}

/** The segments that hold any of the rows `from <= seq < to`, in order, at most `limit`. */
export function readSegments(
  file: LogFile,
  { id, logId }: Place,
  from: number,
  to: number,
  limit = Number.MAX_SAFE_INTEGER,
): Result<readonly StoredSegment[], LogError> {
  const stored = file
    .prepare(
      "SELECT first, last, size, adds, checksum, bytes FROM segments WHERE log = ? AND last >= ? AND first < ? ORDER BY last LIMIT ?",
    )
    .all(id, from, to, limit) as unknown as (StoredSegment & { adds: Uint8Array; checksum: number })[];
  for (const segment of stored) {
    if (segment.checksum === segmentChecksum(logId, segment)) continue;
    return err({ code: "corrupt", reason: `segment ${segment.first} to ${segment.last} does not match its checksum` });
  }
  return ok(stored);
}

/** Reads those of the rows `from <= seq < to` that are packed. */
export function readPackedRows(
  file: LogFile,
  place: Place,
  from: number,
  to: number,
): Result<readonly LogRow[], LogError> {
  const segments = readSegments(file, place, from, to);
  if (!segments.ok) return segments;
  const rows: LogRow[] = [];
  let next = Math.max(from, place.first);
  for (const { first, last, bytes } of segments.value) {
    const packed = decodeSegment(bytes);
    if (packed?.[0]?.seq !== first || packed.at(-1)?.seq !== last) {
      return err({ code: "corrupt", reason: `segment ${first} to ${last} cannot be unpacked` });
    }
    for (const row of packed) {
      if (row.seq < next || row.seq >= to) continue;
      if (row.seq !== next++) return err({ code: "corrupt", reason: `row ${next - 1} is missing` });
      rows.push(row);
    }
  }
  return next < Math.min(to, place.hotFrom) ? err({ code: "corrupt", reason: `row ${next} is missing` }) : ok(rows);
}
