import type { EditorState } from "@tiptap/pm/state";
import { type CommandName, referenceBesideCaret } from "@sheaf/editor";

/** True when the mark is on the selection, or will be on what is typed next. */
export function hasMark(state: EditorState, name: string): boolean {
  const type = state.schema.marks[name];
  if (type === undefined) return false;
  const { empty, $from, ranges } = state.selection;
  if (empty) return type.isInSet(state.storedMarks ?? $from.marks()) !== undefined;
  return ranges.some(({ $from: from, $to: to }) => state.doc.rangeHasMark(from.pos, to.pos, type));
}

/** The address on the selection or around the caret; empty when there is none. */
export function hrefOf(state: EditorState): string {
  const type = state.schema.marks["link"];
  if (type === undefined) return "";
  const { from, to, $from, empty } = state.selection;
  let href: unknown =
    type.isInSet($from.marks())?.attrs["href"] ?? type.isInSet($from.nodeAfter?.marks ?? [])?.attrs["href"];
  if (!empty)
    state.doc.nodesBetween(from, to, (node) => {
      href ??= type.isInSet(node.marks)?.attrs["href"];
    });
  return typeof href === "string" ? href : "";
}

/** The caret is at something that has a card, where Alt+F10 goes. */
export const hasCard = (state: EditorState): boolean =>
  state.selection.empty && (hrefOf(state) !== "" || referenceBesideCaret(state) !== null);

/** What the selected blocks are, as the command that makes them so; undefined when they differ. */
export function kindIn(state: EditorState): CommandName | undefined {
  const kinds = new Set<CommandName>();
  for (const { $from, $to } of state.selection.ranges)
    state.doc.nodesBetween($from.pos, $to.pos, (node) => {
      if (node.type.name === "codeBlock") kinds.add("codeBlock");
      // Kinds of text blocks and the commands for them have the same names.
      else if (node.type.name === "textBlock") kinds.add(node.attrs["kind"] as CommandName);
      return !node.isTextblock;
    });
  const [kind] = kinds;
  return kinds.size === 1 ? kind : undefined;
}
