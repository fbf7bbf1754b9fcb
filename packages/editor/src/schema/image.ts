import { Node } from "@tiptap/core";
import type { PicturesPort } from "../pictures/port.ts";
import { pictureView } from "../pictures/view.ts";
import { parseFields, renderFields } from "./dom-attributes.ts";
import { attributesOf } from "./fields.ts";

/**
 * A picture. The document holds what names its file, never an address: the page asks for it with the document's own,
 * so that whoever may read the document may see it, and nobody's browser is sent elsewhere. Without a port it is not shown.
 */
export const Image = Node.create<{ readonly port?: PicturesPort | undefined }>({
  name: "image",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => attributesOf("image"),
  parseHTML: () => [{ tag: "img[data-blob]", getAttrs: (element: HTMLElement) => parseFields("image", element) }],
  renderHTML: ({ node }) => ["img", renderFields(node)],
  renderText: ({ node }) => node.attrs["alt"] as string,
  addNodeView() {
    const { port } = this.options;
    return port === undefined ? null : (props) => pictureView(props.node, props.view, props.getPos, port);
  },
});
