import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { err, ok, type Result } from "@sheaf/protocol";
import { MIGRATIONS } from "./migrations.ts";

/**
 * The file of people and what they may do, synchronously, on the main thread: a write is a person joining or being
 * given a role, a few a day, or the titles of what was edited, at most once a second; and a read is one row of a small file. The log's file, which is written at every
 * keystroke, has a thread of its own.
 */
export class PeopleFile {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @returns A sentence for the operator when it cannot be opened. */
  static open(path: string, now: () => number): Result<PeopleFile, string> {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path);
      database.exec(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON",
      );
      const { user_version: applied } = database.prepare("PRAGMA user_version").get() as { user_version: number };
      if (applied > MIGRATIONS.length) throw new Error("it was written by a newer version of Sheaf");
      for (const [index, sql] of MIGRATIONS.entries()) {
        if (index < applied) continue;
        database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
      }
      return ok(new PeopleFile(database, now));
    } catch (cause) {
      database?.close();
      return err(cause instanceof Error ? cause.message : String(cause));
    }
  }

  private constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.now = now;
  }

  /** The caller knows the columns of its statement. */
  rows<T>(sql: string, ...values: readonly SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  /** @returns How many rows it changed, durable when this returns, or when the transaction around it does. */
  write(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** All that `work` writes, or nothing. */
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

  /** Copies all of it, as it is now, to a file that is not there yet. Throws what SQLite throws. */
  copyTo(path: string): void {
    this.#database.prepare("VACUUM INTO ?").run(path);
  }

  /** Empties the write-ahead log into the file, so that what was deleted is not in it either. */
  truncateLog(): void {
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}
