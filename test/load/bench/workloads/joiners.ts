import { asWrittenBy, readTrace } from "../fixtures.ts";
import { Participant } from "../participant.ts";
import { figuresOf } from "../stage.ts";
import type { Workload } from "../workload.ts";
import { fill } from "./fill.ts";

const JOINERS = 100;
/** The trace as often, each as if somebody else had written it. */
const COPIES = 16;

export const joiners: Workload = {
  name: "joiners",
  about:
    "100 people come at once into a document of 5 MB, which others have open: the trace 16 times over, by as many authors. A relay that sends the same bytes without a thought is the floor.",
  cases: [{ name: "5 MB", goals: [{ key: "millis", against: "relay", atMost: 2 }] }],
  columns: [
    { key: "cpu", title: "CPU ms a joiner", digits: 1, isCompared: true },
    { key: "millis", title: "ms until all have it", digits: 0 },
    { key: "bytes", title: "MB to each", digits: 2 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],

  async run(stage) {
    const [base] = readTrace(stage.fixtures).updates;
    const updates = Array.from({ length: COPIES }, (_, typist) => asWrittenBy(typist, base!));
    const holder = await fill(stage.target, "joiners", updates);
    await stage.settled();
    await stage.begin();
    const began = performance.now();
    const all = await Promise.all(
      Array.from({ length: JOINERS }, async () => {
        const joiner = await Participant.enter(stage.target, "joiners");
        await joiner.synced();
        return joiner;
      }),
    );
    const millis = performance.now() - began;
    const cost = await stage.end();
    const bytes = all.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
    for (const participant of [...all, holder]) participant.close();
    return { cpu: cost.cpuMillis / JOINERS, millis, bytes: bytes / JOINERS / 1e6, ...figuresOf(cost) };
  },
};
