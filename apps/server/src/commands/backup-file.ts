import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { err, ok, type Result } from "@sheaf/protocol";
import { type Copied, readCopied } from "@sheaf/store";
import { reasonOf } from "../reason-of.ts";

/**
 * A backup is one SQLite file: the log as it was, and in a table of their own the other files of the folder.
 * So the log's checksums are in it, and whoever lost Sheaf can read it with `sqlite3`.
 */
export interface Backup {
  /** Milliseconds since 1970. */
  readonly made: number;
}

/** A file of the data folder, by its name in it, with slashes on every system. */
export type NamedFile = readonly [name: string, bytes: Uint8Array];

/**
 * Adds the other files to a copy of the log, which makes it a backup, and syncs it. Throws what SQLite throws.
 *
 * @param files - Taken one by one: all pictures together may be more than fits into memory.
 */
export function sealBackup(path: string, made: number, files: Iterable<NamedFile>): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(`
      PRAGMA journal_mode = OFF;
      BEGIN IMMEDIATE;
      CREATE TABLE files (name TEXT PRIMARY KEY, made INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
    `);
    const insert = database.prepare("INSERT INTO files VALUES (?, ?, ?, ?)");
    for (const [name, bytes] of files) insert.run(name, made, crc32(bytes), bytes);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; COMMIT`);
  } finally {
    database.close();
  }
  syncPath(path);
}

/**
 * Reads what is in a backup beside the log.
 *
 * @param take - Given each file, which matches its checksum, one by one.
 * @returns A sentence that says why it is none; then some files may have been taken.
 */
export function readBackup(path: string, take: (file: NamedFile) => void = () => {}): Result<Backup, string> {
  return reading(path, (database) => {
    if (!isBackup(database)) return err(`${path} is not a backup of Sheaf.`);
    let made = 0;
    const rows = database.prepare("SELECT name, made, checksum, bytes FROM files").iterate() as unknown as Iterable<{
      readonly name: string;
      readonly made: number;
      readonly checksum: number;
      readonly bytes: Uint8Array;
    }>;
    for (const { name, made: at, checksum, bytes } of rows) {
      if (checksum !== crc32(bytes)) return err(`${path} is damaged: ${name} in it is not as it was.`);
      made = at;
      take([name, bytes]);
    }
    return ok({ made });
  });
}

/** True when there is a backup at `path`, whole or not. */
export function isBackupFile(path: string): boolean {
  const read = reading(path, (database) => ok(isBackup(database)));
  return read.ok && read.value;
}

/** @returns What of the log is in a file, read back from its first page to its last. */
export function readBack(path: string): Result<Copied, string> {
  return reading(path, (database) => {
    const [first] = database.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    return first?.quick_check === "ok" ? ok(readCopied(database)) : err(`${path}: ${first?.quick_check}`);
  });
}

export function syncPath(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes an empty file that only this user may read; throws when there is one. */
export const makePrivateFile = (path: string): void => writeFileSync(path, "", { mode: 0o600, flag: "wx" });

function reading<T>(path: string, read: (database: DatabaseSync) => Result<T, string>): Result<T, string> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    return read(database);
  } catch (cause) {
    return err(`${path} cannot be read as a backup (${reasonOf(cause)}).`);
  } finally {
    database?.close();
  }
}

function isBackup(database: DatabaseSync): boolean {
  const { application_id: id } = database.prepare("PRAGMA application_id").get() as { application_id: number };
  return id === APPLICATION_ID;
}

/** "Shbk", in the file's header. */
const APPLICATION_ID = 0x5368626b;
