import { commands, indentBy, KINDS, setAlign, setKind } from "@sheaf/editor";
import { EditorHost } from "@sheaf/editor/testing";
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
  readonly #host: EditorHost;

  constructor(doc: Y.Doc) {
    this.#host = new EditorHost(doc);
  }

  get words(): readonly string[] {
    return this.#lines.flatMap(({ text }) => wordsIn(text));
  }

  get content(): unknown {
    return this.#host.state.doc.toJSON();
  }

  insert(word: string, chance: Chance): void {
    const line = chance.pick(this.#lines);
    const at = line.from + chance.pick(gapsIn(line.text));
    const isEnd = line.text !== "" && at === line.from + line.text.length;
    // A new line behind all words takes none of them anywhere.
    this.#run(at, at, isEnd && chance.is(0.3) ? commands.enter.run : () => true);
    this.#host.dispatch(this.#host.state.tr.insertText(`${word} `));
  }

  erase(word: string): void {
    for (const { text, from } of this.#lines) {
      const at = placeOf(word, text);
      if (at === undefined) continue;
      this.#host.dispatch(this.#host.state.tr.delete(from + at, from + at + word.length + 1));
      return;
    }
  }

  format(chance: Chance): void {
    const line = chance.pick(this.#lines);
    const from = line.from + chance.below(line.text.length + 1);
    const to = line.from + chance.between(from - line.from, line.text.length);
    const command = chance.pick([
      commands.bold.run,
      commands.italic.run,
      setKind(chance.pick(KINDS)),
      setAlign(chance.pick(["left", "center"])),
      indentBy(chance.pick([1, -1])),
    ]);
    this.#run(from, to, command);
  }

  restructure(chance: Chance): void {
    const line = chance.pick(this.#lines);
    const at = line.from + chance.pick([0, ...gapsIn(line.text)]);
    const { enter, backspace, deleteBlock, moveUp, moveDown } = commands;
    this.#run(at, at, chance.pick([enter, backspace, deleteBlock, moveUp, moveDown]).run);
  }

  #run(from: number, to: number, command: Command): void {
    const { doc, tr } = this.#host.state;
    this.#host.dispatch(tr.setSelection(TextSelection.create(doc, from, to)));
    this.#host.run(command);
  }

  get #lines(): Line[] {
    const lines: Line[] = [];
    this.#host.state.doc.descendants((node, position) => {
      if (node.isTextblock) lines.push({ text: node.textContent, from: position + 1 });
      return !node.isTextblock;
    });
    return lines;
  }
}
