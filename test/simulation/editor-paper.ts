import { commands, indentBy, KINDS, type RescueOptions, setAlign, setKind } from "@sheaf/editor";
import { RescuingHost } from "@sheaf/editor/testing/rescuing-host";
import { pickStructural } from "@sheaf/editor/testing/word-edits";
import { type Command, TextSelection } from "@tiptap/pm/state";
import type * as Y from "yjs";
import type { Chance } from "./chance.ts";
import { gapsIn, type Paper, placeOf, wordsIn } from "./paper.ts";

interface Line {
  readonly text: string;
  /** Position of its first character. */
  readonly from: number;
}

/** The shipped editor's model and binding, without a page. */
export class EditorPaper implements Paper {
  readonly #host: RescuingHost;

  /** @param rescue - Null for somebody who only looks. */
  constructor(doc: Y.Doc, rescue: RescueOptions | null) {
    this.#host = new RescuingHost(doc, rescue);
    // Steps by the real clock would tell another story each time.
    this.#host.undo.manager.captureTimeout = 0;
  }

  get words(): readonly string[] {
    return this.#lines.flatMap(({ text }) => wordsIn(text));
  }

  get content(): unknown {
    return this.#host.state.doc.toJSON();
  }

  insert(word: string, chance: Chance): void {
    const lines = this.#lines;
    if (lines.length === 0) return; // nothing but a divider
    const line = chance.pick(lines);
    const at = line.from + chance.pick(gapsIn(line.text));
    const isEnd = line.text !== "" && at === line.from + line.text.length;
    // A new line behind all words takes none of them anywhere.
    this.#run(at, at, isEnd && chance.is(0.3) ? commands.enter.run : () => true);
    this.#host.dispatch(this.#host.state.tr.insertText(`${word} `));
  }

  erase(word: string): void {
    for (const { text, from } of this.#lines) {
      const place = placeOf(word, text);
      if (place === undefined) continue;
      this.#host.dispatch(this.#host.state.tr.delete(from + place[0], from + place[1]));
      return;
    }
  }

  format(chance: Chance): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    const line = chance.pick(lines);
    // Whole words: words that are put back go where a mark began, also in the middle of one that somebody took there.
    const gaps = gapsIn(line.text);
    const first = chance.below(gaps.length);
    const from = line.from + gaps[first]!;
    const to = line.from + gaps[chance.between(first, gaps.length - 1)]!;
    const command = chance.pick([
      commands.bold.run,
      commands.italic.run,
      setKind(chance.pick(KINDS)),
      setAlign(chance.pick(["left", "center"])),
      indentBy(chance.pick([1, -1])),
    ]);
    this.#run(from, to, command);
  }

  restructure({ next }: Chance, word: () => string): string {
    if (this.#lines.length === 0) return "nothing";
    const { name, run } = pickStructural(next);
    run(this.#host, next, word);
    return name;
  }

  undo(chance: Chance): string {
    const which = chance.is(0.7) ? "undo" : "redo";
    this.#host.run(this.#host.undo[which]);
    return which;
  }

  #run(from: number, to: number, command: Command): void {
    const { doc, tr } = this.#host.state;
    this.#host.dispatch(tr.setSelection(TextSelection.create(doc, from, to)));
    this.#host.run(command);
  }

  get #lines(): Line[] {
    const lines: Line[] = [];
    this.#host.state.doc.descendants((node, position) => {
      // A line break is one position, so it has to be one character.
      if (node.isTextblock) lines.push({ text: node.textBetween(0, node.content.size, "", "\n"), from: position + 1 });
      return !node.isTextblock;
    });
    return lines;
  }
}
