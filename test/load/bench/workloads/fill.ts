import * as Y from "yjs";
import { until } from "../../../support/until.ts";
import { Participant, type Target } from "../participant.ts";
import { TEXT } from "../typing.ts";

const UPDATES_PER_WRITE = 250;
const PATIENCE_MILLIS = 20_000;

/**
 * Writes a document.
 *
 * @returns Who keeps it open. By then somebody else has all of it.
 */
export async function fill(target: Target, document: string, updates: readonly Uint8Array[]): Promise<Participant> {
  const expected = new Y.Doc();
  expected.transact(() => updates.forEach((update) => Y.applyUpdate(expected, update)));
  const read = new Y.Doc();
  const reader = await Participant.enter(target, document, ({ kind, at, end }, bytes) => {
    if (kind === "update" || kind === "answer") Y.applyUpdate(read, bytes.subarray(at, end));
  });
  await reader.synced();
  const writer = await Participant.enter(target, document);
  await writer.synced();
  for (let at = 0; at < updates.length; at += UPDATES_PER_WRITE) {
    writer.send(...updates.slice(at, at + UPDATES_PER_WRITE));
  }
  const vector = Y.encodeStateVector(expected).toString();
  await until("the document is written", () => Y.encodeStateVector(read).toString() === vector, PATIENCE_MILLIS);
  if (read.getText(TEXT).toJSON() !== expected.getText(TEXT).toJSON())
    throw new Error(`${document} is not what was written`);
  reader.close();
  return writer;
}
