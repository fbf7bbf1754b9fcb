import * as Y from "yjs";
import type { DocumentId } from "@sheaf/protocol";
import { type AppendRequest, NOBODY } from "@sheaf/room";

/** Writes a document whose nth row is always the same, whoever writes it: what a log holds can be foretold. */
export class Keystrokes {
  readonly #doc = new Y.Doc();
  readonly #document: DocumentId;
  #last: Uint8Array | undefined;
  #count = 0;

  /** @param written - The rows there are already. */
  constructor(document: DocumentId, written: readonly Uint8Array[] = []) {
    this.#document = document;
    for (const update of written) Y.applyUpdate(this.#doc, update);
    this.#count = written.length;
    this.#doc.clientID = 7;
    this.#doc.on("update", (update: Uint8Array) => (this.#last = update));
  }

  next(): AppendRequest {
    const text = this.#doc.getText("text");
    const seq = ++this.#count;
    // Some rows delete, for deletions are what a state vector does not tell.
    if (seq % 11 === 0) text.delete(text.length - 3, 1);
    else text.insert(text.length, "etaoin shrdlu"[seq % 13]!);
    const row = { document: this.#document, principal: NOBODY, time: 1_790_000_000_000 + seq * 90, base: seq - 1 };
    return { ...row, schemaVersion: 1, update: this.#last! };
  }

  get text(): string {
    return this.#doc.getText("text").toJSON();
  }
}
