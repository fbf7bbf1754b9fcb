import { ok, err, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import type { Job, Piece } from "../compaction/job.ts";
import type { HotFiles } from "../hot/files.ts";
import type { LogFile } from "./file.ts";
import { piecesBetween, type RangeToMake, rangesToMake, statePieces } from "./history.ts";
import type { Titled } from "./messages.ts";
import { lastSeq, type Place } from "./places.ts";
import { readRows } from "./reading.ts";
import { readSegments } from "./segments.ts";
import type { StoredSnapshot } from "./snapshots.ts";

/** What the compaction thread is given to do, read from the log. */
type JobOf<Kind extends Job["kind"]> = Extract<Job, { readonly kind: Kind }>;

/**
 * The work to make a snapshot over another, of packed rows through `through`: of all of them, or so many
 * that the work has to be gone on with.
 *
 * @returns undefined when there is none.
 */
export function compactJob(
  file: LogFile,
  place: Place,
  snapshot: StoredSnapshot | undefined,
  through: number,
): Result<JobOf<"compact"> | undefined, LogError> {
  const from = (snapshot?.seq ?? 0) + 1;
  const segments = readSegments(file, place, from, through + 1, MAX_SEGMENTS);
  if (!segments.ok) return segments;
  let size = 0;
  const some = segments.value.filter((segment) => (size += segment.size) <= MAX_BYTES || size === segment.size);
  const rows = some.map(({ first, last, bytes }) => {
    return { kind: "segment", bytes, first: Math.max(first, from), last: Math.min(last, through) } as const;
  });
  return ok(rows.length === 0 ? undefined : { kind: "compact", snapshot: snapshot?.bytes, rows });
}

/** Ranges to be made, and the work that makes them. */
export interface Squashing {
  readonly ranges: readonly RangeToMake[];
  readonly job: JobOf<"squash">;
}

/** The work to make ranges of what is packed; undefined when there are not `least` of them to make. */
export function squashJob(
  file: LogFile,
  files: HotFiles,
  place: Place,
  least: number,
): Result<Squashing | undefined, LogError> {
  const ranges = rangesToMake(file, place, MAX_RANGES);
  if (ranges.length < least || ranges.length === 0) return ok(undefined);
  const before = statePieces(file, files, place, ranges[0]!.first - 1);
  if (!before.ok) return before;
  const groups: (readonly Piece[])[] = [];
  for (const { first, last } of ranges) {
    const group = piecesBetween(file, files, place, first, last);
    if (!group.ok) return group;
    groups.push(group.value);
  }
  return ok({ ranges, job: { kind: "squash", before: before.value, groups } });
}

/** The work to see a document as it was through `seq`. */
export function stateJob(file: LogFile, files: HotFiles, place: Place, seq: number): Result<JobOf<"state">, LogError> {
  if (seq < place.first - 1) return err({ code: "erased", from: place.first });
  const pieces = statePieces(file, files, place, Math.min(seq, lastSeq(place)));
  return pieces.ok ? ok({ kind: "state", pieces: pieces.value }) : pieces;
}

/** What is known of a document's last row, and the work to read what it is called. */
export type Titling = Pick<Titled, "seq" | "edited"> & { readonly job: JobOf<"title"> };

export function titleJob(file: LogFile, files: HotFiles, place: Place): Result<Titling, LogError> {
  const seq = lastSeq(place);
  const last = readRows(file, files, place, Math.max(place.first, seq), seq + 1);
  if (!last.ok) return last;
  const pieces = statePieces(file, files, place, seq);
  if (!pieces.ok) return pieces;
  // Rows that a snapshot stands for may be erased, and with them when they were written.
  return ok({ seq, edited: last.value[0]?.time ?? 0, job: { kind: "title", pieces: pieces.value } });
}

/** What one compaction takes up: a longer tail is compacted in steps, to bound what the thread holds at once. */
const MAX_SEGMENTS = 64;
const MAX_BYTES = 64 * 1024 * 1024;
/** And one squashing. */
const MAX_RANGES = 8;
