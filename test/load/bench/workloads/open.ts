import * as Y from "yjs";
import { delay } from "../../../support/until.ts";
import { readTrace } from "../fixtures.ts";
import { Participant, type Target } from "../participant.ts";
import { type Cost, figuresOf } from "../stage.ts";
import { TEXT } from "../typing.ts";
import type { Case, Figures, Workload } from "../workload.ts";
import { fill } from "./fill.ts";

interface Open extends Case {
  readonly openers: number;
  readonly isNearlyCurrent?: boolean;
  /** Before the server is stopped, it does what it does with a document right after it was written. */
  readonly isSettled?: boolean;
  /** Or also what it does once nobody has written to it for a while. */
  readonly isAtRest?: boolean;
}

/** After two minutes Sheaf packs a document to its end; the others did all they do long before. */
const REST_MILLIS = 130_000;

const COLUMNS = [
  { key: "cpu", title: "CPU ms an opener", digits: 2, isCompared: true },
  { key: "millis", title: "ms until all have it", digits: 0 },
  { key: "bytes", title: "KB to each", digits: 1 },
  { key: "rss", title: "RSS MB", digits: 0 },
];

export const open: Workload<Open> = {
  name: "open",
  about:
    "Somebody opens the trace, a paper of 260,000 keystrokes, that others have open: with nothing of it, or with all but the last 20 keystrokes.",
  cases: [
    { name: "one", openers: 1 },
    { name: "50 at once", openers: 50, goals: [{ key: "cpu", against: "y-websocket", atMost: 0.17 }] },
    {
      name: "one that is nearly current",
      openers: 1,
      isNearlyCurrent: true,
      goals: [{ key: "bytes", against: "y-websocket", atMost: 1 }],
    },
  ],
  columns: COLUMNS,

  async run(stage, { openers, isNearlyCurrent }) {
    const trace = readTrace(stage.fixtures);
    const holder = await fill(stage.target, "trace", trace.updates);
    await stage.settled();
    await stage.begin();
    const opened = await openTrace(stage.target, openers, isNearlyCurrent === true ? trace.nearlyCurrent : undefined);
    const cost = await stage.end();
    if (isNearlyCurrent !== true) opened.verify(trace.textLength);
    holder.close();
    return { ...opened.figures(cost), ...figuresOf(cost) };
  },
};

export const openCold: Workload<Open> = {
  name: "open-cold",
  about:
    "The same, right after the server was stopped and started: nothing of it is in memory. The document was written minutes before, some seconds before, or up to the stop.",
  cases: [
    { name: "one, minutes later", openers: 1, isAtRest: true, goals: [{ key: "cpu", atMost: 15 }] },
    { name: "one, seconds later", openers: 1, isSettled: true },
    { name: "50 at once, seconds later", openers: 50, isSettled: true },
    { name: "one, just written", openers: 1 },
  ],
  columns: COLUMNS,
  without: ["y-websocket", "hocuspocus", "relay"],

  async run(stage, { openers, isSettled, isAtRest }) {
    const trace = readTrace(stage.fixtures);
    (await fill(stage.target, "trace", trace.updates)).close();
    if (isSettled === true) await stage.settled();
    if (isAtRest === true) await delay(REST_MILLIS);
    await stage.restart();
    await stage.begin();
    const opened = await openTrace(stage.target, openers);
    const cost = await stage.end();
    opened.verify(trace.textLength);
    return { ...opened.figures(cost), ...figuresOf(cost) };
  },
};

async function openTrace(target: Target, count: number, vector?: Uint8Array) {
  // They are put together when the clock stands: a client's time is not the server's.
  const heard: Uint8Array[][] = Array.from({ length: count }, () => []);
  const began = performance.now();
  const openers = await Promise.all(
    heard.map(async (updates) => {
      const opener = await Participant.enter(
        target,
        "trace",
        ({ kind, at, end }, bytes) => {
          if (kind === "update" || kind === "answer") updates.push(new Uint8Array(bytes.subarray(at, end)));
        },
        vector,
      );
      await opener.synced();
      return opener;
    }),
  );
  const millis = performance.now() - began;
  return {
    figures({ cpuMillis }: Cost): Figures {
      const bytes = openers.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      for (const opener of openers) opener.close();
      return { cpu: cpuMillis / count, millis, bytes: bytes / count / 1e3 };
    },
    /** Each has the whole document. */
    verify(textLength: number): void {
      if (!target.holdsDocuments) return;
      for (const updates of heard) {
        const doc = new Y.Doc();
        doc.transact(() => updates.forEach((update) => Y.applyUpdate(doc, update)));
        if (doc.getText(TEXT).length !== textLength) throw new Error("an opener has not all of the trace");
      }
    },
  };
}
