import { type Alignment, areaIn, colourIn, isHeaderColumn, isHeaderRow } from "@sheaf/editor";
import type { EditorState } from "@tiptap/pm/state";
import { hasMark } from "./selection-facts.ts";

/** Whether an action's result is there already; "" for one that cannot be on, but only be done. */
export function stateOf(name: string, state: EditorState): "" | "on" | "off" {
  const isOn = answer(name, state);
  return isOn === null ? "" : isOn ? "on" : "off";
}

const ALIGNMENTS: Readonly<Record<string, Alignment>> = {
  alignLeft: "left",
  alignCenter: "center",
  alignRight: "right",
  alignJustify: "justify",
};

function answer(name: string, state: EditorState): boolean | null {
  const alignment = ALIGNMENTS[name];
  if (alignment !== undefined) return state.selection.$from.parent.attrs["align"] === alignment;
  if (name === "subscript" || name === "superscript") return hasMark(state, name);
  const [, mark, colour] = /^(text|highlight)([A-Z][a-z]+)$/.exec(name) ?? [];
  if (colour !== undefined)
    return colourIn(state, mark === "text" ? "textColor" : "highlight") === colour.toLowerCase();
  const area = name === "toggleHeaderRow" || name === "toggleHeaderColumn" ? areaIn(state) : null;
  if (area === null) return null;
  return name === "toggleHeaderRow" ? isHeaderRow(area) : isHeaderColumn(area);
}
