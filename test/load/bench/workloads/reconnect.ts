import * as Y from "yjs";
import { readTrace } from "../fixtures.ts";
import { Participant } from "../participant.ts";
import { figuresOf, type Stage } from "../stage.ts";
import { TEXT } from "../typing.ts";
import type { Case, Workload } from "../workload.ts";
import { fill } from "./fill.ts";

const CLIENTS = 500;
const SMALL_LETTERS = 2_000;

interface Reconnect extends Case {
  readonly documents: number;
  readonly isTrace: boolean;
}

export const reconnect: Workload<Reconnect> = {
  name: "reconnect",
  about:
    "500 clients come back at once, as after a server's restart, to documents that are open: the trace, of which they lack the last 20 keystrokes, or small ones, of which they lack nothing.",
  cases: [
    { name: "the trace", documents: 5, isTrace: true, goals: [{ key: "cpu", against: "y-websocket", atMost: 0.6 }] },
    {
      name: "small documents",
      documents: 250,
      isTrace: false,
      goals: [{ key: "cpu", against: "y-websocket", atMost: 1 }],
    },
  ],
  columns: [
    { key: "cpu", title: "CPU µs a client", digits: 0, isCompared: true },
    { key: "millis", title: "ms until all are in", digits: 0 },
    { key: "bytes", title: "KB to each", digits: 1 },
    { key: "rss", title: "RSS MB", digits: 0 },
  ],

  async run(stage, { documents, isTrace }) {
    const { updates, vector } = isTrace ? ofTrace(stage) : small();
    const name = (index: number): string => `reconnect-${index % documents}`;
    const holders = await Promise.all(
      Array.from({ length: documents }, (_, index) => fill(stage.target, name(index), updates)),
    );

    await stage.settled();
    await stage.begin();
    const began = performance.now();
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, index) => {
        const client = await Participant.enter(stage.target, name(index), undefined, vector);
        await client.synced();
        return client;
      }),
    );
    const millis = performance.now() - began;
    const cost = await stage.end();

    const bytes = clients.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
    for (const participant of [...clients, ...holders]) participant.close();
    return {
      cpu: (cost.cpuMillis * 1000) / CLIENTS,
      millis,
      bytes: bytes / CLIENTS / 1e3,
      ...figuresOf(cost),
    };
  },
};

function ofTrace({ fixtures }: Stage): { updates: readonly Uint8Array[]; vector: Uint8Array } {
  const { updates, nearlyCurrent } = readTrace(fixtures);
  return { updates, vector: nearlyCurrent };
}

function small(): { updates: readonly Uint8Array[]; vector: Uint8Array } {
  const doc = new Y.Doc();
  doc.getText(TEXT).insert(0, "a".repeat(SMALL_LETTERS));
  return { updates: [Y.encodeStateAsUpdate(doc)], vector: Y.encodeStateVector(doc) };
}
