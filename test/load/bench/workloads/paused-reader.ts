import { until } from "../../../support/until.ts";
import { Participant } from "../participant.ts";
import { walkStructs } from "../reading.ts";
import { figuresOf } from "../stage.ts";
import { encodeRun } from "../typing.ts";
import type { Workload } from "../workload.ts";

const TOTAL_BYTES = 190e6;
const RUN_LETTERS = 64 * 1024;
const RUNS = Math.floor(TOTAL_BYTES / RUN_LETTERS);
/** So many runs are on their way at a time. */
const AHEAD = 8;
const PATIENCE_MILLIS = 20_000;

export const pausedReader: Workload = {
  name: "paused-reader",
  about:
    "One reader stops reading while 190 MB of edits go through its document; another reads on. Each edit takes the last one away, so the document stays small. Memory is what a server holds more than before, once its garbage is gone.",
  cases: [{ name: "190 MB", goals: [{ key: "held", atMost: 4 }] }],
  columns: [
    { key: "held", title: "MB held for the reader", digits: 1, isCompared: true },
    { key: "grown", title: "RSS grown by MB", digits: 0 },
    { key: "seconds", title: "s for the other", digits: 1 },
    { key: "caughtUp", title: "s until the paused one has all", digits: 1 },
    { key: "share", title: "CPU %", digits: 0 },
  ],
  isInspected: true,

  async run(stage) {
    const reader = (): { clock: number; listen: Parameters<typeof Participant.enter>[2] } => {
      const state = {
        clock: 0,
        listen: ({ kind, at }: { kind: string; at: number }, bytes: Uint8Array): void => {
          if (kind !== "update" && kind !== "answer") return;
          walkStructs(bytes, at, (_client, clock, length) => (state.clock = Math.max(state.clock, clock + length)));
        },
      };
      return state;
    };
    const [reading, pausing] = [reader(), reader()];
    const awake = await Participant.enter(stage.target, "paused", reading.listen);
    const paused = await Participant.enter(stage.target, "paused", pausing.listen);
    const writer = await Participant.enter(stage.target, "paused");
    await Promise.all([awake, paused, writer].map((participant) => participant.synced()));

    let written = 0;
    const write = async (runs: number): Promise<void> => {
      for (const end = written + runs; written < end; written++) {
        const behind = (): boolean => reading.clock < (written - AHEAD) * RUN_LETTERS;
        if (behind()) await until("the other reads on", () => !behind(), PATIENCE_MILLIS);
        writer.send(encodeRun(0, written * RUN_LETTERS, RUN_LETTERS));
      }
      await until("the other has all", () => reading.clock === written * RUN_LETTERS, PATIENCE_MILLIS);
    };
    await write(100);
    const heapBefore = await stage.heapBytes();
    const rssBefore = await stage.rssBytes();

    paused.pause();
    await stage.begin();
    await write(RUNS);
    const cost = await stage.end();
    const held = (await stage.heapBytes()) - heapBefore;
    const grown = (await stage.rssBytes()) - rssBefore;

    paused.resume();
    const isThere = (): boolean => pausing.clock === written * RUN_LETTERS;
    const caughtUp = await until("the paused one has all", isThere, PATIENCE_MILLIS).catch(() => Number.NaN);
    for (const participant of [awake, paused, writer]) participant.close();
    return {
      ...figuresOf(cost),
      held: held / 1e6,
      grown: grown / 1e6,
      seconds: cost.seconds,
      caughtUp: caughtUp / 1000,
    };
  },
};
