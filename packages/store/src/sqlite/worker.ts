import { type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import { ok, type Result } from "@sheaf/protocol";
import type { LogError, Snapshot } from "@sheaf/room";
import { CompactionThread } from "../compaction/compactor.ts";
import type { Outcome } from "../compaction/job.ts";
import { LogDatabase } from "./database.ts";
import type { Answer, Reply, Request } from "./messages.ts";
import { packRows } from "./packing.ts";
import { Upkeep } from "./upkeep.ts";

/** What the storage thread is started with. */
export interface WorkerOptions {
  readonly file: string;
  readonly quietMillis: number;
  /** Address of the compaction thread's script. */
  readonly compaction: string;
}

const TICK_MILLIS = 1_000;

/**
 * The storage thread: what takes long is done here, and never on the event loop that serves sockets (D3). Rows are
 * appended without it; it learns of them now and then, and before it does anything else.
 */
function serve(port: MessagePort, { file, quietMillis, compaction }: WorkerOptions): void {
  const reply = (message: Reply): void => port.postMessage(message, buffersOf(message));
  const opened = LogDatabase.open(file);
  if (!opened.ok) {
    reply({ kind: "open-failed", error: opened.error });
    port.close();
    return;
  }
  const database = opened.value;
  const compactor = new CompactionThread(() => new Worker(new URL(compaction)));
  const upkeep = new Upkeep({
    database,
    compactor,
    now: () => performance.now(),
    report: (trouble) => reply({ kind: "trouble", trouble }),
    quietMillis,
  });
  const follow = (): Result<void, LogError> => {
    const followed = database.follow();
    if (followed.ok) for (const document of followed.value) upkeep.touch(document);
    return followed.ok ? ok(undefined) : followed;
  };
  const timer = setInterval(
    () => {
      // When it fails, whoever asks for something hears of it.
      follow();
      upkeep.tick();
    },
    Math.min(TICK_MILLIS, quietMillis),
  );
  reply({ kind: "opened", damage: database.damage });

  port.on("message", (request: Request) => {
    const { id } = request;
    const followed = follow();
    if (!followed.ok && request.kind !== "close") return reply({ kind: "failed", id, error: followed.error });
    /** Says what became of the request: this, or why not. */
    const answer = <T>(result: Result<T, LogError>, toAnswer: (value: T) => Answer): void =>
      reply(result.ok ? toAnswer(result.value) : { kind: "failed", id, error: result.error });

    switch (request.kind) {
      case "hot-file":
        return answer(database.createHotFile(), (file) => ({ kind: "hot-file", id, file }));
      case "end":
        return reply({ kind: "end", id, position: database.end(request.document) });
      case "load": {
        const loaded = database.load(request.document);
        answer(loaded, ({ logId, snapshot, rows }) => {
          return { kind: "loaded", id, logId, snapshot: alone(snapshot), rows: packRows(rows) };
        });
        // There may be one to be made, or one that was damaged to be made again.
        if (loaded.ok && loaded.value.snapshot === undefined && loaded.value.rows.length > 0) {
          upkeep.touch(request.document);
        }
        return;
      }
      case "snapshot":
        return answer(database.newest(request.document), (snapshot) => {
          return { kind: "snapshot", id, snapshot: alone(snapshot) };
        });
      case "read":
        return answer(database.read(request.document, request.from, request.to), (rows) => {
          return { kind: "read", id, rows: packRows(rows) };
        });
      case "state": {
        const job = database.stateAt(request.document, request.seq);
        if (!job.ok) return reply({ kind: "failed", id, error: job.error });
        void compactor.perform(job.value).then((outcome) => {
          reply(outcome.kind === "state" ? { kind: "state", id, update: outcome.update } : failedOf(id, outcome));
        });
        return;
      }
      case "title": {
        const job = database.titling(request.document);
        if (!job.ok) return reply({ kind: "failed", id, error: job.error });
        const { seq, edited, job: work } = job.value;
        void compactor.perform(work).then((outcome) => {
          if (outcome.kind !== "title") return reply(failedOf(id, outcome));
          const { kind, title, millis } = outcome;
          reply({ kind, id, titled: { title, seq, edited, millis } });
        });
        return;
      }
      case "ends":
        return answer(database.ends(), (ends) => ({ kind: "ends", id, ends }));
      case "newest":
        return answer(database.newestPosition(request.document), (position) => ({ kind: "newest", id, position }));
      case "encode": {
        const job = database.encoding(request.document, request.position, request.encoding);
        if (!job.ok) return reply({ kind: "failed", id, error: job.error });
        if (job.value === undefined) return reply({ kind: "encoded", id, encoded: undefined });
        void compactor.perform(job.value).then((outcome) => {
          reply(outcome.kind === "encoded" ? { kind: "encoded", id, encoded: outcome.encoded } : failedOf(id, outcome));
        });
        return;
      }
      case "compact":
        return void upkeep.compact(request.document).then((done) => answer(done, () => ({ kind: "compacted", id })));
      case "erase":
        return void upkeep
          .eraseBefore(request.document, request.from)
          .then((done) => answer(done, (from) => ({ kind: "erased", id, from })));
      case "measure":
        return reply({ kind: "measured", id, measures: database.measure() });
      case "quarantine":
        return void upkeep
          .quarantine(request.document)
          .then((done) => answer(done, (quarantined) => ({ kind: "quarantined", id, quarantined })));
      case "copy":
        return void upkeep
          .copy(request.path)
          .then((done) => answer(done, (copied) => ({ kind: "copied", id, copied })));
      case "purge":
        return void upkeep.purge(request.document).then((done) => answer(done, () => ({ kind: "purged", id })));
      case "close":
        clearInterval(timer);
        return void upkeep.close().then(() => {
          // Those that cannot go now can at the next start.
          database.dropHotFiles();
          database.close();
          reply({ kind: "closed", id });
          port.close();
        });
    }
  });
}

/** A job that came to nothing: what it was given cannot be read, or the thread is ending. */
function failedOf(id: number, outcome: Outcome): Answer {
  const error: LogError = outcome.kind === "failed" ? { code: "corrupt", reason: outcome.reason } : { code: "closed" };
  return { kind: "failed", id, error };
}

/** A small view of a larger buffer would take all of that along, or could not leave: others may have the rest. */
function alone(snapshot: Snapshot | undefined): Snapshot | undefined {
  if (snapshot === undefined) return undefined;
  const { update, summary } = snapshot;
  if (update.buffer === summary.buffer && update.length > update.buffer.byteLength / 2) return snapshot;
  return { ...snapshot, update: update.slice(), summary: summary.slice() };
}

/** What is long leaves this thread, and is not copied. */
function buffersOf(message: Reply): ArrayBuffer[] {
  if (message.kind === "read") return [message.rows.buffer];
  if (message.kind !== "loaded" && message.kind !== "snapshot") return [];
  const { update, summary } = message.snapshot ?? {};
  const buffers = [update?.buffer, summary?.buffer, message.kind === "loaded" ? message.rows.buffer : undefined];
  return [...new Set(buffers)].filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
}

if (parentPort !== null) serve(parentPort, workerData as WorkerOptions);
