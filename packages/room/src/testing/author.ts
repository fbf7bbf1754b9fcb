import * as Y from "yjs";

/** A document whose edits are taken as updates, one by one. */
export class Author {
  readonly doc = new Y.Doc();

  constructor(clientId: number) {
    this.doc.clientID = clientId;
  }

  /** @returns The updates of all transactions that `change` made. */
  updates(change: (text: Y.Text) => void): readonly Uint8Array[] {
    const updates: Uint8Array[] = [];
    const listen = (update: Uint8Array) => updates.push(update);
    this.doc.on("update", listen);
    change(this.doc.getText("text"));
    this.doc.off("update", listen);
    return updates;
  }

  type(words: string, at = this.doc.getText("text").length): Uint8Array {
    return this.updates((text) => text.insert(at, words))[0]!;
  }

  erase(at: number, length: number): Uint8Array {
    return this.updates((text) => text.delete(at, length))[0]!;
  }

  apply(update: Uint8Array): this {
    Y.applyUpdate(this.doc, update);
    return this;
  }

  /** Goes on writing under another id; Yjs draws a new one when it hears of its own. */
  as(clientId: number): this {
    this.doc.clientID = clientId;
    return this;
  }

  get whole(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  get vector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  beyond(vector: Uint8Array): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc, vector);
  }

  get text(): string {
    return this.doc.getText("text").toJSON();
  }
}
