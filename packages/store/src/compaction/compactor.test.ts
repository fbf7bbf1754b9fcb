import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CompactionThread } from "./compactor.ts";
import type { Job } from "./job.ts";

/** Stands for the thread: answers when told to, or dies. */
class FakeWorker extends EventEmitter {
  static readonly started: FakeWorker[] = [];
  readonly jobs: Job[] = [];
  isEnded = false;

  constructor() {
    super();
    FakeWorker.started.push(this);
  }

  postMessage(job: Job): void {
    this.jobs.push(job);
  }

  answer(): void {
    this.emit("message", { kind: "state", update: new Uint8Array(0) });
  }

  terminate(): Promise<number> {
    this.isEnded = true;
    return Promise.resolve(0);
  }
}

const job: Job = { kind: "state", pieces: [] };
const turn = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

beforeEach(() => {
  FakeWorker.started.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("no thread runs before the first job; it does one after another, and is let go when none came for a while", async () => {
  const compactor = new CompactionThread(() => new FakeWorker());
  expect(FakeWorker.started).toHaveLength(0);
  const outcomes = [compactor.perform(job), compactor.perform(job)];
  await turn();
  const [thread] = FakeWorker.started;
  expect(thread!.jobs).toHaveLength(1);
  thread!.answer();
  await turn();
  expect(thread!.jobs).toHaveLength(2);
  thread!.answer();
  expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(["state", "state"]);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(thread!.isEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(thread!.isEnded).toBe(true);
  void compactor.perform(job);
  await turn();
  expect(FakeWorker.started).toHaveLength(2);
});

test("a thread that works is not let go, however long it takes", async () => {
  const compactor = new CompactionThread(() => new FakeWorker());
  const first = compactor.perform(job);
  await turn();
  FakeWorker.started[0]!.answer();
  await first;
  await vi.advanceTimersByTimeAsync(20_000);
  void compactor.perform(job);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(FakeWorker.started[0]!.isEnded).toBe(false);
});

test("a thread that dies fails its job, and the next one gets another thread", async () => {
  const compactor = new CompactionThread(() => new FakeWorker());
  const first = compactor.perform(job);
  await turn();
  FakeWorker.started[0]!.emit("error", new Error("out of memory"));
  expect(await first).toEqual({ kind: "failed", reason: "the compaction thread died: out of memory" });
  const second = compactor.perform(job);
  await turn();
  FakeWorker.started[1]!.answer();
  expect(await second).toMatchObject({ kind: "state" });
});

test("closing ends the job under way and refuses the next", async () => {
  const compactor = new CompactionThread(() => new FakeWorker());
  const first = compactor.perform(job);
  await turn();
  compactor.close();
  expect(await first).toEqual({ kind: "closed" });
  expect(FakeWorker.started[0]!.isEnded).toBe(true);
  expect(await compactor.perform(job)).toEqual({ kind: "closed" });
});
