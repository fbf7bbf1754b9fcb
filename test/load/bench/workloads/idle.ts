import { Participant } from "../participant.ts";
import type { Case, Workload } from "../workload.ts";

const CONNECTIONS = 2_000;
const AT_ONCE = 50;

interface Idle extends Case {
  readonly documents: number;
}

export const idle: Workload<Idle> = {
  name: "idle",
  about:
    "2,000 connections on which nothing happens: what a server holds for each once its garbage is gone, beyond what it held when a hundred had come and gone. In the second case each has a document of its own.",
  cases: [
    {
      name: "20 documents",
      documents: 20,
      goals: [
        { key: "heap", atMost: 3 },
        { key: "rssEach", atMost: 8 },
      ],
    },
    { name: "2,000 documents", documents: 2_000, goals: [{ key: "heap", atMost: 5 }] },
  ],
  columns: [
    { key: "heap", title: "heap KB a connection", digits: 1, isCompared: true },
    { key: "rssEach", title: "RSS KB a connection", digits: 1 },
    { key: "cpu", title: "CPU µs a connection, to come in", digits: 0 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],
  isInspected: true,

  async run(stage, { documents }) {
    const enter = async (count: number, name: string): Promise<Participant[]> => {
      const all: Participant[] = [];
      while (all.length < count) {
        const next = Array.from({ length: AT_ONCE }, async (_, index) => {
          const participant = await Participant.enter(stage.target, `${name}-${(all.length + index) % documents}`);
          await participant.synced();
          return participant;
        });
        all.push(...(await Promise.all(next)));
      }
      return all;
    };
    for (const participant of await enter(100, "before")) participant.close();
    const heapBefore = await stage.heapBytes();
    const rssBefore = await stage.rssBytes();

    await stage.begin();
    const all = await enter(CONNECTIONS, "idle");
    const cost = await stage.end();

    const heap = (await stage.heapBytes()) - heapBefore;
    const rss = (await stage.rssBytes()) - rssBefore;
    for (const participant of all) participant.close();
    return {
      heap: heap / CONNECTIONS / 1024,
      rssEach: rss / CONNECTIONS / 1024,
      cpu: (cost.cpuMillis * 1000) / CONNECTIONS,
      rss: cost.rssBytes / 1e6,
      other: cost.otherCores * 100,
    };
  },
};
