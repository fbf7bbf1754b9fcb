import { Node } from "@tiptap/core";
import { codeBlockView, type CopyText } from "../code/view.ts";
import { parseFields, renderFields } from "./dom-attributes.ts";
import { attributesOf, type Json } from "./fields.ts";

export const Document = Node.create({ name: "doc", topNode: true, content: "block+" });

export const Text = Node.create({ name: "text", group: "inline" });

/** Preformatted text. It may hold line breaks as characters, and no mark but the one that keeps what we do not know. */
export const CodeBlock = Node.create<{ readonly copyText?: CopyText | undefined }>({
  name: "codeBlock",
  group: "block",
  content: "text*",
  marks: "unknownMark",
  code: true,
  defining: true,
  addAttributes: () => attributesOf("codeBlock"),
  parseHTML: () => [
    { tag: "pre", preserveWhitespace: "full" as const, getAttrs: (element: HTMLElement) => codeBlockFromHtml(element) },
  ],
  renderHTML: ({ node }) => ["pre", renderFields(node), ["code", 0]],
  addNodeView() {
    const { copyText } = this.options;
    return (props) => codeBlockView(props.node, props.view, props.getPos, copyText);
  },
});

export const Divider = Node.create({
  name: "divider",
  group: "block",
  addAttributes: () => attributesOf("divider"),
  parseHTML: () => [{ tag: "hr", getAttrs: (element: HTMLElement) => parseFields("divider", element) }],
  renderHTML: ({ node }) => ["hr", renderFields(node)],
});

/** A line break inside a block: the character "\n" in the shared text, so that offsets agree on both sides. */
export const HardBreak = Node.create({
  name: "hardBreak",
  group: "inline",
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  parseHTML: () => [{ tag: "br" }],
  renderHTML: () => ["br"],
  renderText: () => "\n",
});

function codeBlockFromHtml(element: HTMLElement): Record<string, Json> {
  const own = parseFields("codeBlock", element);
  const language = /(?:^|\s)language-(\S+)/.exec(element.firstElementChild?.getAttribute("class") ?? "")?.[1];
  return language === undefined ? own : { language, ...own };
}
