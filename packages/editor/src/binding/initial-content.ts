import type { JSONContent } from "@tiptap/core";
import type * as Y from "yjs";
import { createSchema } from "../schema/schema.ts";
import { Tree } from "./tree.ts";

/**
 * The document to create an editor with. JSON, because a page under Trusted Types refuses HTML strings; and the whole
 * of it, so that the first thing painted is the text.
 */
export function initialContent(fragment: Y.XmlFragment): JSONContent {
  return new Tree(createSchema(), fragment).root.node.toJSON() as JSONContent;
}
