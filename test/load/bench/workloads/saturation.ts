import { until } from "../../../support/until.ts";
import { Crowd } from "../crowd.ts";
import { Latencies } from "../latencies.ts";
import { pace } from "../pace.ts";
import { figuresOf } from "../stage.ts";
import type { Figures, Workload } from "../workload.ts";

/** Letters a second of each, until the server cannot keep up. */
const RATES = [4, 8, 16, 32, 48, 64, 96, 128];
/** Everything else on the machine may take a moment: a pace is too fast when it fails as often. */
const TRIES = 2;
const WARM_UP_RATE = 2;
const PEOPLE = 200;
const SECONDS = 1.5;
/** What people would not notice; who is later cannot keep up. */
const MOST_P99_MILLIS = 100;
const LATE_MILLIS = 1_000;
const RECOVERY_MILLIS = 10_000;
/** A generator that is later than this at the end says nothing of the server. */
const MOST_LAG = 1.1;

export const saturation: Workload = {
  name: "saturation",
  about:
    "200 people type in one document, faster and faster. Shown is the fastest pace at which 99 of 100 letters took 100 ms at most and none was later than a second; a pace that the load itself could not hold counts as too fast.",
  cases: [
    {
      name: "200 people",
      goals: [
        { key: "perCpuSecond", atLeast: 5_000_000 },
        { key: "perSecond", against: "hocuspocus", atLeast: 2 },
      ],
    },
  ],
  columns: [
    { key: "perSecond", title: "deliveries a second", digits: 0, isCompared: true },
    { key: "perCpuSecond", title: "deliveries a CPU second", digits: 0 },
    { key: "share", title: "CPU %", digits: 0 },
    { key: "p50", title: "p50 ms", digits: 1 },
    { key: "p99", title: "p99 ms", digits: 1 },
    { key: "rss", title: "RSS MB", digits: 0 },
    { key: "recovery", title: "ms to catch up after the pace that was too fast", digits: 0 },
  ],

  async run(stage) {
    const latencies = new Latencies();
    const crowd = await Crowd.join(stage.target, "saturation", PEOPLE, latencies);
    const quiet = (millis: number): Promise<number> => until("all is heard", () => crowd.isQuiet, millis);
    /** @returns What the pace cost; undefined when it was too fast. */
    const attempt = async (rate: number): Promise<Figures | undefined> => {
      latencies.clear();
      const before = crowd.delivered;
      await stage.begin();
      const began = performance.now();
      await pace(PEOPLE, rate, SECONDS, (who) => crowd.type(who));
      const lag = (performance.now() - began) / 1000 / SECONDS;
      const isInTime = await quiet(LATE_MILLIS).then(
        () => true,
        () => false,
      );
      const cost = await stage.end();
      const p99 = latencies.percentile(0.99);
      if (!isInTime || p99 > MOST_P99_MILLIS || lag > MOST_LAG) return undefined;
      const deliveries = crowd.delivered - before;
      return {
        perSecond: deliveries / cost.seconds,
        perCpuSecond: (deliveries / cost.cpuMillis) * 1000,
        p50: latencies.percentile(0.5),
        p99,
        ...figuresOf(cost),
      };
    };

    await pace(PEOPLE, WARM_UP_RATE, SECONDS, (who) => crowd.type(who));
    await quiet(RECOVERY_MILLIS);
    let best: Figures = {};
    let recovery = 0;
    for (let index = 0, tries = 0; index < RATES.length && tries < TRIES && !Number.isNaN(recovery);) {
      const figures = await attempt(RATES[index]!);
      if (figures === undefined) {
        tries++;
        recovery = await quiet(RECOVERY_MILLIS).catch(() => Number.NaN);
      } else {
        best = figures;
        index++;
        tries = 0;
        recovery = 0;
      }
    }
    if (crowd.isQuiet) await crowd.verify(stage.target);
    crowd.close();
    return { ...best, recovery };
  },
};
