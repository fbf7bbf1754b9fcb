import { until } from "../../../support/until.ts";
import { Crowd } from "../crowd.ts";
import { asWrittenBy, readTrace } from "../fixtures.ts";
import { Latencies } from "../latencies.ts";
import { pace } from "../pace.ts";
import { figuresOf, type Stage } from "../stage.ts";
import { encodeRun } from "../typing.ts";
import type { Case, Figures, Workload } from "../workload.ts";
import { fill } from "./fill.ts";

const WARM_UP_SECONDS = 3;
const SECONDS = 6;
const LATE_MILLIS = 10_000;
/** Rooms joined at the same time. */
const AT_ONCE = 25;
/** Letters of one person that are not heard yet. */
const RING = 1024;
/** Whoever wrote what is there already is none of those who type now. */
const FIRST_AUTHOR = 100;

const IN_ONE_DOCUMENT = { people: 10, rate: 10 };
const LETTERS_A_SECOND = 2_000;

interface Growth extends Case {
  /** Of each document, before anybody types: so many letters, or the trace so many times. */
  readonly letters?: number;
  readonly traces?: number;
  /** Documents of two people who type so often a second that it is as much in all; without, ten people in one. */
  readonly rooms?: number;
}

const SIZES = ["1 KB", "0.3 MB", "1 MB", "5 MB"];
const ROOMS = ["10 rooms", "100 rooms", "1,000 rooms", "2,500 rooms"];

export const growth: Workload<Growth> = {
  name: "growth",
  about: `What an update costs, the larger its document is, and the more documents there are. Ten people type ten letters a second each in a document that has this much in it; two people type in each of so many documents, ${LETTERS_A_SECOND.toLocaleString("en")} letters a second in all.`,
  cases: [
    { name: SIZES[0]!, letters: 1_000 },
    { name: SIZES[1]!, traces: 1 },
    { name: SIZES[2]!, traces: 3 },
    { name: SIZES[3]!, traces: 16 },
    { name: ROOMS[0]!, rooms: 10 },
    { name: ROOMS[1]!, rooms: 100 },
    { name: ROOMS[2]!, rooms: 1_000 },
    { name: ROOMS[3]!, rooms: 2_500 },
  ],
  columns: [
    { key: "cpu", title: "CPU µs an update", digits: 1, isCompared: true },
    { key: "p50", title: "p50 ms", digits: 2 },
    { key: "p99", title: "p99 ms", digits: 1 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],
  spreads: [
    { key: "cpu", cases: SIZES, atMost: 1.3 },
    { key: "cpu", cases: ROOMS, atMost: 1.3 },
  ],

  run: (stage, its) => (its.rooms === undefined ? typeInOne(stage, its) : typeInMany(stage, its.rooms)),
};

async function typeInOne(stage: Stage, { letters = 0, traces = 0 }: Growth): Promise<Figures> {
  const trace = readTrace(stage.fixtures);
  const updates = Array.from({ length: traces }, (_, copy) => asWrittenBy(FIRST_AUTHOR + copy, trace.updates[0]!));
  if (letters > 0) updates.push(asWrittenBy(FIRST_AUTHOR, encodeRun(0, 0, letters)));
  const holder = await fill(stage.target, "growth", updates);
  await stage.settled();
  const latencies = new Latencies();
  const crowd = await Crowd.join(stage.target, "growth", IN_ONE_DOCUMENT.people, latencies, RING);
  const figures = await typeAtPace(stage, [crowd], IN_ONE_DOCUMENT.rate, latencies);
  await crowd.verify(stage.target);
  for (const one of [crowd, holder]) one.close();
  return figures;
}

async function typeInMany(stage: Stage, rooms: number): Promise<Figures> {
  const latencies = new Latencies();
  const crowds: Crowd[] = [];
  while (crowds.length < rooms) {
    const next = Array.from({ length: Math.min(AT_ONCE, rooms - crowds.length) }, (_, index) =>
      Crowd.join(stage.target, `room-${crowds.length + index}`, 2, latencies, RING),
    );
    crowds.push(...(await Promise.all(next)));
  }
  const figures = await typeAtPace(stage, crowds, LETTERS_A_SECOND / rooms / 2, latencies);
  await crowds[0]!.verify(stage.target);
  for (const crowd of crowds) crowd.close();
  return figures;
}

/** @param rate - Letters a second of each person. */
async function typeAtPace(
  stage: Stage,
  crowds: readonly Crowd[],
  rate: number,
  latencies: Latencies,
): Promise<Figures> {
  const people = crowds.length * crowds[0]!.size;
  const type = (who: number): void => crowds[who % crowds.length]!.type(Math.floor(who / crowds.length));
  const quiet = (): Promise<number> =>
    until("everybody has heard everything", () => crowds.every(({ isQuiet }) => isQuiet), LATE_MILLIS);
  const typed = (): number => crowds.reduce((sum, crowd) => sum + crowd.typed, 0);
  await pace(people, rate, WARM_UP_SECONDS, type);
  await quiet();
  latencies.clear();
  const before = typed();
  await stage.begin();
  await pace(people, rate, SECONDS, type);
  await quiet();
  const cost = await stage.end();
  return {
    cpu: (cost.cpuMillis * 1000) / (typed() - before),
    p50: latencies.percentile(0.5),
    p99: latencies.percentile(0.99),
    ...figuresOf(cost),
  };
}
