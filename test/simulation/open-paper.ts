import type { RescueOptions } from "@sheaf/editor";
import type * as Y from "yjs";
import { EditorPaper } from "./editor-paper.ts";
import type { Paper } from "./paper.ts";
import { PlainPaper } from "./plain-paper.ts";

/**
 * @param schemaVersion - 0: a document of an application without a schema.
 * @param rescue - Null for somebody who only looks.
 */
export const openPaper = (doc: Y.Doc, schemaVersion: number, rescue: RescueOptions | null): Paper =>
  schemaVersion > 0 ? new EditorPaper(doc, rescue) : new PlainPaper(doc);
