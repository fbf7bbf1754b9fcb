import { findWords } from "@sheaf/editor/testing/word-edits";
import type { LogRow } from "@sheaf/room";
import * as Y from "yjs";
import type { Ledger } from "./ledger.ts";

/** One time that a word was written. */
export interface Copy {
  readonly by: Row;
  /** Of its first character. */
  readonly id: Y.ID;
  /** It was written to put the word back, and not by a person. */
  readonly isPutBack: boolean;
  /** What took it away, if anything did; what wrote it, where it was written into something gone. */
  takenBy: Row | undefined;
}

export interface Row {
  readonly seq: number;
  readonly base: number;
  /** The tabs that may have written it. */
  readonly authors: readonly string[];
  /** A page that was away may have been sent a snapshot in its place. */
  readonly isCompacted: boolean;
  /** Deletions by name: those their author meant. */
  readonly names: (id: Y.ID) => boolean;
}

/** Everything that the rows of a log, one by one, did to the words in it. */
export class WordHistory {
  readonly #copies = new Map<string, Copy[]>();

  /** @param compacted - Position of the newest snapshot. */
  constructor(rows: readonly LogRow[], compacted: number, ledger: Ledger) {
    const doc = new Y.Doc({ gc: false });
    let row: Row | undefined;
    doc.on("afterTransaction", ({ deleteSet }: Y.Transaction) => {
      for (const copies of this.#copies.values())
        for (const copy of copies) if (Y.isDeleted(deleteSet, copy.id)) copy.takenBy ??= row;
    });
    for (const { seq, base, update } of rows) {
      const { structs, ds } = Y.decodeUpdate(update);
      const authors = ledger.authorsOf(update);
      const isCompacted = seq <= compacted;
      const by = (row = { seq, base, authors, isCompacted, names: (id) => Y.isDeleted(ds, id) });
      for (const { word, id } of wordsOf(structs)) {
        const copies = this.of(word);
        // What was on its way twice is in the log once, in part or whole.
        if (copies.some((copy) => Y.compareIDs(copy.id, id))) continue;
        copies.push({ by, id, isPutBack: ledger.putBack.holdsClock(id), takenBy: undefined });
      }
      Y.applyUpdate(doc, update);
    }
  }

  /** All of it, for whoever has to find out. */
  tell(word: string): string {
    const lines = this.of(word).map(({ by, isPutBack, takenBy, id }) => {
      const written = `${isPutBack ? "put back" : "written"} by ${tellRow(by)}`;
      if (takenBy === undefined) return written;
      return `${written}, taken ${takenBy.names(id) ? "" : "unseen "}by ${tellRow(takenBy)}`;
    });
    return `${word}: ${lines.join("; ")}`;
  }

  of(word: string): Copy[] {
    let copies = this.#copies.get(word);
    if (copies === undefined) this.#copies.set(word, (copies = []));
    return copies;
  }
}

const tellRow = ({ authors, seq, base }: Row): string => `${authors.join(" or ")} in row ${seq} on ${base}`;

/** The words in what an update brings, each with the id of its first character; a format may begin or end in one. */
function wordsOf(structs: readonly (Y.Item | Y.GC | Y.Skip)[]): { readonly word: string; readonly id: Y.ID }[] {
  let text = "";
  const ids: Y.ID[] = [];
  for (const struct of structs) {
    const { client, clock } = struct.id;
    const content = struct instanceof Y.Item ? struct.content : undefined;
    if (content instanceof Y.ContentFormat) continue;
    const characters = content instanceof Y.ContentString ? content.str : " ";
    for (let at = 0; at < characters.length; at++) ids.push(Y.createID(client, clock + at));
    text += characters;
  }
  let from = 0;
  return findWords(text).map((word) => {
    const at = text.indexOf(word, from);
    from = at + word.length;
    return { word, id: ids[at]! };
  });
}
