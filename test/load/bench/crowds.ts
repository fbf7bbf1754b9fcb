import { until } from "../../support/until.ts";
import { Crowd } from "./crowd.ts";
import type { Latencies } from "./latencies.ts";
import { pace } from "./pace.ts";
import type { Target } from "./participant.ts";
import { figuresOf, type Stage } from "./stage.ts";
import type { Figures } from "./workload.ts";

/** Documents joined at the same time. */
const AT_ONCE = 25;
const LATE_MILLIS = 10_000;

/** Two people in each of so many documents. */
export async function joinPairs(
  target: Target,
  documents: number,
  latencies: Latencies,
  ring: number,
): Promise<Crowd[]> {
  const crowds: Crowd[] = [];
  while (crowds.length < documents) {
    const next = Array.from({ length: Math.min(AT_ONCE, documents - crowds.length) }, (_, index) =>
      Crowd.join(target, `room-${crowds.length + index}`, 2, latencies, ring),
    );
    crowds.push(...(await Promise.all(next)));
  }
  return crowds;
}

interface Pace {
  /** Letters a second of each person. */
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Everybody types at a steady pace, until all have heard all of it. @returns What an update cost, and how late it came. */
export async function typeInAll(
  stage: Stage,
  crowds: readonly Crowd[],
  { rate, warmUpSeconds, seconds }: Pace,
  latencies: Latencies,
): Promise<Figures> {
  const people = crowds.length * crowds[0]!.size;
  const type = (who: number): void => crowds[who % crowds.length]!.type(Math.floor(who / crowds.length));
  const quiet = (): Promise<number> =>
    until("everybody has heard everything", () => crowds.every(({ isQuiet }) => isQuiet), LATE_MILLIS);
  const typed = (): number => crowds.reduce((sum, crowd) => sum + crowd.typed, 0);
  await pace(people, rate, warmUpSeconds, type);
  await quiet();
  latencies.clear();
  const before = typed();
  await stage.begin();
  await pace(people, rate, seconds, type);
  await quiet();
  const cost = await stage.end();
  return {
    cpu: (cost.cpuMillis * 1000) / (typed() - before),
    p50: latencies.percentile(0.5),
    p99: latencies.percentile(0.99),
    ...figuresOf(cost),
  };
}
