import { type FileHandle, open } from "node:fs/promises";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { LogFile } from "./file.ts";
import { migrate } from "./migrations.ts";

/** What was copied, by which whoever reads it back can tell that it is all there. */
export interface Copied {
  readonly rows: number;
  /** CRC-32 of every value of every row. */
  readonly digest: number;
}

/**
 * A copy of the log, made a few milliseconds at a time: the storage thread holds the file alone (D1), so nobody else
 * could make one, and `VACUUM INTO` would hold up whoever wants to read for as long as it takes.
 *
 * It holds what is packed, and that stays as it is, for the upkeep rests meanwhile; rows are appended elsewhere.
 */
export class LogCopy {
  readonly #target: DatabaseSync;
  readonly #handle: FileHandle;
  #table = 0;
  #lastId = 0;
  #unsyncedBytes = 0;
  #copied: Copied = EMPTY;

  /** @param path - Of an empty file. Throws what SQLite and the file system throw. */
  static async begin(path: string): Promise<LogCopy> {
    const handle = await open(path, "r+");
    let target: DatabaseSync | undefined;
    try {
      // Without a journal nothing that is already there would survive a failure.
      if ((await handle.stat()).size > 0) throw new Error(`${path} is not empty`);
      target = new DatabaseSync(path);
      // A copy that is not whole is thrown away, so it needs no journal; and what is synced is synced elsewhere.
      target.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
      migrate(target);
      target.exec("BEGIN IMMEDIATE");
    } catch (cause) {
      target?.close();
      await handle.close();
      throw cause;
    }
    return new LogCopy(target, handle);
  }

  private constructor(target: DatabaseSync, handle: FileHandle) {
    this.#target = target;
    this.#handle = handle;
  }

  /** Copies some rows. @returns True when there are more. Throws what SQLite throws, of either file. */
  step(file: LogFile): boolean {
    const table = TABLES[this.#table];
    if (table === undefined) return false;
    const select = file.prepare(`SELECT * FROM ${table} WHERE id > ? ORDER BY id`);
    select.setReturnArrays(true);
    let insert;
    let bytes = 0;
    for (const row of select.iterate(this.#lastId) as unknown as Iterable<SQLOutputValue[]>) {
      insert ??= this.#target.prepare(`INSERT INTO ${table} VALUES (${row.map(() => "?").join()})`);
      insert.run(...row);
      this.#copied = withRow(this.#copied, row);
      this.#lastId = row[0] as number;
      bytes += weigh(row);
      if (bytes < STEP_BYTES) continue;
      this.#unsyncedBytes += bytes;
      return true;
    }
    this.#table++;
    this.#lastId = 0;
    return this.#table < TABLES.length;
  }

  /** Brings what was copied to the disk a little at a time: much at once would hold up the syncs of commits. */
  async sync(): Promise<void> {
    if (this.#unsyncedBytes < SYNC_BYTES) return;
    this.#unsyncedBytes = 0;
    await this.#handle.datasync();
  }

  /** @returns What was copied, once it is on the disk. */
  async finish(): Promise<Copied> {
    this.#target.exec("COMMIT");
    await this.#handle.datasync();
    return this.#copied;
  }

  /** Closes the file; it is of no use unless the copy was finished. */
  async close(): Promise<void> {
    this.#target.close();
    await this.#handle.close();
  }
}

/** Reads a copy back. */
export function readCopied(database: DatabaseSync): Copied {
  let copied = EMPTY;
  for (const table of TABLES) {
    const select = database.prepare(`SELECT * FROM ${table} ORDER BY id`);
    select.setReturnArrays(true);
    for (const row of select.iterate() as unknown as Iterable<SQLOutputValue[]>) copied = withRow(copied, row);
  }
  return copied;
}

function withRow({ rows, digest }: Copied, row: readonly SQLOutputValue[]): Copied {
  const sum = row.reduce<number>(
    (before, value) => crc32(value instanceof Uint8Array ? value : ` ${value} `, before),
    digest,
  );
  return { rows: rows + 1, digest: sum };
}

const weigh = (row: readonly SQLOutputValue[]): number =>
  row.reduce<number>((bytes, value) => bytes + (value instanceof Uint8Array ? value.length : 8), 0);

const TABLES = ["logs", "principals", "hot_log", "segments", "snapshots", "ranges"] as const;

const EMPTY: Copied = { rows: 0, digest: 0 };
const STEP_BYTES = 128 * 1024;
const SYNC_BYTES = 4 * 1024 * 1024;
