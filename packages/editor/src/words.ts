import type { Colour, Tone } from "./schema/fields.ts";
import type { Placeholders } from "./title.ts";

// Everything people read of the editor: another language is another file with these entries.

/** What can be done, by the names of the commands. */
export const COMMANDS = {
  text: "Text",
  heading1: "Heading 1",
  heading2: "Heading 2",
  heading3: "Heading 3",
  heading4: "Heading 4",
  heading5: "Heading 5",
  heading6: "Heading 6",
  numbered: "Numbered list",
  bullet: "Bullet list",
  task: "Task list",
  quote: "Quote",
  codeBlock: "Code block",
  mathBlock: "Formula on its own line",
  callout: "Callout",
  toggle: "Toggle",
  bold: "Bold",
  italic: "Italic",
  underline: "Underline",
  strike: "Strikethrough",
  code: "Code",
  math: "Formula",
  subscript: "Subscript",
  superscript: "Superscript",
  clearFormatting: "Clear formatting",
  unlink: "Remove link",
  alignLeft: "Align left",
  alignCenter: "Align centre",
  alignRight: "Align right",
  alignJustify: "Justify",
  highlight: "Highlight",
  noHighlight: "No highlight",
  noTextColour: "No text colour",
  highlightIn: (colour: string) => `Highlight ${colour}`,
  textIn: (colour: string) => `Text ${colour}`,
  divider: "Divider",
  table: "Table",
  footnote: "Footnote",
  hardBreak: "Line break",
  addRowBefore: "Insert row above",
  addRowAfter: "Insert row below",
  moveRowUp: "Move row up",
  moveRowDown: "Move row down",
  duplicateRow: "Duplicate row",
  deleteRow: "Delete row",
  toggleHeaderRow: "Header row",
  addColumnBefore: "Insert column left",
  addColumnAfter: "Insert column right",
  moveColumnLeft: "Move column left",
  moveColumnRight: "Move column right",
  duplicateColumn: "Duplicate column",
  deleteColumn: "Delete column",
  toggleHeaderColumn: "Header column",
  widerColumn: "Widen column",
  narrowerColumn: "Narrow column",
  evenColumns: "Even column widths",
  toggleHeader: "Header cell",
  clearCells: "Clear cells",
  mergeCells: "Merge cells",
  splitCell: "Split cell",
  leaveTable: "Line below the table",
  deleteTable: "Delete table",
  moveUp: "Move up",
  moveDown: "Move down",
  duplicate: "Duplicate",
  deleteBlock: "Delete",
  indent: "Indent",
  outdent: "Outdent",
  toggleChecked: "Check or uncheck",
  caption: "Caption",
  wider: "Wider",
  narrower: "Narrower",
  tone: "Tone of the callout",
  visitFootnote: "To the footnote, and back",
  turnToggle: "Open or close the toggle",
  language: "Language of the code",
  selectCode: "Select the code, then everything",
  enter: "New line",
  leaveCode: "Leave code, check task, open toggle",
  leaveBelow: "Go on below",
  goToTools: "Go to the buttons of the block",
  backspace: "Delete backward",
  deleteForward: "Delete forward",
};

export const COLOUR_NAMES: Readonly<Record<Colour, string>> = {
  red: "red",
  orange: "orange",
  yellow: "yellow",
  green: "green",
  teal: "teal",
  blue: "blue",
  purple: "purple",
  pink: "pink",
};

/** Of a callout. */
export const TONE_NAMES: Readonly<Record<Tone, string>> = {
  note: "Note",
  tip: "Tip",
  warning: "Warning",
  danger: "Danger",
};

/** What an empty document asks for, where a page does not say it in its own words. */
export const PLACEHOLDERS: Placeholders = { title: "Untitled", text: "Write something" };

/** Buttons in the text, and what stands in the place of what cannot be shown. */
export const BLOCKS = {
  done: "Done",
  tone: "Tone",
  toneIs: (tone: string) => `Tone: ${tone}`,
  open: "Open",
  close: "Close",

  language: "Language",
  languageIs: (language: string) => `Language: ${language}`,
  plainText: "Plain text",
  math: "Math",
  noLanguage: ["none", "text"],
  nothingFound: "Nothing by that name",
  copy: "Copy",
  copyCode: "Copy code",
  copied: "Copied",
  copyRefused: "The browser does not allow copying",

  picture: "Picture",
  pictureWithoutAlt: "Picture without a description",

  formula: "Formula",
  formulaFault: (why: string) => `This formula cannot be drawn. ${why}`,
  formulaTooLong: (length: number, most: number) => `It has ${length} characters; ${most} can be drawn.`,
  formulaTooDeep: "It is too deeply nested.",
  formulaWithoutEnd: "Its macros go on without an end.",

  nobody: "Anonymous",
};

/** A footnote's number, where it is referred to and before its words. */
export const FOOTNOTES = {
  footnote: "Footnote",
  numbered: (number: number) => `Footnote ${number}`,
  missing: "Footnote that is not here any more",
  back: "Back to the text",
  backFrom: (number: string) => `Footnote ${number}: back to the text`,
  unused: "Nothing in the text refers to this note.",
};
