import { decodeStateVector } from "@sheaf/protocol";
import * as Y from "yjs";
import { type Casualty, casualtiesOf } from "./casualties.ts";
import { Detector, type LostWords } from "./detector.ts";
import { factsOf, factsWhenAsked } from "./facts.ts";
import type { IdSet } from "./id-set.ts";

/** Where the words wait that this page has to put back; see `LostWords`. */
export interface LostAndFound {
  /** Calls `listener` when there is something to take; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /**
   * All that waits, each given once. What it names can be read in the document during this turn; from then on Yjs
   * forgets it.
   */
  take(): readonly LostWords[];
}

/** The detector with a Y.Doc in its hands: keeps what was deleted readable for as long as it may have to come back. */
export interface Rescue extends LostAndFound {
  wrote(number: number, base: number, update: Uint8Array): void;
  superseded(number: number): void;
  disconnected(): void;
  /** @param vector - Of what the log holds, encoded. */
  welcomed(vector: Uint8Array): void;
  /** From here on positions are another log's. */
  relocated(): void;
  /** Runs `apply`, which applies the update of this row. */
  receive(row: { readonly seq: number; readonly base: number; readonly update: Uint8Array }, apply: () => void): void;
  /**
   * Runs `apply`, which applies an update that an earlier page wrote, and that `wrote` was told of.
   *
   * @param seq - Position of the newest row applied here.
   */
  adopt(seq: number, update: Uint8Array, apply: () => boolean): boolean;
  acked(number: number, seq: number): void;
  held(number: number): void;
  caughtUp(seq: number): void;
  refused(number: number): void;
  /** Tells the listeners; to be called once the position counts what was received. */
  settle(): void;
  destroy(): void;
}

/**
 * @param origin - Of the transactions that bring in what others wrote.
 * @param mayAdopt - Whether words of an earlier page may still turn up that were typed into what is gone by now.
 */
export function createRescue(doc: Y.Doc, origin: unknown, mayAdopt: () => boolean): Rescue {
  const detector = new Detector();
  const listeners = new Set<() => void>();
  let waiting: LostWords[] = [];
  /** Deletions whose content was not forgotten yet. */
  let kept: Y.Transaction["deleteSet"][] = [];
  let isForgetting = false;

  const { gcFilter } = doc;
  doc.gcFilter = (item) => isForgetting && gcFilter(item);
  doc.on("afterTransaction", keep);

  function keep({ deleteSet }: Y.Transaction): void {
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
      const taken = waiting;
      waiting = [];
      return taken;
    },
    wrote: (number, base, update) => detector.wrote(number, base, factsWhenAsked(update)),
    superseded: (number) => detector.superseded(number),
    disconnected: () => detector.disconnected(),
    welcomed: (vector) => detector.welcomed(decodeStateVector(vector) ?? new Map()),
    relocated: () => detector.relocated(),
    receive({ update, ...position }, apply) {
      if (detector.isIdle) {
        apply();
        return;
      }
      const facts = factsOf(update);
      const [, casualties] = watching(facts.deleted, apply);
      waiting.push(...detector.received({ ...position, facts }, casualties));
    },
    adopt(seq, update, apply) {
      const [isApplied, casualties] = watching(factsOf(update).deleted, apply);
      detector.adopted(seq, casualties);
      return isApplied;
    },
    acked(number, seq) {
      waiting.push(...detector.acked(number, seq));
    },
    held: (number) => detector.held(number),
    caughtUp(seq) {
      waiting.push(...detector.caughtUp(seq));
    },
    refused(number) {
      waiting.push(...detector.refused(number));
    },
    settle() {
      if (waiting.length > 0) for (const listener of listeners) listener();
      forget();
    },
    destroy() {
      doc.off("afterTransaction", keep);
      doc.gcFilter = gcFilter;
      listeners.clear();
    },
  };
}
