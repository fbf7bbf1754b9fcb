import { until } from "../../../support/until.ts";
import { Crowd } from "../crowd.ts";
import { Latencies } from "../latencies.ts";
import { pace } from "../pace.ts";
import { figuresOf } from "../stage.ts";
import type { Case, Workload } from "../workload.ts";

const WARM_UP_SECONDS = 1.5;
const SECONDS = 4;
const LATE_MILLIS = 10_000;

interface FanOut extends Case {
  readonly people: number;
  readonly rate: number;
}

export const fanOut: Workload<FanOut> = {
  name: "fan-out",
  about: "People type in one document; each letter goes to all others.",
  cases: [
    {
      name: "10 x 5/s",
      people: 10,
      rate: 5,
      goals: [
        { key: "cpu", against: "y-websocket", atMost: 1.25 },
        { key: "p50", atMost: 2 },
      ],
    },
    {
      name: "50 x 20/s",
      people: 50,
      rate: 20,
      goals: [
        { key: "cpu", against: "y-websocket", atMost: 0.45 },
        { key: "p50", atMost: 5 },
      ],
    },
    { name: "200 x 2/s", people: 200, rate: 2 },
  ],
  columns: [
    { key: "cpu", title: "CPU µs a delivery", digits: 2, isCompared: true },
    { key: "share", title: "CPU %", digits: 0 },
    { key: "p50", title: "p50 ms", digits: 2 },
    { key: "p99", title: "p99 ms", digits: 1 },
    { key: "frames", title: "frames a delivery", digits: 2 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],

  async run(stage, { people, rate }) {
    const latencies = new Latencies();
    const crowd = await Crowd.join(stage.target, "fan-out", people, latencies);
    const quiet = (): Promise<number> => until("everybody has heard everything", () => crowd.isQuiet, LATE_MILLIS);
    await pace(people, rate, WARM_UP_SECONDS, (who) => crowd.type(who));
    await quiet();
    latencies.clear();
    const { delivered, receivedFrames } = crowd;

    await stage.begin();
    await pace(people, rate, SECONDS, (who) => crowd.type(who));
    await quiet();
    const cost = await stage.end();

    const deliveries = crowd.delivered - delivered;
    const frames = crowd.receivedFrames - receivedFrames;
    await crowd.verify(stage.target);
    crowd.close();
    return {
      cpu: (cost.cpuMillis * 1000) / deliveries,
      p50: latencies.percentile(0.5),
      p99: latencies.percentile(0.99),
      frames: frames / deliveries,
      ...figuresOf(cost),
    };
  },
};
