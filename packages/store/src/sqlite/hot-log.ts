import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError, LogRow } from "@sheaf/room";
import type { HotFiles, Position } from "../hot/files.ts";
import { isSame, lastSeq, type Place } from "./places.ts";

/**
 * Reads those of the rows `from <= seq < to` that are hot.
 *
 * @param bytes - No more rows once their updates take this much.
 */
export function readHotRows(
  files: HotFiles,
  place: Place,
  from: number,
  to: number,
  bytes = Number.POSITIVE_INFINITY,
): Result<readonly LogRow[], LogError> {
  const rows: LogRow[] = [];
  const end = Math.min(to, lastSeq(place) + 1);
  let size = 0;
  for (let seq = Math.max(from, place.hotFrom); seq < end && size < bytes; seq++) {
    const row = readHotRow(files, place, place.hot[seq - place.hotFrom]);
    if (row?.seq !== seq) return err({ code: "corrupt", reason: `row ${seq} does not match its checksum` });
    rows.push(row);
    size += row.update.length;
  }
  return ok(rows);
}

/** @returns undefined when the row is not there, or not as it was appended to this log. */
export function readHotRow(files: HotFiles, { logId }: Place, position: Position | undefined): LogRow | undefined {
  const found = position === undefined ? undefined : files.read(position);
  if (found?.isWhole !== true || !isSame(found.row.logId, logId)) return undefined;
  const { seq, principal, time, base, schemaVersion, update } = found.row;
  return { seq, principal, time, base, schemaVersion, update };
}
