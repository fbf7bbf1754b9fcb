import { Node } from "@tiptap/core";
import { parseFields, renderFields } from "./dom-attributes.ts";
import { attributesOf } from "./fields.ts";

/** A sign in a line that refers to a footnote, which is a block of its own. What it says, its number, is counted (footnotes/numbers.ts). */
export const FootnoteRef = Node.create({
  name: "footnoteRef",
  group: "inline",
  inline: true,
  atom: true,
  // An arrow key goes past it, so that what is typed next does not take its place.
  selectable: false,
  addAttributes: () => attributesOf("footnoteRef"),
  // Before the mark that raises letters.
  parseHTML: () => [
    { tag: "sup[data-note]", priority: 60, getAttrs: (element: HTMLElement) => parseFields("footnoteRef", element) },
  ],
  renderHTML: ({ node }) => ["sup", { class: "footnote-ref", contenteditable: "false", ...renderFields(node) }],
});
