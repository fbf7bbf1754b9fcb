import { CellSelection, goToNextCell, mergeCells, splitCell } from "@tiptap/pm/tables";
import { chainCommands } from "@tiptap/pm/commands";
import type { Command } from "@tiptap/pm/state";
import { isListLike, isWholeTable, kindOf, textBlocksIn } from "../blocks-in-selection.ts";
import { isEscaping } from "../escape-tab.ts";
import { visitFootnote } from "../footnotes/visit.ts";
import { COMMANDS } from "../words.ts";
import { deleteBlock, duplicateBlock, insertDivider, insertTable, moveBlock } from "./blocks.ts";
import { turnToggle } from "../containers/open-state.ts";
import { chooseTone, toggleContainer } from "./containers.ts";
import { chooseLanguage, indentCode, mathBlock, selectCode } from "./code.ts";
import { insertFootnote } from "./footnotes.ts";
import { backspace, deleteForward, enter, goToTools, insertHardBreak, leaveBelow, leaveCode } from "./line.ts";
import { unsetLink } from "./links.ts";
import { clearFormatting, colourCommands, toggle, toggleScript } from "./marks.ts";
import { captionPicture, resizePicture } from "./pictures.ts";
import { deleteColumn, deleteInCells, deleteRow, deleteTable, leaveTable, nextCell } from "./table.ts";
import { clearCells, toggleHeader, toggleHeaderColumn, toggleHeaderRow } from "./table-cells.ts";
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  duplicateColumn,
  duplicateRow,
  moveColumn,
  moveRow,
} from "./table-lines.ts";
import { evenColumns, narrowerColumn, widerColumn } from "./table-widths.ts";
import { indentBy, setAlign, setKind, toggleChecked, toggleCodeBlock, toggleKind } from "./turn-into.ts";

/** Something a person can do: read by menus, the shortcut sheet and generated tests. */
export interface EditorCommand {
  /** In the words of the interface, for a menu. */
  readonly label: string;
  readonly group:
    | "turn into"
    | "format"
    | "colour"
    | "insert"
    | "table"
    | "block"
    | "list"
    | "picture"
    | "code"
    | "key";
  /** In ProseMirror's notation: `Mod` is Command on a Mac, Control elsewhere. */
  readonly shortcut?: string;
  readonly run: Command;
}

const tab = (by: 1 | -1): Command =>
  chainCommands(indentCode(by), by > 0 ? nextCell : goToNextCell(by), (state, dispatch) => {
    // Anywhere else Tab leaves the editor, as it does everywhere on a page: no keyboard trap.
    const isList = textBlocksIn(state).some(({ node }) => isListLike(kindOf(node)));
    if (!isList) return false;
    indentBy(by)(state, dispatch);
    return true;
  });

const unlessEscaping =
  (command: Command): Command =>
  (state, dispatch, view) =>
    !isEscaping(state) && command(state, dispatch, view);

/** Only where some cells are selected; what a caret in one means is its block, and all of them are their table. */
const onCells =
  (run: Command): Command =>
  (state, dispatch, view) => {
    if (!(state.selection instanceof CellSelection) || isWholeTable(state.selection)) return false;
    run(state, dispatch, view);
    return true;
  };

/** Everything without parameters. With parameters: setLink, insertTable, setKind, setAlign. */
export const commands = {
  text: { label: COMMANDS.text, group: "turn into", shortcut: "Mod-Alt-0", run: setKind("text") },
  heading1: { label: COMMANDS.heading1, group: "turn into", shortcut: "Mod-Alt-1", run: setKind("heading1") },
  heading2: { label: COMMANDS.heading2, group: "turn into", shortcut: "Mod-Alt-2", run: setKind("heading2") },
  heading3: { label: COMMANDS.heading3, group: "turn into", shortcut: "Mod-Alt-3", run: setKind("heading3") },
  heading4: { label: COMMANDS.heading4, group: "turn into", shortcut: "Mod-Alt-4", run: setKind("heading4") },
  heading5: { label: COMMANDS.heading5, group: "turn into", shortcut: "Mod-Alt-5", run: setKind("heading5") },
  heading6: { label: COMMANDS.heading6, group: "turn into", shortcut: "Mod-Alt-6", run: setKind("heading6") },
  numbered: { label: COMMANDS.numbered, group: "turn into", shortcut: "Mod-Shift-7", run: toggleKind("numbered") },
  bullet: { label: COMMANDS.bullet, group: "turn into", shortcut: "Mod-Shift-8", run: toggleKind("bullet") },
  task: { label: COMMANDS.task, group: "turn into", shortcut: "Mod-Shift-9", run: toggleKind("task") },
  quote: { label: COMMANDS.quote, group: "turn into", run: toggleKind("quote") },
  codeBlock: { label: COMMANDS.codeBlock, group: "turn into", run: toggleCodeBlock },

  mathBlock: { label: COMMANDS.mathBlock, group: "turn into", run: mathBlock },
  callout: { label: COMMANDS.callout, group: "turn into", run: toggleContainer("callout") },
  toggle: { label: COMMANDS.toggle, group: "turn into", run: toggleContainer("toggle") },

  bold: { label: COMMANDS.bold, group: "format", shortcut: "Mod-b", run: toggle("bold") },
  italic: { label: COMMANDS.italic, group: "format", shortcut: "Mod-i", run: toggle("italic") },
  underline: { label: COMMANDS.underline, group: "format", shortcut: "Mod-u", run: toggle("underline") },
  strike: { label: COMMANDS.strike, group: "format", shortcut: "Mod-Shift-x", run: toggle("strike") },
  code: { label: COMMANDS.code, group: "format", shortcut: "Mod-e", run: toggle("code") },
  math: { label: COMMANDS.math, group: "format", shortcut: "Mod-Shift-m", run: toggle("math") },
  subscript: { label: COMMANDS.subscript, group: "format", shortcut: "Mod-,", run: toggleScript("subscript") },
  superscript: { label: COMMANDS.superscript, group: "format", shortcut: "Mod-.", run: toggleScript("superscript") },
  clearFormatting: { label: COMMANDS.clearFormatting, group: "format", shortcut: "Mod-Shift-,", run: clearFormatting },
  unlink: { label: COMMANDS.unlink, group: "format", run: unsetLink },
  alignLeft: { label: COMMANDS.alignLeft, group: "format", shortcut: "Mod-Shift-l", run: setAlign("left") },
  alignCenter: { label: COMMANDS.alignCenter, group: "format", shortcut: "Mod-Shift-e", run: setAlign("center") },
  alignRight: { label: COMMANDS.alignRight, group: "format", shortcut: "Mod-Shift-r", run: setAlign("right") },
  alignJustify: { label: COMMANDS.alignJustify, group: "format", shortcut: "Mod-Shift-j", run: setAlign("justify") },

  ...colourCommands,

  divider: { label: COMMANDS.divider, group: "insert", run: insertDivider },
  table: { label: COMMANDS.table, group: "insert", run: insertTable(3, 3) },
  footnote: { label: COMMANDS.footnote, group: "insert", shortcut: "Mod-Alt-f", run: insertFootnote },
  hardBreak: { label: COMMANDS.hardBreak, group: "insert", shortcut: "Shift-Enter", run: insertHardBreak },

  addRowBefore: { label: COMMANDS.addRowBefore, group: "table", run: addRowBefore },
  addRowAfter: { label: COMMANDS.addRowAfter, group: "table", run: addRowAfter },
  moveRowUp: { label: COMMANDS.moveRowUp, group: "table", run: moveRow("up") },
  moveRowDown: { label: COMMANDS.moveRowDown, group: "table", run: moveRow("down") },
  duplicateRow: { label: COMMANDS.duplicateRow, group: "table", run: duplicateRow },
  deleteRow: { label: COMMANDS.deleteRow, group: "table", run: deleteRow },
  toggleHeaderRow: { label: COMMANDS.toggleHeaderRow, group: "table", run: toggleHeaderRow },
  addColumnBefore: { label: COMMANDS.addColumnBefore, group: "table", run: addColumnBefore },
  addColumnAfter: { label: COMMANDS.addColumnAfter, group: "table", run: addColumnAfter },
  moveColumnLeft: { label: COMMANDS.moveColumnLeft, group: "table", run: moveColumn("left") },
  moveColumnRight: { label: COMMANDS.moveColumnRight, group: "table", run: moveColumn("right") },
  duplicateColumn: { label: COMMANDS.duplicateColumn, group: "table", run: duplicateColumn },
  deleteColumn: { label: COMMANDS.deleteColumn, group: "table", run: deleteColumn },
  toggleHeaderColumn: { label: COMMANDS.toggleHeaderColumn, group: "table", run: toggleHeaderColumn },
  widerColumn: { label: COMMANDS.widerColumn, group: "table", run: widerColumn },
  narrowerColumn: { label: COMMANDS.narrowerColumn, group: "table", run: narrowerColumn },
  evenColumns: { label: COMMANDS.evenColumns, group: "table", run: evenColumns },
  toggleHeader: { label: COMMANDS.toggleHeader, group: "table", run: toggleHeader },
  clearCells: { label: COMMANDS.clearCells, group: "table", run: clearCells },
  mergeCells: { label: COMMANDS.mergeCells, group: "table", run: mergeCells },
  splitCell: { label: COMMANDS.splitCell, group: "table", run: splitCell },
  leaveTable: { label: COMMANDS.leaveTable, group: "table", run: leaveTable },
  deleteTable: { label: COMMANDS.deleteTable, group: "table", run: deleteTable },

  moveUp: {
    label: COMMANDS.moveUp,
    group: "block",
    shortcut: "Alt-Shift-ArrowUp",
    run: chainCommands(onCells(moveRow("up")), moveBlock("up")),
  },
  moveDown: {
    label: COMMANDS.moveDown,
    group: "block",
    shortcut: "Alt-Shift-ArrowDown",
    run: chainCommands(onCells(moveRow("down")), moveBlock("down")),
  },
  duplicate: { label: COMMANDS.duplicate, group: "block", shortcut: "Mod-d", run: duplicateBlock },
  deleteBlock: { label: COMMANDS.deleteBlock, group: "block", shortcut: "Mod-Shift-Backspace", run: deleteBlock },

  indent: { label: COMMANDS.indent, group: "list", shortcut: "Tab", run: unlessEscaping(tab(1)) },
  outdent: { label: COMMANDS.outdent, group: "list", shortcut: "Shift-Tab", run: unlessEscaping(tab(-1)) },
  toggleChecked: { label: COMMANDS.toggleChecked, group: "list", run: toggleChecked },

  caption: { label: COMMANDS.caption, group: "picture", run: captionPicture },
  wider: { label: COMMANDS.wider, group: "picture", shortcut: "+", run: resizePicture(10) },
  narrower: { label: COMMANDS.narrower, group: "picture", shortcut: "-", run: resizePicture(-10) },

  tone: { label: COMMANDS.tone, group: "block", run: chooseTone },
  visitFootnote: { label: COMMANDS.visitFootnote, group: "block", shortcut: "Alt-Enter", run: visitFootnote },
  turnToggle: { label: COMMANDS.turnToggle, group: "block", run: turnToggle },

  language: { label: COMMANDS.language, group: "code", shortcut: "Mod-Alt-l", run: chooseLanguage },
  selectCode: { label: COMMANDS.selectCode, group: "code", shortcut: "Mod-a", run: selectCode },

  enter: { label: COMMANDS.enter, group: "key", shortcut: "Enter", run: enter },
  leaveCode: { label: COMMANDS.leaveCode, group: "key", shortcut: "Mod-Enter", run: leaveCode },
  leaveBelow: { label: COMMANDS.leaveBelow, group: "key", shortcut: "ArrowDown", run: leaveBelow },
  goToTools: { label: COMMANDS.goToTools, group: "key", shortcut: "Alt-F10", run: goToTools },
  backspace: {
    label: COMMANDS.backspace,
    group: "key",
    shortcut: "Backspace",
    run: chainCommands(deleteInCells, backspace),
  },
  deleteForward: {
    label: COMMANDS.deleteForward,
    group: "key",
    shortcut: "Delete",
    run: chainCommands(deleteInCells, deleteForward),
  },
} as const satisfies Record<string, EditorCommand>;

export type CommandName = keyof typeof commands;
