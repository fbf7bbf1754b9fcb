import { Node } from "@tiptap/core";
import { parseJson } from "./dom-attributes.ts";
import { hidden } from "./fields.ts";
import { isRaw, rawText, type Raw } from "./raw-value.ts";

/**
 * Stands for an element this schema cannot show. It carries the whole subtree, so that moving, copying and pasting it
 * loses nothing, and is an atom, so that nobody can type into what they cannot see.
 */
export const UnknownBlock = Node.create({
  name: "unknownBlock",
  priority: 20,
  group: "block",
  atom: true,
  addAttributes: () => ({ raw: hidden(null) }),
  parseHTML: () => [{ tag: "div[data-unknown-block]", getAttrs: rawFromHtml("data-unknown-block") }],
  renderHTML: ({ node }) => [
    "div",
    { "data-unknown-block": JSON.stringify(node.attrs["raw"]), contenteditable: "false" },
    rawText(node.attrs["raw"] as Raw),
  ],
  renderText: ({ node }) => rawText(node.attrs["raw"] as Raw),
});

export const UnknownInline = Node.create({
  name: "unknownInline",
  priority: 20,
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ raw: hidden(null) }),
  parseHTML: () => [{ tag: "span[data-unknown-inline]", getAttrs: rawFromHtml("data-unknown-inline") }],
  renderHTML: ({ node }) => [
    "span",
    { "data-unknown-inline": JSON.stringify(node.attrs["raw"]), contenteditable: "false" },
    rawText(node.attrs["raw"] as Raw),
  ],
  renderText: ({ node }) => rawText(node.attrs["raw"] as Raw),
});

function rawFromHtml(attribute: string) {
  return (element: HTMLElement) => {
    const raw = parseJson(element.getAttribute(attribute));
    return isRaw(raw) ? { raw } : false;
  };
}
