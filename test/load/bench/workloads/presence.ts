import { until } from "../../../support/until.ts";
import { Latencies } from "../latencies.ts";
import { pace } from "../pace.ts";
import { Participant } from "../participant.ts";
import { readVarUint, reading } from "../reading.ts";
import { figuresOf } from "../stage.ts";
import { clientOf, typistOf } from "../typing.ts";
import type { Case, Workload } from "../workload.ts";

const WARM_UP_SECONDS = 1.5;
const SECONDS = 4;
const LATE_MILLIS = 15_000;
/** Moves of one caret that are not seen yet. */
const RING = 256;

interface Presence extends Case {
  readonly people: number;
  readonly rate: number;
  /** How often a second each says again that it is there, as stock clients do every 15 s. */
  readonly renewals?: number;
}

export const presence: Workload<Presence> = {
  name: "presence",
  about:
    "Carets move in one document, 230 bytes of JSON each time. A move that a later one has passed counts as seen when that one is. Clients do not send back what they hear of others, as stock ones do: that would be a load of its own.",
  cases: [
    {
      name: "100 people x 10/s",
      people: 100,
      rate: 10,
      goals: [
        { key: "cpu", against: "y-websocket", atMost: 0.2 },
        { key: "p50", atMost: 50 },
      ],
    },
    {
      name: "300 people x 1/s, with renewals",
      people: 300,
      rate: 1,
      renewals: 1 / 15,
      goals: [{ key: "share", atMost: 6 }],
    },
  ],
  columns: [
    { key: "cpu", title: "CPU µs a move and reader", digits: 2, isCompared: true },
    { key: "share", title: "CPU %", digits: 1 },
    { key: "p50", title: "p50 ms", digits: 2 },
    { key: "p99", title: "p99 ms", digits: 1 },
    { key: "passed", title: "% passed by later ones", digits: 0 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],

  async run(stage, { people, rate, renewals = 0 }) {
    const latencies = new Latencies();
    const clocks = new Int32Array(people);
    /** When a move was made; NaN for a renewal, which is no news to anybody. */
    const movedAt = new Float64Array(people * RING);
    const seen = new Int32Array(people * people);
    let passed = 0;

    const see = (reader: number, bytes: Uint8Array, at: number): void => {
      const now = performance.now();
      reading.at = at;
      for (let entries = readVarUint(bytes); entries > 0; entries--) {
        const mover = typistOf(readVarUint(bytes));
        const clock = readVarUint(bytes);
        const length = readVarUint(bytes);
        reading.at += length;
        const index = reader * people + mover;
        const before = seen[index]!;
        if (mover === reader || clock <= before) continue;
        for (let one = before + 1; one <= clock; one++) {
          const at = movedAt[mover * RING + (one % RING)]!;
          if (Number.isNaN(at)) continue;
          latencies.add(now - at);
          if (one < clock) passed++;
        }
        seen[index] = clock;
      }
    };
    const participants: Participant[] = [];
    for (let who = 0; who < people; who++) {
      const participant = await Participant.enter(stage.target, "presence", ({ kind, at }, bytes) => {
        if (kind === "presence") see(who, bytes, at);
      });
      await participant.synced();
      participants.push(participant);
    }
    const states = participants.map((_, who) => stateOf(who, 0));
    const show = (who: number, at: number): void => {
      const clock = ++clocks[who]!;
      movedAt[who * RING + (clock % RING)] = at;
      participants[who]!.show(clientOf(who), clock, states[who]!);
    };
    const move = (who: number): void => {
      states[who] = stateOf(who, clocks[who]! + 1);
      show(who, performance.now());
    };
    const act = async (seconds: number): Promise<void> => {
      const renewing = renewals === 0 ? undefined : pace(people, renewals, seconds, (who) => show(who, Number.NaN));
      await pace(people, rate, seconds, move);
      await renewing;
      // The last move of each is one that all see.
      for (let who = 0; who < people; who++) move(who);
      await until("everybody sees where all are", () => isSettled(), LATE_MILLIS);
    };
    const isSettled = (): boolean =>
      seen.every((clock, index) => {
        const mover = index % people;
        return mover === Math.floor(index / people) || clock === clocks[mover];
      });

    await act(WARM_UP_SECONDS);
    latencies.clear();
    passed = 0;
    await stage.begin();
    await act(SECONDS);
    const cost = await stage.end();
    for (const participant of participants) participant.close();
    return {
      cpu: (cost.cpuMillis * 1000) / latencies.count,
      p50: latencies.percentile(0.5),
      p99: latencies.percentile(0.99),
      passed: (passed / latencies.count) * 100,
      ...figuresOf(cost),
    };
  },
};

function stateOf(who: number, at: number): Uint8Array {
  const position = { type: null, tname: "text", item: { client: clientOf(who), clock: at }, assoc: 0 };
  const user = { name: `Person ${who}`, color: "#1e6fa8", colorLight: "#1e6fa833" };
  return Buffer.from(JSON.stringify({ user, cursor: { anchor: position, head: position } }));
}
