import type { Node } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import * as Y from "yjs";
import { kindOf } from "./blocks-in-selection.ts";

export interface Placeholders {
  /** On the empty first line. */
  readonly title: string;
  /** On the empty second line while it is the only other block. */
  readonly text: string;
}

export const PLACEHOLDERS: Placeholders = { title: "Untitled", text: "Write something" };

/** Shows the first block as the document's title, and what to write where nothing is. Decorations only. */
export function titlePlugin(placeholders: Placeholders): Plugin {
  return new Plugin({
    props: { decorations: (state) => DecorationSet.create(state.doc, titleDecorations(state.doc, placeholders)) },
  });
}

export function titleDecorations(doc: Node, placeholders: Placeholders): Decoration[] {
  const first = doc.firstChild;
  if (first?.type.name !== "textBlock") return [];
  const attributes: Record<string, string> = { class: "is-title" };
  // A heading already says so itself.
  if (kindOf(first) === "text") Object.assign(attributes, { role: "heading", "aria-level": "1" });
  if (first.content.size === 0)
    Object.assign(attributes, { class: "is-title is-empty", "data-placeholder": placeholders.title });
  const decorations = [Decoration.node(0, first.nodeSize, attributes)];
  const second = doc.childCount === 2 ? doc.child(1) : null;
  if (second?.type.name === "textBlock" && second.content.size === 0 && kindOf(second) === "text") {
    const placeholder = { class: "is-empty", "data-placeholder": placeholders.text };
    decorations.push(Decoration.node(first.nodeSize, first.nodeSize + second.nodeSize, placeholder));
  }
  return decorations;
}

const LONGEST_TITLE = 200;

/** The words of the first block, cut to 200 characters; empty when there are none. Reading only. */
export function readTitle(fragment: Y.XmlFragment): string {
  const first: unknown = fragment.length > 0 ? fragment.get(0) : null;
  return plainText(first).replaceAll(/\s+/g, " ").trim().slice(0, LONGEST_TITLE);
}

/** Calls `listener` at once and whenever the title changes. @returns a function that stops it. */
export function observeTitle(fragment: Y.XmlFragment, listener: (title: string) => void): () => void {
  let last: string | null = null;
  const read = () => {
    const title = readTitle(fragment);
    if (title === last) return;
    last = title;
    listener(title);
  };
  fragment.observeDeep(read);
  read();
  return () => fragment.unobserveDeep(read);
}

function plainText(type: unknown): string {
  if (type instanceof Y.XmlText) {
    const delta = type.toDelta() as { insert: unknown }[];
    return delta.map(({ insert }) => (typeof insert === "string" ? insert : "")).join("");
  }
  return type instanceof Y.XmlElement ? type.toArray().map(plainText).join("") : "";
}
