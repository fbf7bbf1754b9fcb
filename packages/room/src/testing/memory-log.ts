import { type DocumentId, err, LOG_ID_BYTES, ok, type Result } from "@sheaf/protocol";
import {
  type AppendRequest,
  type LoadedLog,
  type Log,
  type LogError,
  type LogRow,
  oneRead,
  type Snapshot,
} from "../log.ts";
import { compact } from "./compact.ts";

interface Entry {
  readonly logId: Uint8Array;
  snapshot: Snapshot | undefined;
  /** Those that were not erased. */
  rows: LogRow[];
  lastSeq: number;
}

/** The log in memory: what is appended lives as long as the object, and fails when a test says so. */
export class MemoryLog implements Log {
  readonly #documents = new Map<DocumentId, Entry>();
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
    for (const [document, entry] of this.#documents)
      log.#documents.set(document, { ...entry, rows: entry.rows.slice() });
    return log;
  }

  /** Makes the snapshot that loads begin with, through the last row after which nothing waits. */
  compact(document: DocumentId): void {
    const entry = this.#entry(document);
    entry.snapshot = compact(entry.snapshot, rowsAfter(entry)) ?? entry.snapshot;
  }

  /** Forgets the rows the snapshot stands for (D16). */
  eraseHistory(document: DocumentId): void {
    const entry = this.#entry(document);
    entry.rows = rowsAfter(entry);
  }

  load(document: DocumentId): Promise<Result<LoadedLog, LogError>> {
    const entry = this.#entry(document);
    return this.#unlessClosed({ logId: entry.logId, snapshot: entry.snapshot, rows: rowsAfter(entry) });
  }

  append(rows: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>> {
    if (this.#failure !== undefined && this.#failuresLeft > 0 && !this.#isClosed) {
      this.#failuresLeft--;
      return Promise.resolve(err(this.#failure));
    }
    if (this.#isClosed) return this.#unlessClosed([]);
    const seqs = rows.map(({ document, ...row }) => {
      const entry = this.#entry(document);
      const seq = ++entry.lastSeq;
      // A copy, as any medium makes one: later changes of the caller's bytes must not reach the log.
      entry.rows.push({ ...row, seq, update: row.update.slice() });
      return seq;
    });
    return this.#unlessClosed(seqs);
  }

  read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>> {
    const { rows, lastSeq } = this.#entry(document);
    const first = rows[0]?.seq ?? lastSeq + 1;
    if (Math.max(1, from) < Math.min(first, to) && !this.#isClosed)
      return Promise.resolve(err({ code: "erased", from: first }));
    return this.#unlessClosed(oneRead(rows.filter(({ seq }) => from <= seq && seq < to)));
  }

  snapshot(document: DocumentId): Promise<Result<Snapshot | undefined, LogError>> {
    return this.#unlessClosed(this.#entry(document).snapshot);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  #unlessClosed<T>(value: T): Promise<Result<T, LogError>> {
    return Promise.resolve(this.#isClosed ? err({ code: "closed" }) : ok(value));
  }

  #entry(document: DocumentId): Entry {
    let entry = this.#documents.get(document);
    if (entry === undefined) {
      entry = { logId: logIdOf(document, this.#documents.size), snapshot: undefined, rows: [], lastSeq: 0 };
      this.#documents.set(document, entry);
    }
    return entry;
  }
}

function rowsAfter({ snapshot, rows }: Entry): LogRow[] {
  return rows.filter(({ seq }) => seq > (snapshot?.seq ?? 0));
}

/** Differs between documents and, unlike a random one, not between runs of a test. */
function logIdOf(document: DocumentId, index: number): Uint8Array {
  const logId = new Uint8Array(LOG_ID_BYTES);
  for (let i = 0; i < document.length; i++) logId[i % 12]! += document.charCodeAt(i) * (i + 1);
  new DataView(logId.buffer).setUint32(12, index);
  return logId;
}
