import * as Y from "yjs";
import type { DocumentId } from "@sheaf/protocol";
import type { AppendRequest, Principal } from "@sheaf/room";
import { rowOf } from "./store.ts";

/** Somebody who writes and corrects, one key at a time, always the same; each key is a row. */
export class Typist {
  readonly doc = new Y.Doc();
  readonly #document: DocumentId;
  readonly #rows: AppendRequest[] = [];
  #seed = 7;
  #time = 1_790_000_000_000;

  constructor(document: DocumentId, clientId = 4_000_000_001) {
    this.#document = document;
    this.doc.clientID = clientId;
    this.doc.on("update", (update: Uint8Array) => {
      this.#time += 60 + this.#random(200);
      const base = this.#rows.length;
      this.#rows.push(rowOf(this.#document, update, { time: this.#time, base, principal: "ann" as Principal }));
    });
  }

  /** Rows for the next `count` keys. */
  type(count: number): readonly AppendRequest[] {
    const text = this.doc.getText("text");
    const from = this.#rows.length;
    while (this.#rows.length < from + count) {
      const at = this.#random(9) === 0 ? this.#random(text.length + 1) : text.length;
      if (text.length > 0 && this.#random(5) === 0) text.delete(Math.min(at, text.length - 1), 1);
      else text.insert(at, "etaoin shrdlu"[this.#random(13)]!);
    }
    return this.#rows.slice(from);
  }

  /** Rows for writing this at the end, without a slip: each builds on the one before. */
  write(words: string): readonly AppendRequest[] {
    const text = this.doc.getText("text");
    const from = this.#rows.length;
    for (const key of words) text.insert(text.length, key);
    return this.#rows.slice(from);
  }

  /** All rows so far. */
  get rows(): readonly AppendRequest[] {
    return this.#rows;
  }

  #random(below: number): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed % below;
  }
}

/** A document after these updates, see {@link stateOfDoc}. */
export function stateOf(updates: Iterable<Uint8Array>): unknown {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return stateOfDoc(doc);
}

/** A document in a form that says all of it: text, vector, deletions, and that nothing waits. */
export function stateOfDoc(doc: Y.Doc): unknown {
  const { ds } = Y.decodeUpdate(Y.encodeStateAsUpdate(doc));
  return {
    text: doc.getText("text").toJSON(),
    vector: [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b),
    deletions: [...ds.clients].sort(([a], [b]) => a - b),
    waits: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
  };
}
