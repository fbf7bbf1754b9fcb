import type * as Y from "yjs";
import type { Chance } from "./chance.ts";
import { gapsIn, type Paper, placeOf, wordsIn } from "./paper.ts";

/** One long text, as applications without a schema write. */
export class PlainPaper implements Paper {
  readonly #text: Y.Text;

  constructor(doc: Y.Doc) {
    this.#text = doc.getText("text");
  }

  get words(): readonly string[] {
    return wordsIn(this.#text.toJSON());
  }

  get content(): unknown {
    return this.#text.toDelta();
  }

  insert(word: string, chance: Chance): void {
    this.#text.insert(chance.pick(gapsIn(this.#text.toJSON())), `${word} `);
  }

  erase(word: string): void {
    const [from, to] = placeOf(word, this.#text.toJSON()) ?? [0, 0];
    this.#text.delete(from, to - from);
  }

  format(chance: Chance): void {
    const { length } = this.#text;
    if (length === 0) return;
    const from = chance.below(length);
    const format = chance.pick([{ bold: true }, { bold: null }, { color: "red" }, { color: null }]);
    this.#text.format(from, chance.between(1, Math.min(20, length - from)), format);
  }

  /** It has none, either. */
  undo(): string {
    return "nothing";
  }

  /** It has none. */
  restructure(chance: Chance): string {
    this.format(chance);
    return "format";
  }
}
