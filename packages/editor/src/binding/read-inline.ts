import { Fragment, type Mark, type Node, type NodeType, type Schema } from "@tiptap/pm/model";
import * as Y from "yjs";
import { isRecord } from "../schema/dom-attributes.ts";
import { readValues } from "./attributes.ts";
import type { Segment } from "./bound.ts";
import { marksOf } from "./formats.ts";
import { readRaw } from "./raw.ts";
import { type Insert, textContent, type YChild } from "./y-types.ts";

export interface Inline {
  readonly content: Fragment;
  readonly segments: readonly Segment[];
}

/**
 * Reads what stands in a text block, in any of the shapes other clients make: several texts, elements between them,
 * objects inside them. Every position in the result is one index in the shared text.
 *
 * @returns null when something inside cannot stand in a line; the block is then shown as a placeholder whole.
 */
export function readInline(schema: Schema, block: NodeType, element: Y.XmlElement): Inline | null {
  const nodes: Node[] = [];
  const segments: Segment[] = [];
  for (const child of element.toArray() as YChild[]) {
    let size = 1;
    if (child instanceof Y.XmlText) {
      if (!readInserts(schema, block, textContent(child), nodes)) return null;
      size = child.length;
    } else {
      const atom = readAtom(schema, block, child);
      if (atom === null) return null;
      nodes.push(atom);
    }
    segments.push({ type: child, size });
  }
  return { content: Fragment.fromArray(nodes), segments };
}

/** Adds what `inserts` say to `into`. @returns false when something cannot stand in such a block. */
export function readInserts(schema: Schema, block: NodeType, inserts: readonly Insert[], into: Node[]): boolean {
  for (const { insert, attributes } of inserts) {
    const marks = marksOf(schema, block, attributes);
    if (typeof insert === "string") {
      pushText(schema, block, insert, marks, into);
    } else {
      const atom = readAtom(schema, block, insert);
      if (atom === null) return false;
      into.push(atom.mark(marks));
    }
  }
  return true;
}

function pushText(schema: Schema, block: NodeType, text: string, marks: readonly Mark[], into: Node[]): void {
  const hardBreak = schema.nodes["hardBreak"];
  if (hardBreak === undefined || block.contentMatch.matchType(hardBreak) === null) {
    into.push(schema.text(text, marks));
    return;
  }
  text.split("\n").forEach((line, at) => {
    if (at > 0) into.push(hardBreak.create(null, null, marks));
    if (line !== "") into.push(schema.text(line, marks));
  });
}

/** What stands in a line and is no text: an atom we know, or a placeholder. A known block cannot stand there. */
function readAtom(schema: Schema, block: NodeType, value: object): Node | null {
  const [name, values] = value instanceof Y.XmlElement ? [value.nodeName, value.getAttributes()] : embedded(value);
  const known = schema.nodes[name];
  if (value instanceof Y.XmlElement && known?.isBlock === true) return null;
  const isOurs = known?.isInline === true && !known.isText && name !== "unknownInline";
  if (!isOurs || block.contentMatch.matchType(known) === null) return unknownInline(schema, block, value);
  return known.create(readValues(name, values));
}

/** An object in a text is `{ name: attributes }` when it is ours. */
function embedded(value: object): readonly [name: string, values: Readonly<Record<string, unknown>>] {
  const [[name, values] = ["", null], ...others] = value instanceof Y.AbstractType ? [] : Object.entries(value);
  return others.length === 0 && isRecord(values) ? [name, values] : ["", {}];
}

function unknownInline(schema: Schema, block: NodeType, value: object): Node | null {
  const type = schema.nodes["unknownInline"];
  if (type === undefined || block.contentMatch.matchType(type) === null) return null;
  return type.create({ raw: readRaw(value) });
}
