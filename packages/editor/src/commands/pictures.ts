import { NodeSelection, TextSelection, type Command, type EditorState } from "@tiptap/pm/state";
import type { Node } from "@tiptap/pm/model";
import { isCaption } from "../blocks-in-selection.ts";
import { MAX_SHOWN, MIN_SHOWN, percentOf } from "../pictures/shown.ts";
import { MAX_ALT_LENGTH } from "../schema/fields.ts";

/** The picture that is selected as a whole. */
export function pictureIn({ selection }: EditorState): { readonly node: Node; readonly position: number } | null {
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== "image") return null;
  return { node: selection.node, position: selection.from };
}

/** Makes the selected picture wider or narrower, by a share of the text's width. */
export function resizePicture(by: number): Command {
  return (state, dispatch, view) => {
    const picture = pictureIn(state);
    if (picture === null) return false;
    const own = picture.node.attrs["shown"] as number;
    // What the view has for a picture is an element.
    const dom = (view?.nodeDOM(picture.position) ?? undefined) as HTMLElement | undefined;
    const now = own === 0 && dom !== undefined ? percentOf(dom, dom.offsetWidth) : own || MAX_SHOWN;
    const next = Math.max(MIN_SHOWN, Math.min(MAX_SHOWN, now + by));
    // At the end of its way the key is still the picture's: typed, it would replace it.
    if (next !== own) dispatch?.(state.tr.setNodeAttribute(picture.position, "shown", next));
    return true;
  };
}

/** Goes to the caption below the selected picture, which there is from now on. */
export const captionPicture: Command = (state, dispatch) => {
  const picture = pictureIn(state);
  const textBlock = state.schema.nodes["textBlock"];
  if (picture === null || textBlock === undefined) return false;
  const after = picture.position + picture.node.nodeSize;
  const { nodeAfter } = state.doc.resolve(after);
  const { tr } = state;
  const isThere = isCaption(nodeAfter);
  if (!isThere) tr.insert(after, textBlock.create({ kind: "caption" }));
  const end = after + 1 + (isThere ? (nodeAfter?.content.size ?? 0) : 0);
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, end)).scrollIntoView());
  return true;
};

/** Says what the selected picture shows, for those who do not see it. */
export function describePicture(words: string): Command {
  return (state, dispatch) => {
    const picture = pictureIn(state);
    if (picture === null) return false;
    const alt = words.replaceAll(/\s+/g, " ").trim().slice(0, MAX_ALT_LENGTH).toWellFormed();
    if (alt !== picture.node.attrs["alt"]) dispatch?.(state.tr.setNodeAttribute(picture.position, "alt", alt));
    return true;
  };
}

/** At the edge of a line with words beside a picture: selects it, so that it takes a second key to delete it. */
export const selectPicture =
  (side: "before" | "after"): Command =>
  (state, dispatch) => {
    const { $from, empty } = state.selection;
    const { parent } = $from;
    if (!empty || !parent.isTextblock || parent.content.size === 0) return false;
    if ($from.parentOffset !== (side === "before" ? 0 : parent.content.size)) return false;
    const edge = side === "before" ? $from.before() : $from.after();
    const $edge = state.doc.resolve(edge);
    const beside = side === "before" ? $edge.nodeBefore : $edge.nodeAfter;
    if (beside?.type.name !== "image") return false;
    const position = side === "before" ? edge - beside.nodeSize : edge;
    dispatch?.(state.tr.setSelection(NodeSelection.create(state.doc, position)).scrollIntoView());
    return true;
  };
