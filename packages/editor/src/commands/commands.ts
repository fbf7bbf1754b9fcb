import { CellSelection, goToNextCell, mergeCells, splitCell } from "@tiptap/pm/tables";
import { chainCommands } from "@tiptap/pm/commands";
import type { Command } from "@tiptap/pm/state";
import { isListLike, isWholeTable, kindOf, textBlocksIn } from "../blocks-in-selection.ts";
import { isEscaping } from "../escape-tab.ts";
import { visitFootnote } from "../footnotes/visit.ts";
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
  text: { label: "Text", group: "turn into", shortcut: "Mod-Alt-0", run: setKind("text") },
  heading1: { label: "Heading 1", group: "turn into", shortcut: "Mod-Alt-1", run: setKind("heading1") },
  heading2: { label: "Heading 2", group: "turn into", shortcut: "Mod-Alt-2", run: setKind("heading2") },
  heading3: { label: "Heading 3", group: "turn into", shortcut: "Mod-Alt-3", run: setKind("heading3") },
  heading4: { label: "Heading 4", group: "turn into", shortcut: "Mod-Alt-4", run: setKind("heading4") },
  heading5: { label: "Heading 5", group: "turn into", shortcut: "Mod-Alt-5", run: setKind("heading5") },
  heading6: { label: "Heading 6", group: "turn into", shortcut: "Mod-Alt-6", run: setKind("heading6") },
  numbered: { label: "Numbered list", group: "turn into", shortcut: "Mod-Shift-7", run: toggleKind("numbered") },
  bullet: { label: "Bullet list", group: "turn into", shortcut: "Mod-Shift-8", run: toggleKind("bullet") },
  task: { label: "Task list", group: "turn into", shortcut: "Mod-Shift-9", run: toggleKind("task") },
  quote: { label: "Quote", group: "turn into", run: toggleKind("quote") },
  codeBlock: { label: "Code block", group: "turn into", run: toggleCodeBlock },

  mathBlock: { label: "Formula on its own line", group: "turn into", run: mathBlock },
  callout: { label: "Callout", group: "turn into", run: toggleContainer("callout") },
  toggle: { label: "Toggle", group: "turn into", run: toggleContainer("toggle") },

  bold: { label: "Bold", group: "format", shortcut: "Mod-b", run: toggle("bold") },
  italic: { label: "Italic", group: "format", shortcut: "Mod-i", run: toggle("italic") },
  underline: { label: "Underline", group: "format", shortcut: "Mod-u", run: toggle("underline") },
  strike: { label: "Strikethrough", group: "format", shortcut: "Mod-Shift-x", run: toggle("strike") },
  code: { label: "Code", group: "format", shortcut: "Mod-e", run: toggle("code") },
  math: { label: "Formula", group: "format", shortcut: "Mod-Shift-m", run: toggle("math") },
  subscript: { label: "Subscript", group: "format", shortcut: "Mod-,", run: toggleScript("subscript") },
  superscript: { label: "Superscript", group: "format", shortcut: "Mod-.", run: toggleScript("superscript") },
  clearFormatting: { label: "Clear formatting", group: "format", shortcut: "Mod-Shift-,", run: clearFormatting },
  unlink: { label: "Remove link", group: "format", run: unsetLink },
  alignLeft: { label: "Align left", group: "format", shortcut: "Mod-Shift-l", run: setAlign("left") },
  alignCenter: { label: "Align centre", group: "format", shortcut: "Mod-Shift-e", run: setAlign("center") },
  alignRight: { label: "Align right", group: "format", shortcut: "Mod-Shift-r", run: setAlign("right") },
  alignJustify: { label: "Justify", group: "format", shortcut: "Mod-Shift-j", run: setAlign("justify") },

  ...colourCommands,

  divider: { label: "Divider", group: "insert", run: insertDivider },
  table: { label: "Table", group: "insert", run: insertTable(3, 3) },
  footnote: { label: "Footnote", group: "insert", shortcut: "Mod-Alt-f", run: insertFootnote },
  hardBreak: { label: "Line break", group: "insert", shortcut: "Shift-Enter", run: insertHardBreak },

  addRowBefore: { label: "Insert row above", group: "table", run: addRowBefore },
  addRowAfter: { label: "Insert row below", group: "table", run: addRowAfter },
  moveRowUp: { label: "Move row up", group: "table", run: moveRow("up") },
  moveRowDown: { label: "Move row down", group: "table", run: moveRow("down") },
  duplicateRow: { label: "Duplicate row", group: "table", run: duplicateRow },
  deleteRow: { label: "Delete row", group: "table", run: deleteRow },
  toggleHeaderRow: { label: "Header row", group: "table", run: toggleHeaderRow },
  addColumnBefore: { label: "Insert column left", group: "table", run: addColumnBefore },
  addColumnAfter: { label: "Insert column right", group: "table", run: addColumnAfter },
  moveColumnLeft: { label: "Move column left", group: "table", run: moveColumn("left") },
  moveColumnRight: { label: "Move column right", group: "table", run: moveColumn("right") },
  duplicateColumn: { label: "Duplicate column", group: "table", run: duplicateColumn },
  deleteColumn: { label: "Delete column", group: "table", run: deleteColumn },
  toggleHeaderColumn: { label: "Header column", group: "table", run: toggleHeaderColumn },
  widerColumn: { label: "Widen column", group: "table", run: widerColumn },
  narrowerColumn: { label: "Narrow column", group: "table", run: narrowerColumn },
  evenColumns: { label: "Even column widths", group: "table", run: evenColumns },
  toggleHeader: { label: "Header cell", group: "table", run: toggleHeader },
  clearCells: { label: "Clear cells", group: "table", run: clearCells },
  mergeCells: { label: "Merge cells", group: "table", run: mergeCells },
  splitCell: { label: "Split cell", group: "table", run: splitCell },
  leaveTable: { label: "Line below the table", group: "table", run: leaveTable },
  deleteTable: { label: "Delete table", group: "table", run: deleteTable },

  moveUp: {
    label: "Move up",
    group: "block",
    shortcut: "Alt-Shift-ArrowUp",
    run: chainCommands(onCells(moveRow("up")), moveBlock("up")),
  },
  moveDown: {
    label: "Move down",
    group: "block",
    shortcut: "Alt-Shift-ArrowDown",
    run: chainCommands(onCells(moveRow("down")), moveBlock("down")),
  },
  duplicate: { label: "Duplicate", group: "block", shortcut: "Mod-d", run: duplicateBlock },
  deleteBlock: { label: "Delete", group: "block", shortcut: "Mod-Shift-Backspace", run: deleteBlock },

  indent: { label: "Indent", group: "list", shortcut: "Tab", run: unlessEscaping(tab(1)) },
  outdent: { label: "Outdent", group: "list", shortcut: "Shift-Tab", run: unlessEscaping(tab(-1)) },
  toggleChecked: { label: "Check or uncheck", group: "list", run: toggleChecked },

  caption: { label: "Caption", group: "picture", run: captionPicture },
  wider: { label: "Wider", group: "picture", shortcut: "+", run: resizePicture(10) },
  narrower: { label: "Narrower", group: "picture", shortcut: "-", run: resizePicture(-10) },

  tone: { label: "Tone of the callout", group: "block", run: chooseTone },
  visitFootnote: { label: "To the footnote, and back", group: "block", shortcut: "Alt-Enter", run: visitFootnote },
  turnToggle: { label: "Open or close the toggle", group: "block", run: turnToggle },

  language: { label: "Language of the code", group: "code", shortcut: "Mod-Alt-l", run: chooseLanguage },
  selectCode: { label: "Select the code, then everything", group: "code", shortcut: "Mod-a", run: selectCode },

  enter: { label: "New line", group: "key", shortcut: "Enter", run: enter },
  leaveCode: { label: "Leave code, check task, open toggle", group: "key", shortcut: "Mod-Enter", run: leaveCode },
  leaveBelow: { label: "Go on below", group: "key", shortcut: "ArrowDown", run: leaveBelow },
  goToTools: { label: "Go to the buttons of the block", group: "key", shortcut: "Alt-F10", run: goToTools },
  backspace: {
    label: "Delete backward",
    group: "key",
    shortcut: "Backspace",
    run: chainCommands(deleteInCells, backspace),
  },
  deleteForward: {
    label: "Delete forward",
    group: "key",
    shortcut: "Delete",
    run: chainCommands(deleteInCells, deleteForward),
  },
} as const satisfies Record<string, EditorCommand>;

export type CommandName = keyof typeof commands;
