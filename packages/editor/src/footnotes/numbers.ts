import type { Fragment, Node } from "@tiptap/pm/model";
import { isFootnote } from "../blocks-in-selection.ts";

/** Of the note a reference refers to, by the id of its block; null when it says none. */
export const noteOf = (reference: Node): string | null => reference.attrs["note"] as string | null;

export const isReference = (node: Node | null | undefined): boolean => node?.type.name === "footnoteRef";

/**
 * Notes by the id of their block, in the order in which the text refers to them first. One that is not there has no number.
 *
 * @param isWhole - More of the text is still to come otherwise, and most often brings the notes.
 */
export function numberNotes(content: Fragment, isWhole = true): ReadonlyMap<string, number> {
  const notes = new Set<string>();
  const wanted = new Set<string>();
  content.descendants((node) => {
    const id = isFootnote(node) ? (node.attrs["id"] as string | null) : null;
    if (id !== null) notes.add(id);
    const note = isReference(node) ? noteOf(node) : null;
    if (note !== null) wanted.add(note);
    return !node.isLeaf;
  });
  return new Map([...wanted].filter((id) => notes.has(id) || !isWhole).map((id, at) => [id, at + 1]));
}
