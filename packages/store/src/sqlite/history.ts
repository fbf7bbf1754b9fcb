import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import { encodeSegment } from "../packed/segment.ts";
import { rangeChecksum } from "./checksum.ts";
import type { Piece } from "../compaction/job.ts";
import type { HotFiles } from "../hot/files.ts";
import type { LogFile } from "./file.ts";
import { readHotRows } from "./hot-log.ts";
import type { Place } from "./places.ts";
import { readSegments } from "./segments.ts";
import { readSnapshot } from "./snapshots.ts";

/** How many segments make a range, and how many ranges one of the next level. */
export const RANGE_FACTOR = 4;

/** Rows `first` to `last`. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** A range that is not made yet. */
export interface RangeToMake extends Span {
  readonly level: number;
}

/** What a document was through `seq`, as few pieces to be applied in order. */
export function statePieces(
  file: LogFile,
  files: HotFiles,
  place: Place,
  seq: number,
): Result<readonly Piece[], LogError> {
  const snapshot = readSnapshot(file, place, seq);
  if (snapshot === undefined && place.first > 1) return err({ code: "erased", from: place.first });
  const rest = piecesBetween(file, files, place, (snapshot?.seq ?? 0) + 1, seq);
  if (!rest.ok || snapshot === undefined) return rest;
  return ok([{ kind: "snapshot", bytes: snapshot.bytes }, ...rest.value]);
}

/** What rows `from` to `through` did, in the largest ranges there are. */
export function piecesBetween(
  file: LogFile,
  files: HotFiles,
  place: Place,
  from: number,
  through: number,
): Result<readonly Piece[], LogError> {
  const pieces: Piece[] = [];
  for (let next = from; next <= through;) {
    const range = largestRange(file, place, next, through);
    if (range !== undefined) {
      pieces.push({ kind: "range", bytes: range.bytes });
      next = range.last + 1;
      continue;
    }
    if (next >= place.hotFrom) {
      const rows = readHotRows(files, place, next, through + 1);
      if (!rows.ok) return rows;
      if (rows.value.length === 0) break;
      pieces.push({ kind: "segment", bytes: encodeSegment(rows.value), first: next, last: through });
      break;
    }
    const segments = readSegments(file, place, next, next + 1);
    if (!segments.ok) return segments;
    const [segment] = segments.value;
    if (segment === undefined) return err({ code: "corrupt", reason: `row ${next} is missing` });
    pieces.push({ kind: "segment", bytes: segment.bytes, first: next, last: Math.min(through, segment.last) });
    next = segment.last + 1;
  }
  return ok(pieces);
}

/** The ranges of one level that could be made now, from segments that will not change. */
export function rangesToMake(file: LogFile, { id }: Place, limit: number): readonly RangeToMake[] {
  const done = file
    .prepare("SELECT level, max(last) AS last FROM ranges WHERE log = ? GROUP BY level ORDER BY level")
    .all(id) as unknown as { level: number; last: number }[];
  for (let level = 1; level <= done.length + 1; level++) {
    const from = done.find((row) => row.level === level)?.last ?? 0;
    const atoms = (level === 1
      ? file
          .prepare(
            `SELECT first, last FROM segments WHERE log = ?1 AND first > ?2
             AND last < (SELECT max(last) FROM segments WHERE log = ?1) ORDER BY last LIMIT ?3`,
          )
          .all(id, from, limit * RANGE_FACTOR)
      : file
          .prepare("SELECT first, last FROM ranges WHERE log = ? AND level = ? AND first > ? ORDER BY last LIMIT ?")
          .all(id, level - 1, from, limit * RANGE_FACTOR)) as unknown as Span[];
    const count = Math.floor(atoms.length / RANGE_FACTOR);
    if (count === 0) continue;
    return Array.from({ length: count }, (_, group) => ({
      level,
      first: atoms[group * RANGE_FACTOR]!.first,
      last: atoms[(group + 1) * RANGE_FACTOR - 1]!.last,
    }));
  }
  return [];
}

/** @param bytes - Empty when the range cannot be squashed, because something in it waits. */
export function storeRange(
  file: LogFile,
  { id, logId }: Place,
  { level, first, last }: RangeToMake,
  bytes: Uint8Array,
): void {
  file
    .prepare("INSERT INTO ranges (log, level, first, last, checksum, bytes) VALUES (?, ?, ?, ?, ?, ?)")
    .run(id, level, first, last, rangeChecksum(logId, { first, last, bytes }), bytes);
}

/** A damaged one counts as none: what it stands for is in smaller ones, and in the rows. */
function largestRange(
  file: LogFile,
  { id, logId }: Place,
  first: number,
  through: number,
): (Span & { readonly bytes: Uint8Array }) | undefined {
  const ranges = file
    .prepare(
      `SELECT first, last, checksum, bytes FROM ranges
       WHERE log = ? AND first = ? AND last <= ? AND length(bytes) > 0 ORDER BY last DESC`,
    )
    .all(id, first, through) as unknown as (Span & { checksum: number; bytes: Uint8Array })[];
  return ranges.find((range) => range.checksum === rangeChecksum(logId, range));
}
