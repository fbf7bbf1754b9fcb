import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError, LogRow } from "@sheaf/room";
import { rowChecksum } from "./checksum.ts";
import type { LogFile } from "./file.ts";
import { lastSeq, type Place } from "./places.ts";

type Row = Omit<LogRow, "seq">;

/** Appends one row of a log. @param principal - The id of the row's principal. */
export function insertHotRow(
  file: LogFile,
  { id, log, seq, principal }: { id: number; log: number; seq: number; principal: number },
  logId: Uint8Array,
  row: Row,
): void {
  file
    .prepare("INSERT INTO hot_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    .run(id, log, seq, principal, row.time, row.base, row.schemaVersion, rowChecksum(logId, seq, row), row.update);
}

/**
 * Reads those of the rows `from <= seq < to` that are hot.
 *
 * @param bytes - No more rows once their updates take this much.
 */
export function readHotRows(
  file: LogFile,
  place: Place,
  from: number,
  to: number,
  bytes = Number.POSITIVE_INFINITY,
): Result<readonly LogRow[], LogError> {
  const rows: LogRow[] = [];
  const end = Math.min(to, lastSeq(place) + 1);
  let size = 0;
  for (let seq = Math.max(from, place.hotFrom); seq < end && size < bytes; seq++) {
    const row = readHotRow(file, place, place.rowIds[seq - place.hotFrom]!);
    if (row?.seq !== seq) return err({ code: "corrupt", reason: `row ${seq} does not match its checksum` });
    rows.push(row);
    size += row.update.length;
  }
  return ok(rows);
}

/** @returns undefined when the row is not there, or not as it was appended to this log. */
export function readHotRow(file: LogFile, { logId }: Place, id: number): LogRow | undefined {
  const stored = file
    .prepare(
      `SELECT seq, name AS principal, time, base, schema_version AS schemaVersion, checksum, bytes AS "update"
       FROM hot_log JOIN principals ON principals.id = hot_log.principal WHERE hot_log.id = ?`,
    )
    .get(id) as (LogRow & { checksum: number }) | undefined;
  if (stored === undefined) return undefined;
  const { checksum, ...row } = stored;
  return checksum === rowChecksum(logId, row.seq, row) ? row : undefined;
}

/** Bytes of one row's update. */
export function hotSize(file: LogFile, id: number): number {
  const row = file.prepare("SELECT length(bytes) AS size FROM hot_log WHERE id = ?").get(id);
  // A row that is missing is found missing when it is read.
  return (row as { size: number } | undefined)?.size ?? 0;
}

/** Takes the oldest `count` hot rows of a log away; its place follows once that is committed. */
export function deleteHotRows(file: LogFile, { rowIds }: Place, count: number): void {
  const remove = file.prepare("DELETE FROM hot_log WHERE id = ?");
  for (const id of rowIds.slice(0, count)) remove.run(id);
}
