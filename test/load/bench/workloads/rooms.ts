import { until } from "../../../support/until.ts";
import { Crowd } from "../crowd.ts";
import { Latencies } from "../latencies.ts";
import { pace } from "../pace.ts";
import { figuresOf } from "../stage.ts";
import type { Case, Workload } from "../workload.ts";

const PEOPLE = 2;
const RATE = 2;
const WARM_UP_SECONDS = 1.5;
const SECONDS = 5;
const LATE_MILLIS = 10_000;
/** Rooms joined at the same time. */
const AT_ONCE = 25;
/** Letters of one person that are not heard yet. */
const RING = 64;
/** Rooms that are opened anew in the end. */
const VERIFIED = 20;

interface Rooms extends Case {
  readonly rooms: number;
}

export const rooms: Workload<Rooms> = {
  name: "rooms",
  about: "Two people in each of many documents, each typing two letters a second.",
  cases: [
    { name: "100 rooms", rooms: 100 },
    { name: "1,000 rooms", rooms: 1_000, goals: [{ key: "cpu", against: "y-websocket", atMost: 0.65 }] },
    {
      name: "2,500 rooms",
      rooms: 2_500,
      goals: [
        { key: "cpu", against: "y-websocket", atMost: 0.5 },
        { key: "rss", atMost: 150 },
      ],
    },
  ],
  columns: [
    { key: "cpu", title: "CPU µs an update", digits: 1, isCompared: true },
    { key: "share", title: "CPU %", digits: 0 },
    { key: "p50", title: "p50 ms", digits: 2 },
    { key: "p99", title: "p99 ms", digits: 1 },
    { key: "join", title: "CPU µs a join", digits: 0 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],

  async run(stage, its) {
    const latencies = new Latencies();
    const crowds: Crowd[] = [];
    await stage.begin();
    while (crowds.length < its.rooms) {
      const next = Array.from({ length: Math.min(AT_ONCE, its.rooms - crowds.length) }, (_, index) =>
        Crowd.join(stage.target, `room-${crowds.length + index}`, PEOPLE, latencies, RING),
      );
      crowds.push(...(await Promise.all(next)));
    }
    const joining = await stage.end();

    const people = its.rooms * PEOPLE;
    const type = (who: number): void => crowds[who % its.rooms]!.type(who < its.rooms ? 0 : 1);
    const quiet = (): Promise<number> =>
      until("everybody has heard everything", () => crowds.every(({ isQuiet }) => isQuiet), LATE_MILLIS);
    await pace(people, RATE, WARM_UP_SECONDS, type);
    await quiet();
    latencies.clear();

    await stage.begin();
    await pace(people, RATE, SECONDS, type);
    await quiet();
    const cost = await stage.end();

    for (const crowd of crowds.slice(0, VERIFIED)) await crowd.verify(stage.target);
    for (const crowd of crowds) crowd.close();
    return {
      cpu: (cost.cpuMillis * 1000) / latencies.count,
      p50: latencies.percentile(0.5),
      p99: latencies.percentile(0.99),
      join: (joining.cpuMillis * 1000) / people,
      ...figuresOf(cost),
    };
  },
};
