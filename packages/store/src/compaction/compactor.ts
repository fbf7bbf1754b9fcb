import type { Job, Outcome } from "./job.ts";

/** Does jobs one after another. */
export interface Compactor {
  perform(job: Job): Promise<Outcome>;
  close(): void;
}

/** What is needed of a `Worker`. */
export interface WorkerLike {
  on(event: "message", listener: (outcome: Outcome) => void): unknown;
  on(event: "error", listener: (cause: Error) => void): unknown;
  postMessage(job: Job, transfer: []): void;
  terminate(): Promise<unknown>;
}

/** An idle thread costs 8 to 12 MB; starting one, some 50 ms. */
const IDLE_MILLIS = 30_000;

/** A thread that is started for the first job, and let go when none came for a while. */
export class CompactionThread implements Compactor {
  readonly #newWorker: () => WorkerLike;
  #worker: WorkerLike | undefined;
  /** Ends the job under way. */
  #resolve: ((outcome: Outcome) => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(newWorker: () => WorkerLike) {
    this.#newWorker = newWorker;
  }

  perform(job: Job): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#perform(job));
    this.#last = outcome;
    return outcome;
  }

  close(): void {
    this.#isClosed = true;
    this.#letGo();
  }

  #perform(job: Job): Promise<Outcome> {
    if (this.#isClosed) return Promise.resolve({ kind: "closed" });
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const outcome = new Promise<Outcome>((resolve) => (this.#resolve = resolve));
    this.#worker.postMessage(job, []);
    return outcome;
  }

  #start(): WorkerLike {
    const worker = this.#newWorker();
    worker.on("message", (outcome: Outcome) => this.#end(outcome));
    // Out of memory over one document, most likely: the next job gets a new thread.
    worker.on("error", ({ message }) => {
      this.#lose(worker, { kind: "failed", reason: `the compaction thread died: ${message}` });
    });
    return worker;
  }

  #end(outcome: Outcome): void {
    this.#resolve?.(outcome);
    this.#resolve = undefined;
    this.#idle = setTimeout(() => this.#letGo(), IDLE_MILLIS).unref();
  }

  #lose(worker: WorkerLike, outcome: Outcome): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#end(outcome);
    clearTimeout(this.#idle);
  }

  #letGo(): void {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#lose(worker, { kind: "closed" });
    void worker.terminate();
  }
}
