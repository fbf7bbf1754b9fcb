import { goToNextCell } from "@tiptap/pm/tables";
import { chainCommands } from "@tiptap/pm/commands";
import type { Command } from "@tiptap/pm/state";
import { isListLike, kindOf, textBlocksIn } from "../blocks-in-selection.ts";
import { isEscaping } from "../escape-tab.ts";
import { deleteBlock, duplicateBlock, insertDivider, insertTable, moveBlock } from "./blocks.ts";
import { turnToggle } from "../containers/open-state.ts";
import { chooseTone, toggleContainer } from "./containers.ts";
import { chooseLanguage, indentCode, mathBlock, selectCode } from "./code.ts";
import { backspace, deleteForward, enter, goToTools, insertHardBreak, leaveBelow, leaveCode } from "./line.ts";
import { toggle, unsetLink } from "./links.ts";
import { captionPicture, resizePicture } from "./pictures.ts";
import { tableCommands } from "./table.ts";
import { indentBy, setAlign, setKind, toggleChecked, toggleCodeBlock, toggleKind } from "./turn-into.ts";

/** Something a person can do: read by menus, the shortcut sheet and generated tests. */
export interface EditorCommand {
  /** In the words of the interface, for a menu. */
  readonly label: string;
  readonly group: "turn into" | "format" | "insert" | "table" | "block" | "list" | "picture" | "code" | "key";
  /** In ProseMirror's notation: `Mod` is Command on a Mac, Control elsewhere. */
  readonly shortcut?: string;
  readonly run: Command;
}

const tab = (by: 1 | -1): Command =>
  chainCommands(indentCode(by), goToNextCell(by), (state, dispatch) => {
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
  unlink: { label: "Remove link", group: "format", run: unsetLink },
  alignLeft: { label: "Align left", group: "format", run: setAlign("left") },
  alignCenter: { label: "Align centre", group: "format", run: setAlign("center") },
  alignRight: { label: "Align right", group: "format", run: setAlign("right") },
  alignJustify: { label: "Justify", group: "format", run: setAlign("justify") },

  divider: { label: "Divider", group: "insert", run: insertDivider },
  table: { label: "Table", group: "insert", run: insertTable(3, 3) },
  hardBreak: { label: "Line break", group: "insert", shortcut: "Shift-Enter", run: insertHardBreak },

  addRowBefore: { label: "Row above", group: "table", run: tableCommands.addRowBefore },
  addRowAfter: { label: "Row below", group: "table", run: tableCommands.addRowAfter },
  addColumnBefore: { label: "Column left", group: "table", run: tableCommands.addColumnBefore },
  addColumnAfter: { label: "Column right", group: "table", run: tableCommands.addColumnAfter },
  deleteRow: { label: "Delete row", group: "table", run: tableCommands.deleteRow },
  deleteColumn: { label: "Delete column", group: "table", run: tableCommands.deleteColumn },
  mergeCells: { label: "Merge cells", group: "table", run: tableCommands.mergeCells },
  splitCell: { label: "Split cell", group: "table", run: tableCommands.splitCell },
  toggleHeader: { label: "Header cell", group: "table", run: tableCommands.toggleHeader },
  deleteTable: { label: "Delete table", group: "table", run: tableCommands.deleteTable },

  moveUp: { label: "Move up", group: "block", shortcut: "Alt-Shift-ArrowUp", run: moveBlock("up") },
  moveDown: { label: "Move down", group: "block", shortcut: "Alt-Shift-ArrowDown", run: moveBlock("down") },
  duplicate: { label: "Duplicate", group: "block", shortcut: "Mod-d", run: duplicateBlock },
  deleteBlock: { label: "Delete", group: "block", shortcut: "Mod-Shift-Backspace", run: deleteBlock },

  indent: { label: "Indent", group: "list", shortcut: "Tab", run: unlessEscaping(tab(1)) },
  outdent: { label: "Outdent", group: "list", shortcut: "Shift-Tab", run: unlessEscaping(tab(-1)) },
  toggleChecked: { label: "Check or uncheck", group: "list", run: toggleChecked },

  caption: { label: "Caption", group: "picture", run: captionPicture },
  wider: { label: "Wider", group: "picture", shortcut: "+", run: resizePicture(10) },
  narrower: { label: "Narrower", group: "picture", shortcut: "-", run: resizePicture(-10) },

  tone: { label: "Tone of the callout", group: "block", run: chooseTone },
  turnToggle: { label: "Open or close the toggle", group: "block", run: turnToggle },

  language: { label: "Language of the code", group: "code", shortcut: "Mod-Alt-l", run: chooseLanguage },
  selectCode: { label: "Select the code, then everything", group: "code", shortcut: "Mod-a", run: selectCode },

  enter: { label: "New line", group: "key", shortcut: "Enter", run: enter },
  leaveCode: { label: "Leave code, check task, open toggle", group: "key", shortcut: "Mod-Enter", run: leaveCode },
  leaveBelow: { label: "Go on below", group: "key", shortcut: "ArrowDown", run: leaveBelow },
  goToTools: { label: "Go to the buttons of the block", group: "key", shortcut: "Alt-F10", run: goToTools },
  backspace: { label: "Delete backward", group: "key", shortcut: "Backspace", run: backspace },
  deleteForward: { label: "Delete forward", group: "key", shortcut: "Delete", run: deleteForward },
} as const satisfies Record<string, EditorCommand>;

export type CommandName = keyof typeof commands;
