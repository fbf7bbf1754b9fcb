import { Fragment, Slice, type Node } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import { CellSelection } from "@tiptap/pm/tables";
import { Line } from "../binding/align.ts";
import { blockRunAt } from "../blocks-in-selection.ts";
import { moveBlocks } from "../commands/blocks.ts";
import { commands, type CommandName } from "../commands/commands.ts";
import type { RescuingHost } from "./rescuing-host.ts";
import { integer, pick } from "./words.ts";

type Random = () => number;

/** A change that keeps words whole: it begins and ends between them. `word` makes one that nobody has typed yet. */
export interface WordEdit {
  readonly name: string;
  readonly run: (host: RescuingHost, random: Random, word: () => string) => void;
}

/**
 * The word of a number. No two begin or end alike: where one replaces another, what they share would stay, and what
 * somebody types there would stand in the middle of a word.
 */
export function wordOf(number: number): string {
  const sign = String.fromCharCode(0x4e00 + number);
  return sign + number + sign;
}

/** The words of a document, in order; also where two people's typing put one right beside another. */
export function wordsIn(doc: Node): string[] {
  return findWords(doc.textBetween(0, doc.content.size, " ", " "));
}

export function findWords(text: string): string[] {
  return text.match(/[\u4e00-\u9fff]\d+[\u4e00-\u9fff]/g) ?? [];
}

/** Types one word between two others, or in an empty block. */
export const typing: WordEdit = {
  name: "type",
  run(host, random, word) {
    // Most of the time people go on where they are.
    if (random() < 0.4 || !isGap(host)) placeCaret(host, random, "gap");
    host.dispatch(host.state.tr.insertText(`${word()} `));
  },
};

const run = (name: CommandName, place: (host: RescuingHost, random: Random) => void): WordEdit => ({
  name,
  run(host, random) {
    place(host, random);
    host.run(commands[name].run);
  },
});

const caret = (host: RescuingHost, random: Random) => placeCaret(host, random, "gap");
const atStart = (host: RescuingHost, random: Random) => placeCaret(host, random, "start");
const atEnd = (host: RescuingHost, random: Random) => placeCaret(host, random, "end");
const range = (host: RescuingHost, random: Random) => selectWords(host, random);

/** Dragging and cutting do this: the words go elsewhere in one step. */
const drag: WordEdit = {
  name: "drag",
  run(host, random) {
    selectWords(host, random);
    const { from, to } = host.state.selection;
    const slice = host.state.doc.slice(from, to, true);
    const target = pick(random, gapsIn(host.state.doc));
    if (from === to || (target >= from && target <= to)) return;
    const tr = host.state.tr.delete(from, to);
    host.dispatch(tr.replace(tr.mapping.map(target), tr.mapping.map(target), slice));
  },
};

/** By the handle: whole blocks, to anywhere in the document. */
const dragBlocks: WordEdit = {
  name: "drag blocks",
  run(host, random) {
    if (random() < 0.3) selectWords(host, random);
    const { doc } = host.state;
    const run = blockRunAt(host.state, integer(random, doc.childCount));
    let target = 0;
    for (let before = integer(random, doc.childCount + 1); before > 0; before--)
      target += doc.child(before - 1).nodeSize;
    if (run !== null) host.run(moveBlocks(run, target));
  },
};

const pasteOver: WordEdit = {
  name: "paste over",
  run(host, random, word) {
    selectWords(host, random);
    const { textBlock } = host.state.schema.nodes;
    const lines = [`${word()} `, `${word()} `].map(
      (line) => textBlock?.create(null, host.state.schema.text(line)) as Node,
    );
    host.dispatch(host.state.tr.replaceSelection(new Slice(Fragment.from(lines), 0, 0)));
  },
};

export const undoing: WordEdit = { name: "undo", run: (host) => void host.run(host.undo.undo) };

const merge: WordEdit = {
  name: "mergeCells",
  run(host, random) {
    const cells: number[] = [];
    host.state.doc.descendants((node, position) => {
      if (node.type.name === "tableCell") cells.push(position);
      return !node.isTextblock;
    });
    const at = integer(random, cells.length);
    const [from, to] = [cells[at], cells[at + 1]];
    if (from === undefined || to === undefined) return;
    const { doc } = host.state;
    if (doc.resolve(from).node(-1) !== doc.resolve(to).node(-1)) return;
    host.dispatch(host.state.tr.setSelection(CellSelection.create(doc, from, to)));
    host.run(commands.mergeCells.run);
  },
};

/** What a person does to blocks, by the commands of the menus and keys; by how often. */
const STRUCTURAL: readonly (readonly [weight: number, edit: WordEdit])[] = [
  [6, run("moveUp", caret)],
  [6, run("moveDown", caret)],
  [3, run("moveDown", range)],
  [4, run("enter", caret)],
  [4, run("backspace", atStart)],
  [3, run("backspace", range)],
  [4, run("deleteForward", atEnd)],
  [3, run("deleteBlock", caret)],
  [4, run("codeBlock", caret)],
  [1, run("codeBlock", range)],
  [1, run("heading2", range)],
  [1, run("bullet", range)],
  [1, run("quote", caret)],
  [1, run("indent", caret)],
  [1, run("alignCenter", caret)],
  [1, run("bold", range)],
  [4, run("callout", caret)],
  [2, run("callout", range)],
  [4, run("toggle", caret)],
  [2, run("toggle", range)],
  [1, run("highlightTeal", range)],
  [1, run("textRed", range)],
  [1, run("superscript", range)],
  [1, run("clearFormatting", range)],
  [3, run("footnote", caret)],
  [1, run("divider", caret)],
  [1, run("table", caret)],
  [1, run("addRowAfter", caret)],
  [1, run("addColumnBefore", caret)],
  [2, run("moveRowUp", caret)],
  [2, run("moveColumnRight", caret)],
  [1, run("widerColumn", caret)],
  [1, run("toggleHeaderRow", caret)],
  [2, run("clearCells", caret)],
  [2, run("deleteRow", caret)],
  [2, run("deleteColumn", caret)],
  [1, run("deleteTable", caret)],
  [2, run("splitCell", caret)],
  [2, merge],
  [4, drag],
  [4, dragBlocks],
  [3, pasteOver],
];
const TOTAL = STRUCTURAL.reduce((sum, [weight]) => sum + weight, 0);

export function pickStructural(random: Random): WordEdit {
  let left = random() * TOTAL;
  for (const [weight, edit] of STRUCTURAL) {
    left -= weight;
    if (left < 0) return edit;
  }
  return drag;
}

/** Every command of the registry, wherever the caret or a selection happens to be. */
export const REGISTERED: readonly WordEdit[] = (Object.keys(commands) as CommandName[]).flatMap((name) => [
  run(name, caret),
  run(name, range),
]);

/** Positions between words: at the start of a block, and behind a space or a line break. */
function gapsIn(doc: Node): number[] {
  const gaps: number[] = [];
  for (const { start, text } of linesIn(doc))
    for (let at = 0; at <= text.length; at++) if (at === 0 || /\s/.test(text.charAt(at - 1))) gaps.push(start + at);
  return gaps;
}

function linesIn(doc: Node): { readonly start: number; readonly text: string }[] {
  const lines: { start: number; text: string }[] = [];
  doc.descendants((node, position) => {
    if (node.isTextblock) lines.push({ start: position + 1, text: new Line(node.content).text });
    return !node.isTextblock;
  });
  return lines;
}

function isGap({ state }: RescuingHost): boolean {
  return state.selection.empty && gapsIn(state.doc).includes(state.selection.head);
}

function placeCaret(host: RescuingHost, random: Random, where: "gap" | "start" | "end"): void {
  const { doc } = host.state;
  const lines = linesIn(doc);
  if (lines.length === 0) return;
  const { start, text } = pick(random, lines);
  const gaps = gapsIn(doc).filter((gap) => gap >= start && gap <= start + text.length);
  const at = { gap: pick(random, gaps), start, end: start + text.length }[where];
  host.dispatch(host.state.tr.setSelection(TextSelection.create(doc, at)));
}

function selectWords(host: RescuingHost, random: Random): void {
  const gaps = gapsIn(host.state.doc);
  if (gaps.length === 0) return;
  const from = integer(random, gaps.length);
  const to = Math.min(gaps.length - 1, from + 1 + integer(random, 6));
  const { doc } = host.state;
  host.dispatch(host.state.tr.setSelection(TextSelection.create(doc, gaps[from]!, gaps[to])));
}
