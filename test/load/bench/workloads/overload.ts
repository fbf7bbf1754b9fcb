import { delay, until } from "../../../support/until.ts";
import { Crowd } from "../crowd.ts";
import { Latencies } from "../latencies.ts";
import { pace } from "../pace.ts";
import { figuresOf } from "../stage.ts";
import type { Workload } from "../workload.ts";

const PEOPLE = 10;
const UPDATES_PER_SECOND = 37_000;
/** In one write, as a client that pastes or a script would. */
const LETTERS_PER_WRITE = 4;
const SECONDS = 2;
const PATIENCE_MILLIS = 20_000;
const RING = 16_384;
/** Longer than a thread of ours stays that has nothing to do. */
const REST_SECONDS = 40;

export const overload: Workload = {
  name: "overload",
  about:
    "10 clients send 37,000 updates a second for 2 s, then nothing. Memory is what a server holds more than before, once its garbage is gone: then, and when it has rested.",
  cases: [{ name: "37,000 updates/s", goals: [{ key: "after", atMost: 5 }] }],
  columns: [
    { key: "after", title: "s after the end until all is heard", digits: 2, isCompared: true },
    { key: "accepted", title: "updates", digits: 0 },
    { key: "p99", title: "p99 ms", digits: 0 },
    { key: "cpu", title: "CPU µs an update", digits: 1 },
    { key: "held", title: "MB held after", digits: 1 },
    { key: "rested", title: `MB held ${REST_SECONDS} s later`, digits: 1 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],
  isInspected: true,

  async run(stage) {
    const latencies = new Latencies();
    const crowd = await Crowd.join(stage.target, "overload", PEOPLE, latencies, RING);
    const isQuiet = (): boolean => crowd.isQuiet;
    await pace(PEOPLE, 20, 1.5, (who) => crowd.type(who));
    await until("all is heard", isQuiet);
    const heapBefore = await stage.heapBytes();
    const typedBefore = crowd.typed;
    latencies.clear();

    await stage.begin();
    await pace(PEOPLE, UPDATES_PER_SECOND / PEOPLE / LETTERS_PER_WRITE, SECONDS, (who) =>
      crowd.type(who, LETTERS_PER_WRITE),
    );
    const after = await until("all is heard", isQuiet, PATIENCE_MILLIS).catch(() => Number.NaN);
    const cost = await stage.end();
    const held = (await stage.heapBytes()) - heapBefore;
    if (!Number.isNaN(after)) await crowd.verify(stage.target);
    await delay(REST_SECONDS * 1000);
    const rested = (await stage.heapBytes()) - heapBefore;
    crowd.close();
    const accepted = crowd.typed - typedBefore;
    return {
      after: after / 1000,
      accepted,
      p99: latencies.percentile(0.99),
      cpu: (cost.cpuMillis * 1000) / accepted,
      held: held / 1e6,
      rested: rested / 1e6,
      ...figuresOf(cost),
    };
  },
};
