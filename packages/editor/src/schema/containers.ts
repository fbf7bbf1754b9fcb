import { Node } from "@tiptap/core";
import { calloutView, toggleView } from "../containers/view.ts";
import { parseFields, renderFields } from "./dom-attributes.ts";
import { attributesOf, TONES, type Json, type Tone } from "./fields.ts";

/** Blocks set apart as a note, a tip, a warning or a danger. */
export const Callout = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () => attributesOf("callout"),
  parseHTML: () => [
    { tag: "aside", getAttrs: (element: HTMLElement) => parseFields("callout", element) },
    { tag: "div.markdown-alert", getAttrs: (element: HTMLElement) => ({ tone: toneIn(element.className) }) },
  ],
  renderHTML: ({ node }) => ["aside", renderFields(node), 0],
  addNodeView: () => (props) => calloutView(props.node, props.view, props.getPos),
});

/**
 * Blocks that can be folded away, all but the first, which says what they are. Any block may come first: a rule for it
 * would be one that two people can break together. Whether it is open is each person's own, and not in the document.
 */
export const Toggle = Node.create({
  name: "toggle",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () => attributesOf("toggle"),
  parseHTML: () => [{ tag: "details", getAttrs: (element: HTMLElement) => parseFields("toggle", element) }],
  renderHTML: ({ node }) => ["details", { open: "", ...renderFields(node) }, 0],
  addNodeView: () => (props) => toggleView(props.node, props.view, props.getPos),
});

/** Other words for the tones: GitHub's, Obsidian's, MkDocs'. */
const ALIASES: Readonly<Record<string, Tone>> = {
  info: "note",
  important: "note",
  hint: "tip",
  success: "tip",
  caution: "warning",
  attention: "warning",
  error: "danger",
};

export function toneCalled(word: string): Tone | null {
  const tone = word.toLowerCase();
  return TONES.find((each) => each === tone) ?? ALIASES[tone] ?? null;
}

function toneIn(classes: string): Json {
  return toneCalled(/markdown-alert-(\w+)/.exec(classes)?.[1] ?? "") ?? "note";
}
