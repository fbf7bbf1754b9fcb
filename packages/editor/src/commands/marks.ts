import { toggleMark } from "@tiptap/pm/commands";
import type { MarkType } from "@tiptap/pm/model";
import type { Command, EditorState } from "@tiptap/pm/state";
import { COLOURS, type Colour } from "../schema/fields.ts";
import { COLOUR_NAMES, COMMANDS } from "../words.ts";
import type { EditorCommand } from "./commands.ts";

type Plain = "bold" | "italic" | "underline" | "strike" | "code" | "math" | "subscript" | "superscript";

/** Toggles a mark without attributes on the selection, or for what is typed next. */
export function toggle(name: Plain): Command {
  return (state, dispatch) => {
    const type = state.schema.marks[name];
    return type !== undefined && toggleMark(type, null, { includeWhitespace: true })(state, dispatch);
  };
}

/** Letters below or above the line: what is one is no longer the other. */
export function toggleScript(name: "subscript" | "superscript"): Command {
  return (state, dispatch) => {
    const other = state.schema.marks[name === "subscript" ? "superscript" : "subscript"];
    return toggle(name)(
      state,
      dispatch === undefined || other === undefined
        ? dispatch
        : (tr) => {
            if (state.selection.empty) tr.removeStoredMark(other);
            else for (const { $from, $to } of state.selection.ranges) tr.removeMark($from.pos, $to.pos, other);
            dispatch(tr);
          },
    );
  };
}

type ColourMark = "highlight" | "textColor";

/** The colour of the selected words or of what is typed next; null when they have none, "" when they differ. */
export function colourIn({ schema, selection, storedMarks, doc }: EditorState, name: ColourMark): string | null {
  const type = schema.marks[name];
  if (type === undefined) return null;
  if (selection.empty) return colourOf(type.isInSet(storedMarks ?? selection.$from.marks()));
  const found = new Set<string | null>();
  for (const { $from, $to } of selection.ranges)
    doc.nodesBetween($from.pos, $to.pos, (node) => {
      if (node.isText) found.add(colourOf(type.isInSet(node.marks)));
    });
  const [colour = null] = found;
  return found.size > 1 ? "" : colour;
}

const colourOf = (mark: ReturnType<MarkType["isInSet"]>): string | null =>
  mark === undefined ? null : String(mark.attrs["color"]);

/** Gives the selection, or what is typed next, a colour; null takes it away. */
function setColour(name: ColourMark, color: Colour | null): Command {
  return (state, dispatch) => {
    const type = state.schema.marks[name];
    const { selection, tr } = state;
    if (type === undefined || !mayBear(state, type)) return false;
    if (color === null && colourIn(state, name) === null) return false;
    const mark = color === null ? null : type.create({ color });
    if (selection.empty) {
      if (mark === null) tr.removeStoredMark(type);
      else tr.addStoredMark(mark);
    } else {
      for (const { $from, $to } of selection.ranges) {
        if (mark === null) tr.removeMark($from.pos, $to.pos, type);
        else tr.addMark($from.pos, $to.pos, mark);
      }
    }
    dispatch?.(tr);
    return true;
  };
}

function mayBear({ selection, doc }: EditorState, type: MarkType): boolean {
  if (selection.empty) return selection.$from.parent.inlineContent && selection.$from.parent.type.allowsMarkType(type);
  let may = false;
  for (const { $from, $to } of selection.ranges)
    doc.nodesBetween($from.pos, $to.pos, (node) => {
      may ||= node.inlineContent && node.type.allowsMarkType(type);
      return !may;
    });
  return may;
}

/** On with the usual colour, or off whatever the colour. */
const toggleHighlight: Command = (state, dispatch) =>
  setColour("highlight", colourIn(state, "highlight") === null ? "yellow" : null)(state, dispatch);

/** Everything that makes words look other than their block; links and what is not known here stay. */
const LOOKS = ["bold", "italic", "underline", "strike", "code", "subscript", "superscript", "highlight", "textColor"];

export const clearFormatting: Command = (state, dispatch) => {
  const { tr, selection, schema } = state;
  const looks = LOOKS.flatMap((name) => schema.marks[name] ?? []);
  if (selection.empty) {
    const marks = state.storedMarks ?? selection.$from.marks();
    if (!looks.some((type) => type.isInSet(marks) !== undefined)) return false;
    for (const type of looks) tr.removeStoredMark(type);
  } else {
    for (const { $from, $to } of selection.ranges) for (const type of looks) tr.removeMark($from.pos, $to.pos, type);
    if (!tr.docChanged) return false;
  }
  dispatch?.(tr);
  return true;
};

type ColourCommand = `${"highlight" | "text"}${Capitalize<Colour>}`;

const nameOf = (prefix: "highlight" | "text", colour: Colour): ColourCommand =>
  // The type is spelled out in the template; what is built is one of it.
  `${prefix}${colour.charAt(0).toUpperCase()}${colour.slice(1)}` as ColourCommand;

/** One command for each colour, of words and of what lies behind them. */
export const colourCommands = {
  highlight: {
    label: COMMANDS.highlight,
    group: "colour",
    shortcut: "Mod-Alt-h",
    run: toggleHighlight,
  },
  noHighlight: { label: COMMANDS.noHighlight, group: "colour", run: setColour("highlight", null) },
  noTextColour: { label: COMMANDS.noTextColour, group: "colour", run: setColour("textColor", null) },
  ...(Object.fromEntries(
    COLOURS.flatMap((colour): [ColourCommand, EditorCommand][] => [
      [
        nameOf("highlight", colour),
        { label: COMMANDS.highlightIn(COLOUR_NAMES[colour]), group: "colour", run: setColour("highlight", colour) },
      ],
      [
        nameOf("text", colour),
        { label: COMMANDS.textIn(COLOUR_NAMES[colour]), group: "colour", run: setColour("textColor", colour) },
      ],
    ]),
  ) as Readonly<Record<ColourCommand, EditorCommand>>),
} as const satisfies Record<string, EditorCommand>;
