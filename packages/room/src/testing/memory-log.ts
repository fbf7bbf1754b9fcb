import { type DocumentId, err, LOG_ID_BYTES, ok, type Result } from "@sheaf/protocol";
import type { AppendRequest, LoadedLog, Log, LogError, LogRow } from "../log.ts";

interface Entry {
  readonly logId: Uint8Array;
  readonly rows: LogRow[];
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
    for (const [document, { logId, rows }] of this.#documents)
      log.#documents.set(document, { logId, rows: rows.slice() });
    return log;
  }

  load(document: DocumentId): Promise<Result<LoadedLog, LogError>> {
    const { logId, rows } = this.#entry(document);
    return this.#unlessClosed({ logId, rows: rows.slice() });
  }

  append(rows: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>> {
    if (this.#failure !== undefined && this.#failuresLeft > 0 && !this.#isClosed) {
      this.#failuresLeft--;
      return Promise.resolve(err(this.#failure));
    }
    if (this.#isClosed) return this.#unlessClosed([]);
    const seqs = rows.map(({ document, ...row }) => {
      const entry = this.#entry(document);
      const seq = entry.rows.length + 1;
      // A copy, as any medium makes one: later changes of the caller's bytes must not reach the log.
      entry.rows.push({ ...row, seq, update: row.update.slice() });
      return seq;
    });
    return this.#unlessClosed(seqs);
  }

  read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>> {
    return this.#unlessClosed(this.#entry(document).rows.filter(({ seq }) => from <= seq && seq < to));
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
      entry = { logId: logIdOf(document, this.#documents.size), rows: [] };
      this.#documents.set(document, entry);
    }
    return entry;
  }
}

/** Differs between documents and, unlike a random one, not between runs of a test. */
function logIdOf(document: DocumentId, index: number): Uint8Array {
  const logId = new Uint8Array(LOG_ID_BYTES);
  for (let i = 0; i < document.length; i++) logId[i % 12]! += document.charCodeAt(i) * (i + 1);
  new DataView(logId.buffer).setUint32(12, index);
  return logId;
}
