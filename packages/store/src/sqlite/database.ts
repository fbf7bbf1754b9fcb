import { randomBytes } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { type DocumentId, err, LOG_ID_BYTES, ok, type Result } from "@sheaf/protocol";
import type { AppendRequest, LoadedLog, LogError, LogRow, Principal } from "@sheaf/room";
import { migrate } from "./migrations.ts";

/** Why a log could not be opened. */
export type OpenError =
  | { readonly code: "unwritable"; readonly reason: string }
  | { readonly code: "in-use"; readonly reason: string }
  | { readonly code: "corrupt"; readonly reason: string }
  | { readonly code: "newer"; readonly reason: string };

/** Where a document's rows are; the position in `rowIds` is seq - 1. `id` is 0 until the first append. */
interface Place {
  id: number;
  readonly logId: Uint8Array;
  readonly rowIds: number[];
}

interface StoredRow {
  readonly seq: number;
  readonly principal: string;
  readonly time: number;
  readonly base: number;
  readonly schemaVersion: number;
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

/**
 * The log in one SQLite file, synchronously: what the worker thread runs. WAL with `synchronous=FULL`,
 * so a returned append has been synced. An exclusive lock keeps a second process out of the file.
 */
export class LogDatabase {
  readonly #file: string;
  #database: DatabaseSync;
  #statements: Statements;
  readonly #places = new Map<string, Place>();
  /** Documents that were opened but never written to; bounded, for anyone can open any name. */
  readonly #unwritten = new Map<string, Place>();
  readonly #principals = new Map<string, number>();
  /** Highest committed ids: anything above is left over from a commit that failed. */
  #committed: Ids = { log: 0, principal: 0, row: 0 };
  /** After a failed commit the connection is not trusted: fsync reports an error once and then forgets it. */
  #suspect = false;

  static open(file: string): Result<LogDatabase, OpenError> {
    let database: DatabaseSync | undefined;
    try {
      database = connect(file);
      if (!migrate(database)) {
        database.close();
        return err({ code: "newer", reason: "it was written by a newer version of Sheaf" });
      }
      return ok(new LogDatabase(file, database));
    } catch (cause) {
      database?.close();
      return err(describeOpenFailure(cause));
    }
  }

  private constructor(file: string, database: DatabaseSync) {
    this.#file = file;
    this.#database = database;
    this.#statements = prepare(database);
    this.#scan();
  }

  load(document: DocumentId): Result<LoadedLog, LogError> {
    const place = this.#place(document);
    const rows = this.#rows(place, 1, place.rowIds.length + 1);
    return rows.ok ? ok({ logId: place.logId, rows: rows.value }) : rows;
  }

  read(document: DocumentId, from: number, to: number): Result<readonly LogRow[], LogError> {
    return this.#rows(this.#place(document), from, to);
  }

  append(rows: readonly AppendRequest[]): Result<readonly number[], LogError> {
    try {
      if (this.#suspect) this.#recover();
      return ok(this.#commit(rows));
    } catch (cause) {
      this.#suspect = true;
      return err({ code: codeOf(cause) === SQLITE_FULL ? "full" : "storage", reason: reasonOf(cause) });
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #commit(rows: readonly AppendRequest[]): number[] {
    const { insertLog, insertPrincipal, insertRow } = this.#statements;
    const next: Ids = { ...this.#committed };
    const touched = new Map<DocumentId, Place>();
    const newLogs = new Map<Place, number>();
    const newPrincipals = new Map<string, number>();
    const grown = new Map<Place, number[]>();
    const seqs: number[] = [];

    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const row of rows) {
        const place = touched.get(row.document) ?? this.#place(row.document);
        touched.set(row.document, place);
        let log = place.id === 0 ? newLogs.get(place) : place.id;
        if (log === undefined) {
          log = ++next.log;
          insertLog.run(log, row.document, place.logId);
          newLogs.set(place, log);
        }
        let principal = this.#principals.get(row.principal) ?? newPrincipals.get(row.principal);
        if (principal === undefined) {
          principal = ++next.principal;
          insertPrincipal.run(principal, row.principal);
          newPrincipals.set(row.principal, principal);
        }
        let added = grown.get(place);
        if (added === undefined) grown.set(place, (added = []));
        const id = ++next.row;
        const seq = place.rowIds.length + added.length + 1;
        const sum = checksum(place.logId, seq, row);
        insertRow.run(id, log, seq, principal, row.time, row.base, row.schemaVersion, sum, row.update);
        added.push(id);
        seqs.push(seq);
      }
      this.#database.exec("COMMIT");
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw cause;
    }

    // The maps follow the file only now: a failed commit leaves them as they were.
    for (const [document, place] of touched) {
      place.id ||= newLogs.get(place) ?? 0;
      this.#unwritten.delete(document);
      this.#places.set(document, place);
    }
    for (const [name, id] of newPrincipals) this.#principals.set(name, id);
    for (const [place, added] of grown) place.rowIds.push(...added);
    this.#committed = next;
    return seqs;
  }

  /**
   * Starts over on a new connection and removes what a failed commit may have left: its sync failed,
   * but its frames can still be in the write-ahead log and would come back as rows nobody was told of.
   */
  #recover(): void {
    this.close();
    this.#database = connect(this.#file);
    const { log, principal, row } = this.#committed;
    this.#database.exec(
      `BEGIN IMMEDIATE;
       DELETE FROM hot_log WHERE id > ${row}; DELETE FROM logs WHERE id > ${log}; DELETE FROM principals WHERE id > ${principal};
       COMMIT`,
    );
    this.#statements = prepare(this.#database);
    this.#suspect = false;
  }

  #place(document: DocumentId): Place {
    const known = this.#places.get(document) ?? this.#unwritten.get(document);
    if (known !== undefined) return known;
    const place: Place = { id: 0, logId: new Uint8Array(randomBytes(LOG_ID_BYTES)), rowIds: [] };
    this.#unwritten.set(document, place);
    const [oldest] = this.#unwritten.keys();
    if (this.#unwritten.size > MAX_UNWRITTEN && oldest !== undefined) this.#unwritten.delete(oldest);
    return place;
  }

  #scan(): void {
    const byId = new Map<number, Place>();
    for (const row of this.#database.prepare("SELECT id, document, log_id FROM logs").iterate()) {
      const { id, document, log_id: logId } = row as { id: number; document: string; log_id: Uint8Array };
      const place: Place = { id, logId, rowIds: [] };
      byId.set(id, place);
      this.#places.set(document, place);
      this.#committed.log = Math.max(this.#committed.log, id);
    }
    for (const row of this.#database.prepare("SELECT id, name FROM principals").iterate()) {
      const { id, name } = row as { id: number; name: string };
      this.#principals.set(name, id);
      this.#committed.principal = Math.max(this.#committed.principal, id);
    }
    for (const row of this.#database.prepare("SELECT id, log FROM hot_log ORDER BY id").iterate()) {
      const { id, log } = row as { id: number; log: number };
      byId.get(log)?.rowIds.push(id);
      this.#committed.row = id;
    }
  }

  #rows(place: Place, from: number, to: number): Result<readonly LogRow[], LogError> {
    const rows: LogRow[] = [];
    try {
      for (const id of place.rowIds.slice(Math.max(0, from - 1), Math.max(0, to - 1))) {
        const stored = this.#statements.selectRow.get(id) as StoredRow | undefined;
        if (stored === undefined) return err({ code: "corrupt", reason: `row ${id} is missing` });
        const { seq, time, base, schemaVersion } = stored;
        const row = { seq, principal: stored.principal as Principal, time, base, schemaVersion, update: stored.bytes };
        if (stored.checksum !== checksum(place.logId, seq, row)) {
          return err({ code: "corrupt", reason: `row ${id} does not match its checksum` });
        }
        rows.push(row);
      }
      return ok(rows);
    } catch (cause) {
      return err({ code: "storage", reason: reasonOf(cause) });
    }
  }
}

/** A forgotten one gets another logId at its first append, which costs its clients one sync by state vector. */
const MAX_UNWRITTEN = 1000;

interface Ids {
  log: number;
  principal: number;
  row: number;
}

type Statements = Record<"insertLog" | "insertPrincipal" | "insertRow" | "selectRow", StatementSync>;

function prepare(database: DatabaseSync): Statements {
  return {
    insertLog: database.prepare("INSERT INTO logs (id, document, log_id) VALUES (?, ?, ?)"),
    insertPrincipal: database.prepare("INSERT INTO principals (id, name) VALUES (?, ?)"),
    insertRow: database.prepare("INSERT INTO hot_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    selectRow: database.prepare(
      `SELECT seq, name AS principal, time, base, schema_version AS schemaVersion, checksum, bytes
       FROM hot_log JOIN principals ON principals.id = hot_log.principal WHERE hot_log.id = ?`,
    ),
  };
}

function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF",
    );
    // Takes the exclusive lock now, so that a second process is told at its start.
    database.exec("BEGIN IMMEDIATE; COMMIT");
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** Covers everything that gives the bytes their meaning, and whose log they are in. */
function checksum(logId: Uint8Array, seq: number, row: Omit<LogRow, "seq">): number {
  const meaning = `${seq} ${row.principal} ${row.time} ${row.base} ${row.schemaVersion}`;
  return crc32(row.update, crc32(meaning, crc32(logId)));
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
