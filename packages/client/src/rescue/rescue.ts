import { decodeStateVector, type Row } from "@sheaf/protocol";
import * as Y from "yjs";
import { type Casualty, casualtiesOf } from "./casualties.ts";
import { LOWEST_OWN_ID, type PutBackId, PutBackIds } from "./client-ids.ts";
import { Detector, type LostWords } from "./detector.ts";
import { factsOf, factsWhenAsked } from "./facts.ts";
import { type IdRange, IdSet } from "./id-set.ts";

/** Words that this page has to put back, and the client id to do it under. */
export interface WaitingWords extends LostWords, PutBackId {}

/** Where they wait. */
export interface LostAndFound {
  /** Calls `listener` when there is something to take; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /**
   * All that waits, each given once. What it names can be read in the document during this turn; from then on Yjs
   * forgets it.
   */
  take(): readonly WaitingWords[];
  /** Whether words are put back under a Yjs client id, here or elsewhere. */
  isPutBack(clientId: number): boolean;
}

/** The detector with a Y.Doc in its hands: keeps what was deleted readable for as long as it may have to come back. */
export interface Rescue extends LostAndFound {
  wrote(number: number, base: number, update: Uint8Array): void;
  superseded(number: number): void;
  left(): void;
  /** @param vector - Of what the log holds, encoded. */
  welcomed(vector: Uint8Array): void;
  /** From here on positions are another log's. */
  relocated(): void;
  /** Runs `apply`, which applies the updates of rows: with all of them, or with one after the other. */
  receive(rows: readonly Row[], apply: (rows: readonly Row[]) => void): void;
  /**
   * Runs `apply`, which applies a batch that an earlier page wrote, or that was refused and may be sent again.
   *
   * @param seq - Position of the newest row applied here.
   */
  adopt(batch: { number: number; base: number; update: Uint8Array }, seq: number, apply: () => boolean): boolean;
  acked(number: number, seq: number): void;
  held(number: number, seq: number): void;
  caughtUp(seq: number): void;
  refused(number: number): void;
  /**
   * Tells the listeners; to be called once the position counts what was received.
   *
   * @param isCaughtUp - False while rows are still to come: what is lost may have been put back in one of them.
   */
  settle(isCaughtUp: boolean): void;
  destroy(): void;
}

/**
 * @param origin - Of the transactions that bring in what others wrote.
 * @param mayAdopt - Whether words of an earlier page may still turn up that were typed into what is gone by now.
 */
export function createRescue(doc: Y.Doc, origin: unknown, mayAdopt: () => boolean): Rescue {
  const detector = new Detector();
  const ids = new PutBackIds(doc);
  const listeners = new Set<() => void>();
  let waiting: LostWords[] = [];
  /** Deletions whose content was not forgotten yet. */
  let kept: Y.Transaction["deleteSet"][] = [];
  let isForgetting = false;
  /** No row is known to be still on its way. */
  let isComplete = false;

  const { gcFilter } = doc;
  doc.gcFilter = (item) => isForgetting && gcFilter(item);
  doc.on("afterTransaction", keep);

  function keep(transaction: Y.Transaction): void {
    if (!transaction.local) ids.heard(transaction);
    const { deleteSet } = transaction;
    if (deleteSet.clients.size > 0) kept.push(deleteSet);
  }

  /** Yjs forgets deleted content at the end of a transaction; here that waits until nothing may come back. */
  function forget(): void {
    if (!detector.isIdle || mayAdopt() || waiting.length > 0 || kept.length === 0) return;
    isForgetting = true;
    if (doc.gc) Y.tryGc(Y.mergeDeleteSets(kept), doc.store, doc.gcFilter);
    isForgetting = false;
    kept = [];
  }

  /** Runs `apply`, which applies an update. @param named - The deletions in it. */
  function watching<T>(named: IdSet, apply: () => T): readonly [result: T, casualties: readonly Casualty[]] {
    const casualties: Casualty[] = [];
    const read = (transaction: Y.Transaction): void => {
      if (transaction.origin === origin) casualties.push(...casualtiesOf(transaction, named));
    };
    doc.on("afterTransaction", read);
    try {
      return [apply(), casualties];
    } finally {
      doc.off("afterTransaction", read);
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    take() {
      if (!isComplete) return [];
      const taken = waiting;
      waiting = [];
      return taken.map((words) => ({ ...words, ...ids.of(words.turn) }));
    },
    isPutBack: (clientId) => clientId < LOWEST_OWN_ID,
    wrote: (number, base, update) => detector.wrote(number, base, factsWhenAsked(update)),
    superseded: (number) => detector.superseded(number),
    left: () => detector.left(),
    welcomed: (vector) => detector.welcomed(decodeStateVector(vector) ?? new Map()),
    relocated: () => detector.relocated(),
    receive(rows, apply) {
      if (detector.isIdle) {
        apply(rows);
        return;
      }
      for (const row of rows) {
        const facts = factsOf(row.update);
        const [, casualties] = watching(facts.deleted, () => apply([row]));
        waiting.push(...detector.received({ seq: row.seq, base: row.base, facts }, casualties));
      }
    },
    adopt({ number, base, update }, seq, apply) {
      const facts = factsOf(update);
      const { inserted, deleted } = facts;
      const gone = new IdSet(deletedIn(doc, deleted).flatMap((range) => detector.notOurs(range)));
      // Its row is among those applied: what came after it is for others to see to.
      if (isHeldBy(doc, inserted) && gone.holds(deleted)) return apply();
      detector.wrote(number, base, facts);
      const [isApplied, casualties] = watching(deleted, apply);
      detector.adopted(seq, casualties, gone, new IdSet(aroundIn(doc, casualties)));
      return isApplied;
    },
    acked(number, seq) {
      waiting.push(...detector.acked(number, seq));
    },
    held: (number, seq) => detector.held(number, seq),
    caughtUp(seq) {
      waiting.push(...detector.caughtUp(seq));
    },
    refused(number) {
      waiting.push(...detector.refused(number));
    },
    settle(isCaughtUp) {
      isComplete = isCaughtUp;
      if (isComplete && waiting.length > 0) for (const listener of listeners) listener();
      forget();
    },
    destroy() {
      doc.off("afterTransaction", keep);
      doc.gcFilter = gcFilter;
      listeners.clear();
    },
  };
}

const isHeldBy = ({ store }: Y.Doc, set: IdSet): boolean =>
  set.ranges().every(({ client, clock, length }) => clock + length <= Y.getState(store, client));

/** What of a set the document holds as deleted. */
function deletedIn({ store }: Y.Doc, set: IdSet): IdRange[] {
  return set.ranges().flatMap(({ client, clock, length }) => {
    const found: IdRange[] = [];
    const structs = store.clients.get(client) ?? [];
    const end = Math.min(clock + length, Y.getState(store, client));
    for (let at = clock; at < end;) {
      const struct = structs[Y.findIndexSS(structs, at)]!;
      const next = Math.min(end, struct.id.clock + struct.length);
      if (struct.deleted) found.push({ client, clock: at, length: next - at });
      at = next;
    }
    return found;
  });
}

/** What stands, or stood, beside casualties in their texts, without them. */
function aroundIn({ store }: Y.Doc, casualties: readonly Casualty[]): IdRange[] {
  const texts = new Set<unknown>();
  for (const { client, clock } of casualties) texts.add(Y.getItem(store, Y.createID(client, clock)).parent);
  const lost = new IdSet(casualties);
  return [...texts].flatMap((text) => {
    const around: IdRange[] = [];
    for (let item = text instanceof Y.AbstractType ? text._start : null; item !== null; item = item.right)
      around.push(...lost.outside({ client: item.id.client, clock: item.id.clock, length: item.length }));
    return around;
  });
}
