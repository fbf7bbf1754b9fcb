import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import * as Y from "yjs";
import { editingTrace, writeTrace } from "../../support/trace.ts";
import { clientOf, TEXT } from "./typing.ts";

/** The keystrokes of a paper, as updates. */
export interface Trace {
  /** Nearly all of it in one update, the rest a keystroke each. */
  readonly updates: readonly Uint8Array[];
  /** The state vector of somebody who lacks the last few. */
  readonly nearlyCurrent: Uint8Array;
  readonly textLength: number;
}

const SINGLES = 5_000;
const LACKING = 20;
const FILE = "trace";

/** Makes what several runs need, once. */
export function prepareFixtures(folder: string): void {
  const doc = new Y.Doc();
  doc.clientID = clientOf(0);
  const updates: Uint8Array[] = [];
  const vectors: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => {
    updates.push(update);
    vectors.push(Y.encodeStateVector(doc));
  });
  writeTrace(doc.getText(TEXT), editingTrace(), SINGLES);
  const trace: Trace = { updates, nearlyCurrent: vectors.at(-1 - LACKING)!, textLength: doc.getText(TEXT).length };
  writeFileSync(join(folder, FILE), serialize(trace));
}

export const readTrace = (folder: string): Trace => deserialize(readFileSync(join(folder, FILE))) as Trace;

/** The same update as if another typist had written it: client ids of typists are equally long. */
export function asWrittenBy(typist: number, update: Uint8Array): Uint8Array {
  const bytes = Buffer.from(update);
  const [from, to] = [idBytes(clientOf(0)), idBytes(clientOf(typist))];
  // Bytes above 127 one after the other are in no text of ASCII, and in no number that is shorter.
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + to.length)) bytes.set(to, at);
  return bytes;
}

function idBytes(client: number): Buffer {
  const vector = Y.encodeStateVector(new Map([[client, 0]]));
  return Buffer.from(vector.subarray(1, -1));
}
