import { existsSync, rmSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import { isKnownShape, migrate } from "./migrations.ts";

/** Why a log could not be opened. */
export type OpenError =
  | { readonly code: "unwritable"; readonly reason: string }
  | { readonly code: "in-use"; readonly reason: string }
  | { readonly code: "corrupt"; readonly reason: string }
  | { readonly code: "newer"; readonly reason: string };

/**
 * One SQLite file, synchronously. WAL with `synchronous=FULL`, so a returned transaction has been synced.
 * An exclusive lock keeps a second process out.
 */
export class LogFile {
  readonly #path: string;
  #database: DatabaseSync;
  /** What SQLite makes to read a write-ahead log; whoever is alone with the file needs none. */
  readonly #leftover: string | undefined;
  readonly #statements = new Map<string, StatementSync>();

  static open(path: string): Result<LogFile, OpenError> {
    let database: DatabaseSync | undefined;
    try {
      database = connect(path);
      if (!migrate(database)) {
        database.close();
        return err({ code: "newer", reason: "it was written by a newer version of Sheaf" });
      }
      return ok(new LogFile(path, database));
    } catch (cause) {
      database?.close();
      return err(describeOpenFailure(cause));
    }
  }

  /** Opens a file to read it, and leaves all of it as it is. */
  static openToRead(path: string): Result<LogFile, OpenError> {
    const index = `${path}-shm`;
    const hadIndex = existsSync(index);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly: true });
      if (isKnownShape(database)) return ok(new LogFile(path, database, hadIndex ? undefined : index));
      database.close();
      return err({ code: "newer", reason: "it was written by a newer version of Sheaf" });
    } catch (cause) {
      database?.close();
      if (!hadIndex) rmSync(index, { force: true });
      return err(describeOpenFailure(cause));
    }
  }

  private constructor(path: string, database: DatabaseSync, leftover?: string) {
    this.#leftover = leftover;
    this.#path = path;
    this.#database = database;
  }

  /** A statement, compiled once for each connection: ask for it where it is used. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  /** Commits all that `work` writes, or nothing. Throws what SQLite throws: then {@link reconnect} first. */
  transaction<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw cause;
    }
  }

  /** Bytes on disk. */
  get size(): { readonly file: number; readonly writeAheadLog: number } {
    const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return { file: sizeOf(this.#path), writeAheadLog: sizeOf(`${this.#path}-wal`) };
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  /** Goes on with a new connection: after a failed sync the kernel forgets which pages were never written. */
  reconnect(): void {
    this.close();
    this.#database = connect(this.#path);
  }

  /**
   * Gives pages nothing is in back to the disk, so many that it takes a few milliseconds.
   *
   * @returns True when there are more.
   */
  shrink(): boolean {
    const free = (): number =>
      (this.prepare("PRAGMA freelist_count").get() as { freelist_count: number }).freelist_count;
    const before = free();
    if (before <= SPARE_PAGES) return false;
    this.#database.exec(`PRAGMA incremental_vacuum(${Math.min(before - SPARE_PAGES, SHRINK_PAGES)})`);
    // A file of the first version keeps its free pages, for the next rows.
    return free() < before;
  }

  /** Empties the write-ahead log into the file, so that what was deleted is not in it either. */
  truncateLog(): void {
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
    if (this.#leftover !== undefined) rmSync(this.#leftover, { force: true });
  }
}

const SPARE_PAGES = 64;
const SHRINK_PAGES = 256;

/** What a failure of SQLite means to whoever called the log. */
export function toLogError(cause: unknown): Extract<LogError, { readonly reason: string }> {
  const reason = reasonOf(cause);
  // Not from SQLite: a number, or a kind of value, that was never stored there.
  if (["ERR_OUT_OF_RANGE", "ERR_INVALID_ARG_TYPE"].includes((cause as { code?: string }).code ?? "")) {
    return { code: "corrupt", reason };
  }
  switch (codeOf(cause)) {
    case SQLITE_FULL:
      return { code: "full", reason };
    case SQLITE_CORRUPT:
      return { code: "corrupt", reason };
    default:
      return { code: "storage", reason };
  }
}

/** The same where the file was being opened. */
export function toOpenError(cause: unknown): OpenError {
  const { code, reason } = toLogError(cause);
  return { code: code === "corrupt" ? "corrupt" : "unwritable", reason };
}

/** What SQLite would throw, had it found this damage itself. */
export const corruption = (reason: string): Error => Object.assign(new Error(reason), { errcode: SQLITE_CORRUPT });

/** What `read` gives; undefined when what it reads turns out to be damaged. */
export function unlessCorrupt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (toLogError(cause).code !== "corrupt") throw cause;
    return undefined;
  }
}

function connect(path: string): DatabaseSync {
  // Can only be chosen before there is anything in the file, and later is a write that a full disk refuses.
  const isNew = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
  const database = new DatabaseSync(path);
  try {
    // The lock comes first: once the file was read without it, SQLite wants shared memory beside it, and a
    // full disk has no room for that. What is deleted is overwritten: erased history must not stay readable (D16).
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; ${isNew ? "PRAGMA auto_vacuum = INCREMENTAL;" : ""}
       PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON`,
    );
    // Takes the exclusive lock now, so that a second process is told at its start.
    database.exec("BEGIN IMMEDIATE; COMMIT");
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function describeOpenFailure(cause: unknown): OpenError {
  const reason = reasonOf(cause);
  switch (codeOf(cause)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return { code: "in-use", reason };
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return { code: "corrupt", reason };
    default:
      return { code: "unwritable", reason };
  }
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** SQLite's primary result code; node:sqlite gives the extended one, whose low byte that is. */
const codeOf = (cause: unknown): number => ((cause as { errcode?: number }).errcode ?? 0) & 255;

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
