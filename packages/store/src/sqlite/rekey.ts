import { randomBytes } from "node:crypto";
import { err, LOG_ID_BYTES, ok, type Result } from "@sheaf/protocol";
import { rangeChecksum, rowChecksum, segmentChecksum } from "./checksum.ts";
import { LogFile, type OpenError, toOpenError } from "./file.ts";

/** What a log that was brought back holds. */
export interface Rekeyed {
  readonly documents: number;
  /** Of those checked: rows, segments, snapshots and ranges. */
  readonly rows: number;
  /** Those of them that do not match their checksum, and still do not. */
  readonly damaged: number;
}

/**
 * Gives every log of a file that came back from a backup another logId (D1): its seqs may go where others went before,
 * so clients that knew it must sync by state vector. Checksums cover the logId and change with it, by as much as they
 * would had nothing else changed: so what was damaged still is.
 *
 * @param file - Brought to the newest shape first, which is what this knows.
 */
export function rekeyLogs(file: string): Result<Rekeyed, OpenError> {
  const opened = LogFile.open(file);
  if (!opened.ok) return opened;
  try {
    return ok(rekey(opened.value));
  } catch (cause) {
    return err(toOpenError(cause));
  } finally {
    opened.value.close();
  }
}

function rekey(file: LogFile): Rekeyed {
  const logs = file.prepare("SELECT id, log_id AS logId FROM logs").all() as { id: number; logId: Uint8Array }[];
  const before = new Map(logs.map(({ id, logId }) => [id, logId]));
  const after = new Map(logs.map(({ id }) => [id, new Uint8Array(randomBytes(LOG_ID_BYTES))]));
  let [rows, damaged] = [0, 0];
  for (const { table, select, checksumOf } of CHECKED) {
    const next = file.prepare(`${select} WHERE ${table}.id > ? ORDER BY ${table}.id LIMIT ${ROWS_AT_ONCE}`);
    const update = file.prepare(`UPDATE ${table} SET checksum = ? WHERE id = ?`);
    for (let last = 0; ;) {
      const stored = next.all(last) as unknown as Checked[];
      if (stored.length === 0) break;
      file.transaction(() => {
        for (const row of stored) {
          const [from, to] = [before.get(row.log), after.get(row.log)];
          if (from === undefined || to === undefined) continue;
          const whole = checksumOf(from, row);
          if (row.checksum !== whole) damaged++;
          update.run((row.checksum ^ whole ^ checksumOf(to, row)) >>> 0, row.id);
        }
      });
      rows += stored.length;
      last = stored.at(-1)!.id;
    }
  }
  file.transaction(() => {
    for (const [id, logId] of after) file.prepare("UPDATE logs SET log_id = ? WHERE id = ?").run(logId, id);
  });
  return { documents: logs.length, rows, damaged };
}

/** What every statement below selects; the rest is for its own `checksumOf`. */
interface Checked {
  readonly id: number;
  readonly log: number;
  readonly checksum: number;
}

type HotRow = Parameters<typeof rowChecksum>[2] & { readonly seq: number };
type Range = Parameters<typeof rangeChecksum>[1];
type Segment = Parameters<typeof segmentChecksum>[1];

const CHECKED: readonly {
  readonly table: string;
  readonly select: string;
  readonly checksumOf: (logId: Uint8Array, row: Checked) => number;
}[] = [
  {
    table: "hot_log",
    select: `SELECT hot_log.id, log, checksum, seq, coalesce(name, '') AS principal, time, base,
      schema_version AS schemaVersion, bytes AS "update"
      FROM hot_log LEFT JOIN principals ON principals.id = hot_log.principal`,
    checksumOf: (logId, row) => rowChecksum(logId, (row as Checked & HotRow).seq, row as Checked & HotRow),
  },
  {
    table: "segments",
    select: "SELECT id, log, checksum, first, last, adds, bytes FROM segments",
    checksumOf: (logId, row) => segmentChecksum(logId, row as Checked & Segment),
  },
  {
    table: "snapshots",
    select: "SELECT id, log, checksum, 1 AS first, seq AS last, bytes FROM snapshots",
    checksumOf: (logId, row) => rangeChecksum(logId, row as Checked & Range),
  },
  {
    table: "ranges",
    select: "SELECT id, log, checksum, first, last, bytes FROM ranges",
    checksumOf: (logId, row) => rangeChecksum(logId, row as Checked & Range),
  },
];

/** Segments take up to a megabyte each. */
const ROWS_AT_ONCE = 64;
