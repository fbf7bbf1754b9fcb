import type { DocumentId } from "@sheaf/protocol";
import { type LogRow, NOBODY } from "@sheaf/room";
import type { HotFiles, TakeRow } from "../hot/files.ts";
import { FrameWriter } from "../hot/frame.ts";
import { rowChecksum } from "./checksum.ts";
import { type LogFile, unlessCorrupt } from "./file.ts";
import type { Place } from "./places.ts";

/**
 * Keeps the hot rows of a damaged log as they were found, whole or not, in the table `hot_log`: that was the hot log of
 * the first two versions.
 */
export function keepRows(file: LogFile, files: HotFiles, { id, logId, hot }: Place): void {
  for (const found of files.read(hot)) {
    if (found === undefined) continue;
    const { principal, schemaVersion, update } = found.row;
    const [seq, time, base] = [found.row.seq, found.row.time, found.row.base].map(toInteger) as [
      number,
      number,
      number,
    ];
    const checksum = rowChecksum(logId, seq, found.row);
    file.prepare("INSERT OR IGNORE INTO principals (name) VALUES (?)").run(principal);
    file
      .prepare(
        `INSERT INTO hot_log (log, seq, principal, time, base, schema_version, checksum, bytes)
         VALUES (?, ?, (SELECT id FROM principals WHERE name = ?), ?, ?, ?, ?, ?)`,
      )
      .run(id, seq, principal, time, base, schemaVersion, found.isWhole ? checksum : ~checksum >>> 0, update);
  }
}

/** What a column takes, of a row that may be damaged. */
const toInteger = (number: number): number => (Number.isSafeInteger(number) ? number : -1);

/** Every row of a log kept in that table that is whole. */
export function* wholeStoredRows(file: LogFile, { id, logId }: Place): Generator<LogRow> {
  for (const { id: row } of file.prepare("SELECT id FROM hot_log WHERE log = ?").all(id) as { id: number }[]) {
    const stored = unlessCorrupt(() => readStoredRow(file, row));
    if (stored === undefined) continue;
    const { checksum, ...rest } = stored;
    if (checksum === rowChecksum(logId, rest.seq, rest)) yield rest;
  }
}

/**
 * Moves rows from that table to the hot log, with what is damaged of them: those an earlier version left, and those of
 * logs that were not set aside yet.
 */
export function adoptRows(file: LogFile, files: HotFiles, take: TakeRow): void {
  const left = `hot_log JOIN logs ON logs.id = log WHERE document NOT LIKE 'aside %'`;
  const named = file.prepare(`SELECT hot_log.id, document, log_id AS logId FROM ${left} ORDER BY hot_log.id`).all();
  const frame = new FrameWriter();
  let bytes = 0;
  for (const [index, each] of named.entries()) {
    const { id, document, logId } = each as { id: number; document: DocumentId; logId: Uint8Array };
    const row = unlessCorrupt(() => readStoredRow(file, id));
    if (bytes === 0) frame.begin();
    const written = frame.row({ ...(row ?? NOTHING), document }, { logId, seq: row?.seq ?? NOTHING.seq });
    if (row?.checksum !== rowChecksum(logId, row?.seq ?? 0, row ?? NOTHING)) written[0]! ^= 1;
    bytes += written.length;
    if (bytes < ADOPTED_BYTES && index < named.length - 1) continue;
    files.write(frame, take);
    bytes = 0;
  }
  if (named.length === 0) return;
  file.transaction(() => file.prepare(`DELETE FROM hot_log WHERE id IN (SELECT hot_log.id FROM ${left})`).run());
}

function readStoredRow(file: LogFile, id: number): (LogRow & { readonly checksum: number }) | undefined {
  const select = `SELECT seq, name AS principal, time, base, schema_version AS schemaVersion, checksum, bytes AS "update"
    FROM hot_log JOIN principals ON principals.id = hot_log.principal WHERE hot_log.id = ?`;
  return file.prepare(select).get(id) as (LogRow & { checksum: number }) | undefined;
}

/** In place of a row that cannot be read. */
const NOTHING: LogRow = {
  seq: Number.MAX_SAFE_INTEGER,
  principal: NOBODY,
  time: 0,
  base: 0,
  schemaVersion: 0,
  update: new Uint8Array(0),
};
/** In one file. */
const ADOPTED_BYTES = 8 * 1024 * 1024;
