import { getSchema, type Extensions } from "@tiptap/core";
import type { Schema } from "@tiptap/pm/model";
import { CodeBlock, Divider, Document, HardBreak, Text } from "./blocks.ts";
import { Callout, Toggle } from "./containers.ts";
import { FootnoteRef } from "./footnote-ref.ts";
import { Image } from "./image.ts";
import {
  Bold,
  Code,
  Highlight,
  Italic,
  Link,
  MathMark,
  Mention,
  Strike,
  Subscript,
  Superscript,
  TextColor,
  Underline,
  UnknownMark,
} from "./marks.ts";
import { Table, TableCell, TableRow } from "./table.ts";
import { TextBlock } from "./text-block.ts";
import { UnknownBlock, UnknownInline } from "./unknown.ts";

/** Every node and mark of the document, in order. */
export const schemaExtensions: Extensions = [
  Document,
  TextBlock,
  CodeBlock,
  Divider,
  Image,
  Callout,
  Toggle,
  Table,
  TableRow,
  TableCell,
  Text,
  HardBreak,
  FootnoteRef,
  Highlight,
  Link,
  Mention,
  TextColor,
  Bold,
  Italic,
  Underline,
  Strike,
  Subscript,
  Superscript,
  Code,
  MathMark,
  UnknownBlock,
  UnknownInline,
  UnknownMark,
];

/** The ProseMirror schema without an editor: for tests, converters and anything that reads documents. */
export function createSchema(): Schema {
  return getSchema(schemaExtensions);
}
