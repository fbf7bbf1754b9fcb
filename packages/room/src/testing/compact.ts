import * as Y from "yjs";
import type { LogRow, Snapshot } from "../log.ts";
import { summarize } from "../summary.ts";

/** A snapshot through as many of the rows as have nothing waiting; undefined when that is none. */
export function compact(snapshot: Snapshot | undefined, rows: readonly LogRow[]): Snapshot | undefined {
  const summary = summarize(snapshot, rows);
  if (summary === undefined) return undefined;
  const doc = new Y.Doc();
  doc.transact(() => {
    if (snapshot !== undefined) Y.applyUpdate(doc, snapshot.update);
    for (const { seq, update } of rows) if (seq <= summary.seq) Y.applyUpdate(doc, update);
  });
  return { seq: summary.seq, update: Y.encodeStateAsUpdate(doc), summary: summary.bytes };
}
