import type * as Y from "yjs";
import { EditorPaper } from "./editor-paper.ts";
import type { Paper } from "./paper.ts";
import { PlainPaper } from "./plain-paper.ts";

/** @param schemaVersion - 0: a document of an application without a schema. */
export const openPaper = (doc: Y.Doc, schemaVersion: number): Paper =>
  schemaVersion > 0 ? new EditorPaper(doc) : new PlainPaper(doc);
