import { ok, type Result } from "@sheaf/protocol";
import type { LogError, LogRow } from "@sheaf/room";
import type { HotFiles } from "../hot/files.ts";
import type { LogFile } from "./file.ts";
import { readHotRows } from "./hot-log.ts";
import { inLog, lastSeq, type Place, type Places } from "./places.ts";
import { insertSegment, isFull, readPackedRows, SEGMENT_BYTES, SEGMENT_ROWS, shortSegment } from "./segments.ts";

/** How many rows were moved, and what the segment they are in takes. */
export interface Packed {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Moves the oldest hot rows of a document into one segment, in one transaction.
 *
 * @param isQuiet - True to take them though they do not fill it.
 */
export function packOldest(
  file: LogFile,
  files: HotFiles,
  places: Places,
  place: Place,
  isQuiet: boolean,
): Result<Packed, LogError> {
  const rows = rowsToPack(file, files, place, isQuiet);
  if (!rows.ok) return rows;
  if (rows.value.length === 0) return ok({ rows: 0, bytes: 0 });
  const bytes = inLog(file, places, place, (log) => {
    // A short one is packed anew, with what follows it.
    file.prepare("DELETE FROM segments WHERE log = ? AND first = ?").run(log.id, rows.value[0]!.seq);
    return insertSegment(file, log, rows.value);
  });
  const moved = rows.value.filter(({ seq }) => seq >= place.hotFrom);
  places.pack(
    place,
    moved.length,
    moved.reduce((sum, { update }) => sum + update.length, 0),
  );
  return ok({ rows: moved.length, bytes });
}

/** The rows of the last segment, if it is short, and as many hot ones as go with them; none when they do not fill it. */
function rowsToPack(
  file: LogFile,
  files: HotFiles,
  place: Place,
  isQuiet: boolean,
): Result<readonly LogRow[], LogError> {
  const short = shortSegment(file, place);
  const first = short?.first ?? place.hotFrom;
  const space = SEGMENT_BYTES - (short?.size ?? 0);
  if (!isQuiet && !isFull({ first, last: lastSeq(place), size: (short?.size ?? 0) + place.hotBytes })) return ok([]);
  const hot = readHotRows(files, place, place.hotFrom, first + SEGMENT_ROWS, space);
  if (!hot.ok || hot.value.length === 0) return hot;
  const packed = readPackedRows(file, place, first, place.hotFrom);
  return packed.ok ? ok([...packed.value, ...hot.value]) : packed;
}
