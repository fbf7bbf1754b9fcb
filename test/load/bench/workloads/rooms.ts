import { joinPairs, typeInAll } from "../crowds.ts";
import { Latencies } from "../latencies.ts";
import type { Case, Workload } from "../workload.ts";

const PACE = { rate: 2, warmUpSeconds: 1.5, seconds: 5 };
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
    await stage.begin();
    const crowds = await joinPairs(stage.target, its.rooms, latencies, RING);
    const joining = await stage.end();
    const figures = await typeInAll(stage, crowds, PACE, latencies);
    for (const crowd of crowds.slice(0, VERIFIED)) await crowd.verify(stage.target);
    for (const crowd of crowds) crowd.close();
    return { ...figures, join: (joining.cpuMillis * 1000) / (2 * its.rooms) };
  },
};
