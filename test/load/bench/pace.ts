import { seededRandom } from "../../support/random.ts";

/**
 * Has so many act at a steady rate each, out of step with one another, for some time.
 *
 * @param rate - Times a second, of each.
 * @returns When all have acted as often as they should, however late.
 */
export async function pace(many: number, rate: number, seconds: number, act: (who: number) => void): Promise<void> {
  const random = seededRandom(many);
  const phases = Array.from({ length: many }, (_, who) => ({ who, at: random() })).toSorted((a, b) => a.at - b.at);
  const interval = 1000 / rate;
  const count = Math.round(many * rate * seconds);
  const began = performance.now();
  const dueAt = (index: number): number => began + (Math.floor(index / many) + phases[index % many]!.at) * interval;
  for (let index = 0; index < count;) {
    const now = performance.now();
    for (; index < count && dueAt(index) <= now; index++) act(phases[index % many]!.who);
    if (index < count) await sleep(Math.max(1, Math.floor(dueAt(index) - performance.now())));
  }
}

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
