import { Node } from "@tiptap/core";
import { attributesOf, type Kind } from "./fields.ts";
import { textBlockFromHtml, textBlockToDom } from "./text-block-dom.ts";
import { textBlockView } from "./text-block-view.ts";

/** The one block of text: paragraph, heading, list item, task or quote by its `kind` (D14). */
export const TextBlock = Node.create({
  name: "textBlock",
  // The schema's first block is what ProseMirror fills with.
  priority: 1000,
  group: "block",
  content: "inline*",
  // A pasted or joined heading stays one.
  defining: true,
  addAttributes: () => attributesOf("textBlock"),
  parseHTML() {
    const rule = (tag: string, kind: Kind) => ({
      tag,
      getAttrs: (element: HTMLElement) => textBlockFromHtml(element, kind),
    });
    return [
      rule("h1", "heading1"),
      rule("h2", "heading2"),
      rule("h3", "heading3"),
      rule("h4", "heading4"),
      rule("h5", "heading5"),
      rule("h6", "heading6"),
      rule("p", "text"),
      rule("summary", "text"),
      rule("li", "bullet"),
      rule("blockquote", "quote"),
    ];
  },
  renderHTML: ({ node }) => textBlockToDom(node),
  addNodeView: () => (props) => textBlockView(props.node, props.view, props.getPos, props.decorations),
});
