import { Fragment, Slice, type Node } from "@tiptap/pm/model";
import { NodeSelection, Selection, TextSelection, type EditorState } from "@tiptap/pm/state";
import { CellSelection, cellAround, TableMap } from "@tiptap/pm/tables";
import { blockRunAt } from "../blocks-in-selection.ts";
import { deleteBlock, duplicateBlock, insertDivider, insertTable, moveBlock, moveBlocks } from "../commands/blocks.ts";
import { captionPicture } from "../commands/pictures.ts";
import { insertFootnote } from "../commands/footnotes.ts";
import { indentCode } from "../commands/code.ts";
import { toggleContainer } from "../commands/containers.ts";
import { backspace, deleteForward, enter, insertHardBreak } from "../commands/line.ts";
import { setLink, unsetLink } from "../commands/links.ts";
import { commands, type EditorCommand } from "../commands/commands.ts";
import { indentBy, setAlign, setKind, toggleChecked, toggleCodeBlock } from "../commands/turn-into.ts";
import { placeAtCaret } from "../pictures/places.ts";
import { ALIGNMENTS, KINDS } from "../schema/fields.ts";
import type { Undo } from "../undo.ts";
import type { Host } from "./host.ts";
import { integer, pick } from "./words.ts";

type Random = () => number;
export type Edit = (host: Host, random: Random, undo: Undo | null) => void;

const LETTERS = ["a", "b", "aa", "é", "😀", "👩‍👩‍👧", "\u{1F600}\u{1F601}", " ", "word", "ﬁ", "אב"];

function place(state: EditorState, random: Random): Selection {
  const $at = state.doc.resolve(integer(random, state.doc.content.size + 1));
  return Selection.near($at, random() < 0.5 ? 1 : -1);
}

export function moveCaret(host: Host, random: Random): void {
  host.dispatch(host.state.tr.setSelection(place(host.state, random)));
}

export function select(host: Host, random: Random, longest = 12): void {
  const { state } = host;
  const from = place(state, random);
  const $to = state.doc.resolve(Math.min(state.doc.content.size, from.head + integer(random, longest)));
  host.dispatch(state.tr.setSelection(TextSelection.between(from.$head, $to)));
}

const typing: Edit = (host, random) => {
  if (random() < 0.6) moveCaret(host, random);
  if (host.state.selection.$from.parent.isTextblock) host.dispatch(host.state.tr.insertText(pick(random, LETTERS)));
};

const erasing: Edit = (host, random) => {
  select(host, random);
  host.run(pick(random, [backspace, deleteForward]));
};

/** Copies a slice of one document part over another, as paste and drag do. */
const pasting: Edit = (host, random) => {
  const { doc } = host.state;
  const from = integer(random, doc.content.size);
  const to = Math.min(doc.content.size, from + integer(random, 30));
  const slice = doc.slice(from, to, true);
  select(host, random);
  host.dispatch(host.state.tr.replaceSelection(slice));
};

const pastingBlocks: Edit = (host, random) => {
  const { doc } = host.state;
  const blocks: Node[] = [];
  for (let at = integer(random, doc.childCount); at < doc.childCount && blocks.length < 3; at++)
    blocks.push(doc.child(at));
  moveCaret(host, random);
  host.dispatch(host.state.tr.replaceSelection(new Slice(Fragment.from(blocks), 0, 0)));
};

/** By the handle, to anywhere. */
const draggingBlocks: Edit = (host, random) => {
  if (random() < 0.3) select(host, random);
  const { doc } = host.state;
  const run = blockRunAt(host.state, integer(random, doc.childCount));
  const target = doc.resolve(integer(random, doc.content.size + 1));
  if (run !== null) host.run(moveBlocks(run, target.depth === 0 ? target.pos : target.before(1)));
};

/** As one that has come to its place. */
const insertingPicture: Edit = (host, random) => {
  moveCaret(host, random);
  const image = host.state.schema.nodes["image"]!.create({
    blob: "0123456789abcdef".repeat(4),
    width: 1 + Math.floor(random() * 900),
    shown: 50,
  });
  const at = placeAtCaret(host.state);
  host.dispatch(host.state.tr.insert(at, image));
  if (random() < 0.5) host.dispatch(host.state.tr.setSelection(NodeSelection.create(host.state.doc, at)));
  host.run(captionPicture);
};

const runsOf = (...groups: readonly EditorCommand["group"][]) =>
  Object.values<EditorCommand>(commands)
    .filter(({ group }) => groups.includes(group))
    .map(({ run }) => run);
const TABLE_COMMANDS = runsOf("table");
const MARK_COMMANDS = runsOf("format", "colour");

/** Into a cell, or on some of one table. */
const moveInTable: Edit = (host, random) => {
  moveCaret(host, random);
  const { doc, selection } = host.state;
  const $anchor = cellAround(selection.$head);
  if ($anchor === null || random() < 0.4) return;
  const table = $anchor.node(-1);
  const { map } = TableMap.get(table);
  const head = $anchor.start(-1) + pick(random, map);
  host.dispatch(host.state.tr.setSelection(CellSelection.create(doc, $anchor.pos, head)));
};

/** Every kind of change a person can make, weighted roughly as they occur. */
export const EDITS: readonly (readonly [weight: number, name: string, edit: Edit])[] = [
  [10, "type", typing],
  [4, "erase", erasing],
  [3, "enter", (host, random) => (moveCaret(host, random), void host.run(enter))],
  [2, "backspace", (host, random) => (moveCaret(host, random), void host.run(backspace))],
  [2, "delete", (host, random) => (moveCaret(host, random), void host.run(deleteForward))],
  [3, "turn into", (host, random) => (select(host, random), void host.run(setKind(pick(random, KINDS))))],
  [2, "indent", (host, random) => (select(host, random), void host.run(indentBy(random() < 0.6 ? 1 : -1)))],
  [1, "align", (host, random) => (select(host, random), void host.run(setAlign(pick(random, ALIGNMENTS))))],
  [1, "check", (host, random) => (select(host, random), void host.run(toggleChecked))],
  [3, "mark", (host, random) => (select(host, random), void host.run(pick(random, MARK_COMMANDS)))],
  [
    1,
    "link",
    (host, random) => (
      select(host, random),
      void host.run(random() < 0.7 ? setLink("https://example.org/") : unsetLink)
    ),
  ],
  [1, "break", (host, random) => (moveCaret(host, random), void host.run(insertHardBreak))],
  [1, "code block", (host, random) => (moveCaret(host, random), void host.run(toggleCodeBlock))],
  [1, "tab in code", (host, random) => (select(host, random), void host.run(indentCode(random() < 0.6 ? 1 : -1)))],
  [
    2,
    "container",
    (host, random) => (select(host, random), void host.run(toggleContainer(random() < 0.5 ? "callout" : "toggle"))),
  ],
  [2, "footnote", (host, random) => (select(host, random), void host.run(insertFootnote))],
  [1, "divider", (host, random) => (moveCaret(host, random), void host.run(insertDivider))],
  [1, "picture", insertingPicture],
  [1, "table", (host, random) => (moveCaret(host, random), void host.run(insertTable(2, 2)))],
  [4, "table", (host, random) => (moveInTable(host, random, null), void host.run(pick(random, TABLE_COMMANDS)))],
  [
    2,
    "move block",
    (host, random) => (moveCaret(host, random), void host.run(moveBlock(random() < 0.5 ? "up" : "down"))),
  ],
  [2, "drag blocks", draggingBlocks],
  [1, "duplicate", (host, random) => (moveCaret(host, random), void host.run(duplicateBlock))],
  [1, "delete block", (host, random) => (moveCaret(host, random), void host.run(deleteBlock))],
  [2, "paste", pasting],
  [1, "paste blocks", pastingBlocks],
  [2, "undo", (host, _random, undo) => void (undo !== null && host.run(undo.undo))],
  [1, "redo", (host, _random, undo) => void (undo !== null && host.run(undo.redo))],
];

const TOTAL = EDITS.reduce((sum, [weight]) => sum + weight, 0);

export function pickEdit(random: Random): { readonly name: string; readonly edit: Edit } {
  let left = random() * TOTAL;
  for (const [weight, name, edit] of EDITS) {
    left -= weight;
    if (left < 0) return { name, edit };
  }
  return { name: "type", edit: typing };
}
