import { Crowd } from "../crowd.ts";
import { joinPairs, typeInAll } from "../crowds.ts";
import { asWrittenBy, readTrace } from "../fixtures.ts";
import { Latencies } from "../latencies.ts";
import type { Stage } from "../stage.ts";
import { encodeRun } from "../typing.ts";
import type { Case, Figures, Workload } from "../workload.ts";
import { fill } from "./fill.ts";

const DURATION = { warmUpSeconds: 3, seconds: 6 };
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
  const figures = await typeInAll(stage, [crowd], { rate: IN_ONE_DOCUMENT.rate, ...DURATION }, latencies);
  await crowd.verify(stage.target);
  for (const one of [crowd, holder]) one.close();
  return figures;
}

async function typeInMany(stage: Stage, rooms: number): Promise<Figures> {
  const latencies = new Latencies();
  const crowds = await joinPairs(stage.target, rooms, latencies, RING);
  const figures = await typeInAll(stage, crowds, { rate: LETTERS_A_SECOND / rooms / 2, ...DURATION }, latencies);
  await crowds[0]!.verify(stage.target);
  for (const crowd of crowds) crowd.close();
  return figures;
}
