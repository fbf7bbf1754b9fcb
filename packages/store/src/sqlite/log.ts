import { Worker } from "node:worker_threads";
import { type DocumentId, err, type LogPosition, ok, type Result, positionName } from "@sheaf/protocol";
import type { AppendRequest, LoadedLog, Log, LogError, LogRow, Quarantined, Snapshot } from "@sheaf/room";
import type { ContentEncoding, EncodedSnapshot } from "../compaction/job.ts";
import type { Copied } from "./copy.ts";
import { EncodedSnapshots, type Made } from "./encoded-snapshots.ts";
import type { CurrentFile } from "../hot/current-file.ts";
import type { HotDamage } from "../hot/files.ts";
import { emptyFrame, FrameWriter } from "../hot/frame.ts";
import { HotWriter } from "../hot/writer.ts";
import type { LogMeasures } from "./database.ts";
import type { OpenError } from "./file.ts";
import type { Answer, Reply, Request, Titled } from "./messages.ts";
import { unpackRows } from "./packing.ts";
import type { Trouble } from "./upkeep.ts";
import type { WorkerOptions } from "./worker.ts";

/** A request without its number, for each kind apart. */
type Call = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;

/** A log as its operator has it: it also gives and forgets the past, and says how it is. */
export interface HistoryLog extends Log {
  /**
   * Makes a document as it was after row `seq`, in a thread of its own.
   *
   * @returns One Yjs update (V1); `erased` when that is not known any more.
   */
  stateAt(document: DocumentId, seq: number): Promise<Result<Uint8Array, LogError>>;
  /**
   * Erases the rows before `from` (D16): the document stays, and what happened before cannot be read any more.
   *
   * @returns The first seq there is then. It is before `from` when what waits for others would have been lost.
   */
  eraseBefore(document: DocumentId, from: number): Promise<Result<number, LogError>>;
  /** Packs and compacts a document now, as happens by itself once nobody has written to it for a while. */
  compact(document: DocumentId): Promise<Result<void, LogError>>;
  /** Makes nothing durable as a row would be: why that fails is why an append would. */
  probe(): Promise<Result<void, LogError>>;
  measure(): Promise<Result<LogMeasures, LogError>>;
}

/** A log that gives its snapshots out as they travel over HTTP (D8). */
export interface SnapshotLog {
  /**
   * Gives the newest snapshot stored of a document, packed. Made once, in a thread of its own, for everybody who asks.
   *
   * @returns undefined when there is none, or it is damaged.
   */
  newestSnapshot(
    document: DocumentId,
    encoding: ContentEncoding,
  ): Promise<Result<NewestSnapshot | undefined, LogError>>;
}

export interface NewestSnapshot extends EncodedSnapshot {
  /** Where it ends. */
  readonly position: LogPosition;
}

/** A log that can be copied while it is written to. */
export interface CopyableLog {
  /**
   * Copies what is committed now to an empty file.
   *
   * @returns What was copied, once it is on the disk. When it fails, what is in the file is of no use.
   */
  copyTo(path: string): Promise<Result<Copied, LogError>>;
}

/** A log that knows what its documents are called. */
export interface TitleLog {
  /** Every document that was written to, and its last row. */
  ends(): Promise<Result<ReadonlyMap<DocumentId, number>, LogError>>;
  /** Reads a document's title as it is now, in a thread of its own; its `seq` is 0 when nothing was ever written. */
  title(document: DocumentId): Promise<Result<Titled, LogError>>;
  /** A document's last row; undefined when there is none, or none any more. */
  last(document: DocumentId): Promise<Result<LogRow | undefined, LogError>>;
}

/** Something an operator should read about. */
export type LogReport =
  /** What keeps a document from being packed or compacted. */
  ({ readonly kind: "upkeep-failed" } & Trouble) | ({ readonly kind: "hot-log-damaged" } & HotDamage);

export interface SqliteLogOptions {
  readonly report: (report: LogReport) => void;
  /** A document without a row for this long is packed and compacted. */
  readonly quietMillis?: number | undefined;
  /** The script of the compaction thread (see `serveCompaction`); by default one that reads no titles. */
  readonly compaction?: URL | undefined;
  /** Told after each commit. */
  readonly written?: ((documents: ReadonlySet<DocumentId>) => void) | undefined;
}

const QUIET_MILLIS = 120_000;
/** Whose ends are remembered; that of any other is asked for. */
const MOST_ENDS = 20_000;
/** Some 500 documents of 30 pages: people open again what was opened today. */
const MAX_ENCODED_BYTES = 32 * 1024 * 1024;

/**
 * Opens the log kept in one SQLite file and, while it is hot, in files beside it.
 *
 * @param file - Path of the database; made when missing, its folder must exist.
 * @returns The log, or why the file cannot be used: nothing is left running then.
 */
export async function openSqliteLog(
  file: string,
  { report, quietMillis = QUIET_MILLIS, compaction = COMPACTION_URL, written = () => {} }: SqliteLogOptions,
): Promise<Result<HistoryLog & SnapshotLog & TitleLog & CopyableLog, OpenError>> {
  const workerData: WorkerOptions = { file, quietMillis, compaction: compaction.href };
  const worker = new Worker(WORKER_URL, { workerData, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  const first = await new Promise<Reply>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  if (first.kind === "open-failed") {
    await worker.terminate();
    return err(first.error);
  }
  if (first.kind === "opened") for (const damage of first.damage) report({ kind: "hot-log-damaged", ...damage });
  return ok(new SqliteLog(worker, report, written));
}

class SqliteLog implements HistoryLog, SnapshotLog, TitleLog, CopyableLog {
  readonly #worker: Worker;
  readonly #written: (documents: ReadonlySet<DocumentId>) => void;
  /**
   * Who waits for an answer, by the number of what was asked; numbers are used again. Not a Map: each table that one
   * outgrows keeps the next alive until a full collection, and with it the rows of commits long over.
   */
  readonly #waiting: (((answer: Answer) => void) | undefined)[] = [];
  readonly #unused: number[] = [];
  readonly #encoded = new EncodedSnapshots(MAX_ENCODED_BYTES);
  readonly #hot = new HotWriter(() => this.#makeHotFile());
  readonly #frame = new FrameWriter();
  /** What the next row of a document is appended to, the longest unused first. */
  readonly #ends = new Map<DocumentId, LogPosition>();
  #end: LogError | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker, report: SqliteLogOptions["report"], written: NonNullable<SqliteLogOptions["written"]>) {
    this.#worker = worker;
    this.#written = written;
    worker.on("message", (reply: Exclude<Reply, { kind: "opened" | "open-failed" }>) => {
      if (reply.kind === "trouble") return report({ kind: "upkeep-failed", ...reply.trouble });
      const resolve = this.#waiting[reply.id];
      if (resolve === undefined) return;
      this.#waiting[reply.id] = undefined;
      this.#unused.push(reply.id);
      resolve(reply);
    });
    worker.on("error", (cause) => this.#fail({ code: "storage", reason: `the storage thread died: ${cause.message}` }));
    worker.on("exit", () => this.#fail({ code: "closed" }));
  }

  async load(document: DocumentId): Promise<Result<LoadedLog, LogError>> {
    const answer = await this.#ask({ kind: "load", document });
    if (answer.kind !== "loaded") return refused(answer);
    return ok({ logId: answer.logId, snapshot: answer.snapshot, rows: unpackRows(answer.rows) });
  }

  async append(rows: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>> {
    if (this.#end !== undefined || this.#closing !== undefined) return err(this.#end ?? { code: "closed" });
    const documents = new Set(rows.map(({ document }) => document));
    const ends = new Map<DocumentId, LogPosition>();
    for (const document of documents) {
      const end = this.#ends.get(document) ?? (await this.#findEnd(document));
      if ("code" in end) return err(end);
      ends.set(document, end);
    }
    this.#frame.begin();
    const seqs = rows.map((row) => {
      const { logId, seq } = ends.get(row.document)!;
      const end = { logId, seq: seq + 1 };
      ends.set(row.document, end);
      this.#frame.row(row, end);
      return end.seq;
    });
    const written = await this.#hot.write((marker) => this.#frame.finish(marker));
    if (!written.ok) return written;
    for (const [document, end] of ends) this.#ends.set(document, end);
    for (const document of this.#ends.keys()) {
      if (this.#ends.size <= MOST_ENDS) break;
      this.#ends.delete(document);
    }
    this.#written(documents);
    return ok(seqs);
  }

  async read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>> {
    const answer = await this.#ask({ kind: "read", document, from, to });
    return answer.kind === "read" ? ok(unpackRows(answer.rows)) : refused(answer);
  }

  async snapshot(document: DocumentId): Promise<Result<Snapshot | undefined, LogError>> {
    const answer = await this.#ask({ kind: "snapshot", document });
    return answer.kind === "snapshot" ? ok(answer.snapshot) : refused(answer);
  }

  async quarantine(document: DocumentId): Promise<Result<Quarantined, LogError>> {
    this.#ends.delete(document);
    const answer = await this.#ask({ kind: "quarantine", document });
    return answer.kind === "quarantined" ? ok(answer.quarantined) : refused(answer);
  }

  async purge(document: DocumentId): Promise<Result<void, LogError>> {
    await this.#hot.roll();
    this.#ends.delete(document);
    const answer = await this.#ask({ kind: "purge", document });
    // What was purged must not stay readable, in memory either.
    this.#encoded.clear();
    return answer.kind === "purged" ? ok(undefined) : refused(answer);
  }

  async ends(): Promise<Result<ReadonlyMap<DocumentId, number>, LogError>> {
    const answer = await this.#ask({ kind: "ends" });
    return answer.kind === "ends" ? ok(answer.ends) : refused(answer);
  }

  async title(document: DocumentId): Promise<Result<Titled, LogError>> {
    const answer = await this.#ask({ kind: "title", document });
    return answer.kind === "title" ? ok(answer.titled) : refused(answer);
  }

  async last(document: DocumentId): Promise<Result<LogRow | undefined, LogError>> {
    const end = await this.#findEnd(document);
    if ("code" in end) return err(end);
    const read = await this.read(document, end.seq, end.seq + 1);
    if (read.ok) return ok(read.value[0]);
    return read.error.code === "erased" ? ok(undefined) : read;
  }

  async stateAt(document: DocumentId, seq: number): Promise<Result<Uint8Array, LogError>> {
    const answer = await this.#ask({ kind: "state", document, seq });
    return answer.kind === "state" ? ok(answer.update) : refused(answer);
  }

  async eraseBefore(document: DocumentId, from: number): Promise<Result<number, LogError>> {
    await this.#hot.roll();
    const answer = await this.#ask({ kind: "erase", document, from });
    // What was erased must not stay readable, in memory either.
    this.#encoded.clear();
    return answer.kind === "erased" ? ok(answer.from) : refused(answer);
  }

  async newestSnapshot(
    document: DocumentId,
    encoding: ContentEncoding,
  ): Promise<Result<NewestSnapshot | undefined, LogError>> {
    // Every time: what was kept here may be of a snapshot that is gone.
    const newest = await this.#ask({ kind: "newest", document });
    if (newest.kind !== "newest") return refused(newest);
    const { position } = newest;
    if (position === undefined) return ok(undefined);
    const encoded = await this.#encodedSnapshot(document, position, encoding);
    return encoded.ok ? ok(encoded.value && { position, ...encoded.value }) : encoded;
  }

  #encodedSnapshot(document: DocumentId, position: LogPosition, encoding: ContentEncoding): Promise<Made> {
    const name = `${document} ${positionName(position)} ${encoding}`;
    return this.#encoded.get(name, async () => {
      const answer = await this.#ask({ kind: "encode", document, position, encoding });
      return answer.kind === "encoded" ? ok(answer.encoded) : refused(answer);
    });
  }

  async compact(document: DocumentId): Promise<Result<void, LogError>> {
    const answer = await this.#ask({ kind: "compact", document });
    return answer.kind === "compacted" ? ok(undefined) : refused(answer);
  }

  async copyTo(path: string): Promise<Result<Copied, LogError>> {
    const answer = await this.#ask({ kind: "copy", path });
    return answer.kind === "copied" ? ok(answer.copied) : refused(answer);
  }

  async probe(): Promise<Result<void, LogError>> {
    return this.#end === undefined && this.#closing === undefined
      ? this.#hot.write(emptyFrame)
      : err({ code: "closed" });
  }

  async measure(): Promise<Result<LogMeasures, LogError>> {
    const answer = await this.#ask({ kind: "measure" });
    return answer.kind === "measured" ? ok(answer.measures) : refused(answer);
  }

  close(): Promise<void> {
    this.#closing ??= this.#hot
      .close()
      .then(() => this.#ask({ kind: "close" }, true))
      .then(async () => {
        this.#fail({ code: "closed" });
        await this.#worker.terminate();
      });
    return this.#closing;
  }

  async #findEnd(document: DocumentId): Promise<LogPosition | LogError> {
    const answer = await this.#ask({ kind: "end", document });
    return answer.kind === "end" ? answer.position : refused(answer).error;
  }

  async #makeHotFile(): Promise<Result<CurrentFile, LogError>> {
    const answer = await this.#ask({ kind: "hot-file" });
    return answer.kind === "hot-file" ? ok(answer.file) : refused(answer);
  }

  /** @param isLast - Though it is being closed. */
  #ask(call: Call, isLast = false): Promise<Answer> {
    const id = this.#unused.pop() ?? this.#waiting.length;
    if (this.#end !== undefined || (this.#closing !== undefined && !isLast)) {
      return Promise.resolve({ kind: "failed", id, error: this.#end ?? { code: "closed" } });
    }
    return new Promise((resolve) => {
      this.#waiting[id] = resolve;
      this.#worker.postMessage({ ...call, id }, []);
    });
  }

  #fail(error: LogError): void {
    this.#end ??= error;
    for (const [id, resolve] of this.#waiting.splice(0).entries()) resolve?.({ kind: "failed", id, error: this.#end });
  }
}

function refused(answer: Answer): { readonly ok: false; readonly error: LogError } {
  if (answer.kind === "failed") return err(answer.error);
  throw new Error(`the storage thread answered ${answer.kind}`);
}

// The source runs as it is in development; the production bundle holds the worker as a file beside it.
const WORKER_URL = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./log-worker.mjs", import.meta.url);
const COMPACTION_URL = new URL("../compaction/worker.ts", import.meta.url);
