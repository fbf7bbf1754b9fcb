import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Tally } from "./tally.ts";
import type { Errand, News } from "./worker.ts";

export interface Voyage {
  readonly first: number;
  /** Infinity: until the time is over. */
  readonly runs: number;
  readonly millis?: number | undefined;
}

export interface Outcome {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly seed: number;
  readonly reason: string;
}

/** Failures after which the rest would only say the same. */
const MAX_FAILURES = 5;

/** Tells many stories, on as many threads as there are cores. */
export async function tellMany({ first, runs, millis }: Voyage): Promise<Outcome> {
  const tally = new Tally();
  const failures: Failure[] = [];
  const stride = Math.min(availableParallelism(), runs);
  const errands = Array.from({ length: stride }, (_, at) => ({
    first: first + at,
    last: first + runs - 1,
    stride,
  }));
  await Promise.all(errands.map((errand) => sendOut(errand, millis, tally, failures)));
  return { tally, failures: failures.toSorted((a, b) => a.seed - b.seed) };
}

function sendOut(errand: Errand, millis: number | undefined, tally: Tally, failures: Failure[]): Promise<void> {
  // Yjs prints a warning when it changes a client id; nobody reads it here.
  const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: errand, stdout: true });
  let seed = errand.first;
  const stop = (): void => void worker.terminate(); // `exit` follows
  const timer = millis === undefined ? undefined : setTimeout(stop, millis);
  worker.on("message", (news: News) => {
    if (news.kind === "begun") seed = news.seed;
    else if (news.kind === "told") tally.addAll(news.counts);
    else failures.push(news);
    if (failures.length >= MAX_FAILURES) stop();
  });
  return new Promise((resolve) => {
    // An error outside the story's own turn, such as a rejection nobody waits for, ends the thread.
    worker.on("error", (cause: unknown) => failures.push({ seed, reason: String(cause) }));
    worker.on("exit", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What was counted, one line each. */
export function describe({ counts }: Tally): string {
  const lines = [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `${times}`.padStart(9) + `  ${what}`);
  return lines.join("\n");
}

/** The command that tells one story again, with a trace. */
export const replayOf = ({ seed }: Failure): string => `npm run test:simulation -- --seed ${seed} --runs 1`;
