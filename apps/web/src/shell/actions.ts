import { COLOURS, type CommandName, commands, type EditorCommand } from "@sheaf/editor";
import type { Command } from "@tiptap/pm/state";
import {
  ArrowDown,
  ArrowUp,
  Asterisk,
  Baseline,
  Bold,
  Code,
  Copy,
  Heading1,
  Heading2,
  Heading3,
  Highlighter,
  ImagePlus,
  IndentDecrease,
  IndentIncrease,
  Italic,
  List,
  ListChecks,
  ListCollapse,
  ListOrdered,
  type LucideIcon,
  MessageSquareWarning,
  Minus,
  PanelBottom,
  Redo2,
  RemoveFormatting,
  Sigma,
  SquareCode,
  Strikethrough,
  Subscript,
  Superscript,
  Table,
  TextAlignCenter,
  TextAlignEnd,
  TextAlignJustify,
  TextAlignStart,
  TextQuote,
  Trash2,
  Type,
  Underline,
  Undo2,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import type { Writing } from "../page.ts";
import { COMMON } from "../words/common.ts";
import { BLOCK_WORDS, FORMATTING } from "../words/formatting.ts";
import { PICTURES } from "../words/pictures.ts";

/** One of the editor's commands with its picture. */
export interface Action extends Pick<EditorCommand, "label" | "shortcut"> {
  readonly name: string;
  readonly icon: LucideIcon;
  /** Other words people type for it. */
  readonly words?: string;
  /** The mark or kind that says it is on already. */
  readonly command: (writing: Writing) => Command;
}

const WORDS: Readonly<Record<string, string>> = BLOCK_WORDS;

const NEVER: Command = () => false;

export const action = (name: CommandName, icon: LucideIcon): Action => {
  const { label, shortcut, run }: EditorCommand = commands[name];
  return { name, icon, label, ...(shortcut === undefined ? {} : { shortcut }), command: () => run };
};

export const MARK_ACTIONS: readonly Action[] = [
  action("bold", Bold),
  action("italic", Italic),
  action("underline", Underline),
  action("strike", Strikethrough),
  action("code", Code),
];

export const KIND_ACTIONS: readonly Action[] = [
  action("text", Type),
  action("heading1", Heading1),
  action("heading2", Heading2),
  action("heading3", Heading3),
  action("bullet", List),
  action("numbered", ListOrdered),
  action("task", ListChecks),
  action("quote", TextQuote),
  action("codeBlock", SquareCode),
];

/** What else a line can become, or stand in. */
const RICH_ACTIONS: readonly Action[] = [
  action("mathBlock", Sigma),
  action("callout", MessageSquareWarning),
  action("toggle", ListCollapse),
];

const ALIGN_ACTIONS: readonly Action[] = [
  action("alignLeft", TextAlignStart),
  action("alignCenter", TextAlignCenter),
  action("alignRight", TextAlignEnd),
  action("alignJustify", TextAlignJustify),
];

/** Actions under a name. */
export interface Section {
  readonly heading: string;
  readonly actions: readonly Action[];
}

/** What is needed less often than a mark on every other word. */
export const MORE_SECTIONS: readonly Section[] = [
  {
    heading: FORMATTING.letters,
    actions: [
      action("superscript", Superscript),
      action("subscript", Subscript),
      action("clearFormatting", RemoveFormatting),
    ],
  },
  { heading: FORMATTING.alignment, actions: ALIGN_ACTIONS },
];

const colourActions = (prefix: "text" | "highlight", icon: LucideIcon): Action[] =>
  // The names of the commands are spelled out by the palette.
  COLOURS.map((colour) => action(`${prefix}${colour.charAt(0).toUpperCase()}${colour.slice(1)}` as CommandName, icon));

export const COLOUR_SECTIONS: readonly Section[] = [
  { heading: FORMATTING.textColour, actions: [action("noTextColour", Baseline), ...colourActions("text", Baseline)] },
  {
    heading: FORMATTING.highlight,
    actions: [action("noHighlight", Highlighter), ...colourActions("highlight", Highlighter)],
  },
];

/** Where the caret is, once a person has chosen some. */
const PICTURE: Action = {
  name: "picture",
  icon: ImagePlus,
  label: PICTURES.picture,
  command:
    ({ choosePicture }) =>
    (_state, dispatch) => {
      if (dispatch !== undefined) choosePicture();
      return true;
    },
};

/** What can be done to a picture. */
export const PICTURE_ACTIONS: readonly Action[] = [
  action("caption", PanelBottom),
  action("narrower", ZoomOut),
  action("wider", ZoomIn),
  action("deleteBlock", Trash2),
];

/** What can be done to whole blocks, besides turning them into others. */
export const BLOCK_MENU_ACTIONS: readonly Action[] = [
  action("duplicate", Copy),
  action("moveUp", ArrowUp),
  action("moveDown", ArrowDown),
  action("deleteBlock", Trash2),
];

/** Everything a line can become or be followed by, with other words people type for it. */
export const BLOCK_ACTIONS: readonly (Action & { readonly words: string })[] = [
  ...[...KIND_ACTIONS, ...RICH_ACTIONS].map((each) => ({ ...each, words: WORDS[each.name] ?? "" })),
  { ...action("table", Table), words: BLOCK_WORDS.table },
  { ...action("footnote", Asterisk), words: BLOCK_WORDS.footnote },
  { ...action("divider", Minus), words: BLOCK_WORDS.divider },
  { ...PICTURE, words: BLOCK_WORDS.picture },
];

export const UNDO: Action = {
  name: "undo",
  icon: Undo2,
  label: COMMON.undo,
  shortcut: "Mod-z",
  command: ({ undo }) => undo()?.undo ?? NEVER,
};

export const REDO: Action = {
  name: "redo",
  icon: Redo2,
  label: FORMATTING.redo,
  shortcut: "Mod-Shift-z",
  command: ({ undo }) => undo()?.redo ?? NEVER,
};

/** What a row of its own has room for, besides the marks. */
export const ROW_ACTIONS: readonly Action[] = [
  action("bullet", List),
  action("numbered", ListOrdered),
  action("task", ListChecks),
  action("quote", TextQuote),
  action("outdent", IndentDecrease),
  action("indent", IndentIncrease),
];

/** What goes in beside the text. */
export const INSERT_ACTIONS: readonly Action[] = [action("table", Table), PICTURE, action("footnote", Asterisk)];

/** What a phone's row has room for. */
export const TOUCH_ACTIONS: readonly Action[] = [
  action("bold", Bold),
  action("italic", Italic),
  action("bullet", List),
  action("task", ListChecks),
  action("outdent", IndentDecrease),
  action("indent", IndentIncrease),
  PICTURE,
  UNDO,
  REDO,
];

/** All of them, some more than once. */
export const ALL_ACTIONS: readonly Action[] = [
  ...MARK_ACTIONS,
  ...BLOCK_ACTIONS,
  ...BLOCK_MENU_ACTIONS,
  ...TOUCH_ACTIONS,
  ...PICTURE_ACTIONS,
];

/** Does it where the selection is; the focus stays where the person has it. */
export function perform(writing: Writing, { command }: Action): void {
  const { view } = writing.editor;
  // A menu may have been open when the right to write was taken.
  if (!view.editable) return;
  command(writing)(view.state, view.dispatch, view);
}

/** True when doing it would change something. */
export function isPossible(writing: Writing, { command }: Action): boolean {
  return command(writing)(writing.editor.state, undefined, writing.editor.view);
}
