import { type LoadedLog, openRoom } from "@sheaf/room";
import * as Y from "yjs";
import { type Ledger, sentenceOf, type WordFault } from "./ledger.ts";
import { openPaper } from "./open-paper.ts";
import type { Tab } from "./tab.ts";

/**
 * Compares the replicas of one document with what the log says, and that with what people typed.
 *
 * @param excuse - Whether something in the words is a known limit.
 * @returns What is wrong, or undefined.
 */
export function compare(
  ledger: Ledger,
  log: LoadedLog,
  tabs: readonly Tab[],
  schemaVersion: number,
  excuse: (fault: WordFault) => boolean,
): string | undefined {
  const opened = openRoom(ledger.document, log);
  if (!opened.ok) return `the log does not open: ${opened.error.reason}`;
  const { snapshot, rows } = log;
  const updates = rows.map(({ update }) => update);
  const doc = replicaOf(snapshot === undefined ? updates : [snapshot.update, ...updates]);
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) return "the log has holes";
  const paper = openPaper(doc, schemaVersion, null);
  const [content, words] = [JSON.stringify(paper.content), paper.words.join(" ")];
  for (const tab of tabs) {
    if (!isSameState(tab, doc)) return `${tab.name} holds another state than the log`;
    if (tab.paper.words.join(" ") !== words) return `${tab.name} shows other words than the log`;
    if (tab.mayWrite && JSON.stringify(tab.paper.content) !== content)
      return `${tab.name} shows another form than the log`;
  }
  const fault = ledger.faultsIn(paper.words).find((each) => !excuse(each));
  return fault && sentenceOf(fault);
}

/**
 * Equal in bytes, deletions included. In a replica that may not write Yjs tidies formatting all the same, and nobody
 * may hear of it: its marks may be others, in the end even to see. So of those only structs and words count.
 */
function isSameState({ mayWrite, doc }: Tab, log: Y.Doc): boolean {
  if (!mayWrite) return equal(Y.encodeStateVector(doc), Y.encodeStateVector(log));
  const [ours, theirs] = [Y.encodeStateAsUpdate(doc), Y.encodeStateAsUpdate(log)];
  // The same items may be held in pieces or whole, until a replica reads them at once.
  return equal(ours, theirs) || equal(writtenAnew(ours), writtenAnew(theirs));
}

const writtenAnew = (state: Uint8Array): Uint8Array => Y.encodeStateAsUpdate(replicaOf([state]));

/** What these updates say. In a transaction of its own making, in which Yjs does not tidy. */
function replicaOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
