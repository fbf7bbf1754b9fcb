import { type DocumentId, err, LOG_ID_BYTES, ok, type Result } from "@sheaf/protocol";
import {
  type AppendRequest,
  type LoadedLog,
  type Log,
  type LogError,
  type LogRow,
  oneRead,
  type Quarantined,
  type Snapshot,
} from "../log.ts";
import { salvage } from "../salvage.ts";
import { compact } from "./compact.ts";

interface Entry {
  readonly logId: Uint8Array;
  snapshot: Snapshot | undefined;
  /** Those that were not erased. */
  rows: LogRow[];
  lastSeq: number;
  readonly damaged: Set<LogRow>;
}

/** The log in memory: what is appended lives as long as the object, and fails when a test says so. */
export class MemoryLog implements Log {
  readonly #documents = new Map<DocumentId, Entry>();
  #logs = 0;
  #isClosed = false;
  #failure: LogError | undefined;
  #failuresLeft = 0;

  /** The next appends are answered with `error`, and nothing of them is held. */
  failAppends(error: LogError, times = Number.POSITIVE_INFINITY): void {
    this.#failure = error;
    this.#failuresLeft = times;
  }

  recover(): void {
    this.#failuresLeft = 0;
  }

  /** The same log as after a restart. */
  reopen(): MemoryLog {
    const log = new MemoryLog();
    log.#logs = this.#logs;
    for (const [document, entry] of this.#documents)
      log.#documents.set(document, { ...entry, rows: entry.rows.slice() });
    return log;
  }

  /** Makes the snapshot that loads begin with, through the last row after which nothing waits. */
  compact(document: DocumentId): void {
    const entry = this.#entry(document);
    const rows = whole(entry, rowsAfter(entry));
    if (rows.ok) entry.snapshot = compact(entry.snapshot, rows.value) ?? entry.snapshot;
  }

  /** Forgets the rows the snapshot stands for (D16). */
  eraseHistory(document: DocumentId): void {
    const entry = this.#entry(document);
    entry.rows = rowsAfter(entry);
  }

  /** One row cannot be read any more. */
  damage(document: DocumentId, seq: number): void {
    const { rows, damaged } = this.#entry(document);
    for (const row of rows) if (row.seq === seq) damaged.add(row);
  }

  load(document: DocumentId): Promise<Result<LoadedLog, LogError>> {
    const entry = this.#entry(document);
    const rows = whole(entry, rowsAfter(entry));
    const { logId, snapshot } = entry;
    return this.#unlessClosed(rows.ok ? ok({ logId, snapshot, rows: rows.value }) : rows);
  }

  append(rows: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>> {
    if (this.#failure !== undefined && this.#failuresLeft > 0 && !this.#isClosed) {
      this.#failuresLeft--;
      return Promise.resolve(err(this.#failure));
    }
    if (this.#isClosed) return this.#unlessClosed(ok([]));
    const seqs = rows.map(({ document, ...row }) => {
      const entry = this.#entry(document);
      const seq = ++entry.lastSeq;
      // A copy, as any medium makes one: later changes of the caller's bytes must not reach the log.
      entry.rows.push({ ...row, seq, update: row.update.slice() });
      return seq;
    });
    return this.#unlessClosed(ok(seqs));
  }

  read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>> {
    const entry = this.#entry(document);
    const { rows, lastSeq } = entry;
    const first = rows[0]?.seq ?? lastSeq + 1;
    if (Math.max(1, from) < Math.min(first, to)) return this.#unlessClosed(err({ code: "erased", from: first }));
    return this.#unlessClosed(whole(entry, oneRead(rows.filter(({ seq }) => from <= seq && seq < to))));
  }

  snapshot(document: DocumentId): Promise<Result<Snapshot | undefined, LogError>> {
    return this.#unlessClosed(ok(this.#entry(document).snapshot));
  }

  /** Nobody asks for what was set aside, so here it is let go. */
  quarantine(document: DocumentId): Promise<Result<Quarantined, LogError>> {
    const entry = this.#entry(document);
    const { snapshot, damaged, lastSeq } = entry;
    const intact = rowsAfter(entry).filter((row) => !damaged.has(row));
    const rows = salvage(snapshot, intact);
    if (rows === undefined || (snapshot === undefined && intact.length === 0)) {
      return this.#unlessClosed(err({ code: "corrupt", reason: "nothing of it can be read" }));
    }
    const start = snapshot?.seq ?? 0;
    const successor = { ...this.#newEntry(document), snapshot, rows: rows.slice(), lastSeq: start + rows.length };
    this.#documents.set(document, successor);
    return this.#unlessClosed(ok({ kept: rows.length, aside: lastSeq - start - rows.length }));
  }

  purge(document: DocumentId): Promise<Result<void, LogError>> {
    if (!this.#isClosed) this.#documents.delete(document);
    return this.#unlessClosed(ok(undefined));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  #unlessClosed<T>(result: Result<T, LogError>): Promise<Result<T, LogError>> {
    return Promise.resolve(this.#isClosed ? err({ code: "closed" }) : result);
  }

  #entry(document: DocumentId): Entry {
    let entry = this.#documents.get(document);
    if (entry === undefined) {
      entry = this.#newEntry(document);
      this.#documents.set(document, entry);
    }
    return entry;
  }

  #newEntry(document: DocumentId): Entry {
    const logId = logIdOf(document, this.#logs++);
    return { logId, snapshot: undefined, rows: [], lastSeq: 0, damaged: new Set() };
  }
}

function rowsAfter({ snapshot, rows }: Entry): LogRow[] {
  return rows.filter(({ seq }) => seq > (snapshot?.seq ?? 0));
}

function whole({ damaged }: Entry, rows: readonly LogRow[]): Result<readonly LogRow[], LogError> {
  const bad = rows.find((row) => damaged.has(row));
  return bad === undefined ? ok(rows) : err({ code: "corrupt", reason: `row ${bad.seq} is damaged` });
}

/** Differs between logs and, unlike a random one, not between runs of a test. */
function logIdOf(document: DocumentId, index: number): Uint8Array {
  const logId = new Uint8Array(LOG_ID_BYTES);
  for (let i = 0; i < document.length; i++) logId[i % 12]! += document.charCodeAt(i) * (i + 1);
  new DataView(logId.buffer).setUint32(12, index);
  return logId;
}
