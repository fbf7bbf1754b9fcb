import { Worker } from "node:worker_threads";
import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type { AppendRequest, LoadedLog, Log, LogError, LogRow } from "@sheaf/room";
import type { OpenError } from "./database.ts";
import type { Reply, Request } from "./messages.ts";
import { packRequests, unpackRows } from "./packing.ts";

/** A request without its number, for each kind apart. */
type Call = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;
type Answer = Exclude<Reply, { kind: "opened" | "open-failed" }>;

/**
 * Opens the log kept in one SQLite file, in a thread of its own.
 *
 * @param file - Path of the database; made when missing, its folder must exist.
 * @returns The log, or why the file cannot be used: nothing is left running then.
 */
export async function openSqliteLog(file: string): Promise<Result<Log, OpenError>> {
  const worker = new Worker(WORKER_URL, { workerData: { file }, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  const first = await new Promise<Reply>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  if (first.kind === "open-failed") {
    await worker.terminate();
    return err(first.error);
  }
  return ok(new SqliteLog(worker));
}

class SqliteLog implements Log {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  #end: LogError | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: Answer) => {
      const resolve = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      resolve?.(reply);
    });
    worker.on("error", (cause) => this.#fail({ code: "storage", reason: `the storage thread died: ${cause.message}` }));
    worker.on("exit", () => this.#fail({ code: "closed" }));
  }

  async load(document: DocumentId): Promise<Result<LoadedLog, LogError>> {
    const answer = await this.#ask({ kind: "load", document });
    return answer.kind === "loaded" ? ok({ logId: answer.logId, rows: unpackRows(answer.rows) }) : refused(answer);
  }

  async append(rows: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>> {
    const packed = packRequests(rows);
    const answer = await this.#ask({ kind: "append", rows: packed }, [packed.buffer]);
    return answer.kind === "appended" ? ok(answer.seqs) : refused(answer);
  }

  async read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>> {
    const answer = await this.#ask({ kind: "read", document, from, to });
    return answer.kind === "read" ? ok(unpackRows(answer.rows)) : refused(answer);
  }

  close(): Promise<void> {
    this.#closing ??= this.#ask({ kind: "close" }).then(async () => {
      this.#fail({ code: "closed" });
      await this.#worker.terminate();
    });
    return this.#closing;
  }

  #ask(call: Call, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    const id = ++this.#lastId;
    if (this.#end !== undefined || this.#closing !== undefined) {
      return Promise.resolve({ kind: "failed", id, error: this.#end ?? { code: "closed" } });
    }
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ ...call, id }, transfer);
    });
  }

  #fail(error: LogError): void {
    this.#end ??= error;
    for (const [id, resolve] of this.#waiting) resolve({ kind: "failed", id, error: this.#end });
    this.#waiting.clear();
  }
}

function refused(answer: Answer): { readonly ok: false; readonly error: LogError } {
  if (answer.kind === "failed") return err(answer.error);
  throw new Error(`the storage thread answered ${answer.kind}`);
}

// The source runs as it is in development; the production bundle holds the worker as a file beside it.
const WORKER_URL = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./log-worker.mjs", import.meta.url);
