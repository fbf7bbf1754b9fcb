import type { Node } from "@tiptap/pm/model";
import type { BlockLook } from "./block-looks.ts";
import { isCaption, kindOf } from "./blocks-in-selection.ts";

export interface Placeholders {
  /** On the empty first line. */
  readonly title: string;
  /** On the empty second line while it is the only other block. */
  readonly text: string;
  /** On an empty line in any other document, where the caret is; without it nothing is said there. */
  readonly line?: string | undefined;
}

/** Shows the first block, or the first after pictures, as the document's title, and what to write where nothing is. */
export function titleLooks(doc: Node, placeholders: Placeholders): BlockLook[] {
  // Below the pictures a document may begin with.
  let [at, index] = [0, 0];
  while (doc.maybeChild(index)?.type.name === "image" || isCaption(doc.maybeChild(index)))
    at += doc.child(index++).nodeSize;
  const first = doc.maybeChild(index);
  if (first?.type.name !== "textBlock") return [];
  const attributes: Record<string, string> = { class: "is-title" };
  // A heading already says so itself.
  if (kindOf(first) === "text") Object.assign(attributes, { role: "heading", "aria-level": "1" });
  if (first.content.size === 0)
    Object.assign(attributes, { class: "is-title is-empty", "data-placeholder": placeholders.title });
  const to = at + first.nodeSize;
  const second = doc.childCount === index + 2 ? doc.child(index + 1) : null;
  const looks = [{ from: at, to, attributes }];
  if (second?.type.name === "textBlock" && second.content.size === 0 && kindOf(second) === "text") {
    const placeholder = { class: "is-empty", "data-placeholder": placeholders.text };
    looks.push({ from: to, to: to + second.nodeSize, attributes: placeholder });
  }
  return looks;
}
