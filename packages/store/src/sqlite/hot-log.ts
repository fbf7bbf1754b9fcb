import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError, LogRow } from "@sheaf/room";
import type { HotFiles, Position } from "../hot/files.ts";
import { isSame, type Place } from "./places.ts";

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
  const start = Math.max(from, place.hotFrom);
  const positions = place.hot.slice(start - place.hotFrom, Math.max(start, to) - place.hotFrom);
  let size = 0;
  for (const row of eachHotRow(files, place, positions)) {
    const seq = start + rows.length;
    if (row?.seq !== seq) return err({ code: "corrupt", reason: `row ${seq} does not match its checksum` });
    rows.push(row);
    if ((size += row.update.length) >= bytes) break;
  }
  return ok(rows);
}

/** Reads the rows at these positions; undefined stands for one that is not there, or not as it was appended to this log. */
export function* eachHotRow(
  files: HotFiles,
  { logId }: Place,
  positions: Iterable<Position | undefined>,
): Generator<LogRow | undefined> {
  for (const found of files.read(positions)) {
    if (found?.isWhole !== true || !isSame(found.row.logId, logId)) {
      yield undefined;
      continue;
    }
    const { seq, principal, time, base, schemaVersion, update } = found.row;
    yield { seq, principal, time, base, schemaVersion, update };
  }
}
