import { type Fragment, type Node } from "@tiptap/pm/model";
import * as Y from "yjs";
import type { Raw } from "../schema/raw-value.ts";
import { align, markChanges, type Change } from "./align.ts";
import { valuesOf } from "./attributes.ts";
import type { Segment } from "./bound.ts";
import { formatChange, formatsOf } from "./formats.ts";
import { createEmbed, createRaw } from "./raw.ts";
import type { Insert, TextOp } from "./y-types.ts";

/** The change from one content of a block to another, as text operations over the whole block. */
export function inlineChange(before: Fragment, after: Fragment, hint: readonly Change[] | null): TextOp[] {
  const changes = align(before, after, hint);
  const ops: TextOp[] = [];
  const formatted = markChanges(before, after, changes);
  let at = 0;
  const retainTo = (end: number) => {
    for (let next = formatted[0]; next !== undefined && next.from < end; next = formatted[0]) {
      if (next.from > at) ops.push({ retain: next.from - at });
      const attributes = formatChange(next.before, next.after);
      ops.push(attributes === null ? { retain: next.to - next.from } : { retain: next.to - next.from, attributes });
      at = next.to;
      formatted.shift();
    }
    if (end > at) ops.push({ retain: end - at });
    at = end;
  };
  for (const { fromA, toA, fromB, toB } of changes) {
    retainTo(fromA);
    if (toB > fromB) ops.push(...insertsOf(after.cut(fromB, toB)));
    if (toA > fromA) ops.push({ delete: toA - fromA });
    at = toA;
  }
  retainTo(before.size);
  return ops;
}

/**
 * Writes operations over a whole block into its texts and elements.
 *
 * Text goes into the text on its left where there is one, else the one on its right, else a new one; objects too, so
 * that no text is ever split, which would lose what others type in its second half.
 */
export function applyInline(element: Y.XmlElement, segments: readonly Segment[], ops: readonly TextOp[]): void {
  const edits = segments.map((): TextOp[] => []);
  const removed = new Set<number>();
  const added = new Map<number, TextOp[]>();
  let index = 0;
  let offset = 0;
  for (const op of ops) {
    if ("insert" in op) {
      insertInto(op);
      continue;
    }
    let left = "retain" in op ? op.retain : op.delete;
    while (left > 0) {
      const segment = segments[index];
      if (segment === undefined) throw new Error("an edit reaches past the end of its block");
      const size = Math.min(left, segment.size - offset);
      if (size > 0 && segment.type instanceof Y.XmlText) {
        edits[index]?.push("retain" in op ? { ...op, retain: size } : { delete: size });
      } else if (size > 0 && "delete" in op) {
        removed.add(index);
      }
      left -= size;
      offset += size;
      if (offset === segment.size) {
        index++;
        offset = 0;
      }
    }
  }

  function insertInto(op: Insert): void {
    const before = offset === 0 ? index - 1 : index;
    const target = [before, index].find((at) => segments[at]?.type instanceof Y.XmlText);
    if (target !== undefined) {
      edits[target]?.push(op);
      return;
    }
    added.set(index, [...(added.get(index) ?? []), op]);
  }

  for (let at = segments.length; at >= 0; at--) {
    const type = segments[at]?.type;
    const edit = edits[at] ?? [];
    if (removed.has(at)) element.delete(at, 1);
    else if (type instanceof Y.XmlText && edit.some((op) => !("retain" in op) || op.attributes !== undefined))
      type.applyDelta(edit);
    const text = added.get(at);
    if (text !== undefined) element.insert(at, [createText(text)]);
  }
}

/** The shared children of a new text block: one text, with elements between where the content carries some. */
export function createInline(content: Fragment): (Y.XmlText | Y.XmlElement)[] {
  const children: (Y.XmlText | Y.XmlElement)[] = [];
  let text: Insert[] = [];
  content.forEach((node) => {
    const raw = rawOf(node);
    const element = raw?.kind === "element" ? createRaw(raw) : null;
    if (element === null) {
      text.push(...insertsOf(node));
      return;
    }
    children.push(createText(text), element);
    text = [];
  });
  // Also when empty: two people who start typing here then write into one text.
  children.push(createText(text));
  return children;
}

function insertsOf(content: Fragment | Node): Insert[] {
  const inserts: Insert[] = [];
  const add = (node: Node) => {
    const raw = rawOf(node);
    // Half a surrogate pair cannot travel: the sender would keep it and everyone else see U+FFFD.
    const insert = raw !== null ? createEmbed(raw) : node.isText ? (node.text ?? "").toWellFormed() : ownInsert(node);
    if (insert !== null) inserts.push({ insert, attributes: formatsOf(node.marks) });
  };
  if ("nodeSize" in content) add(content);
  else content.forEach(add);
  return inserts;
}

/** What stands for an atom of ours: an object of its name, which no one can change and undo brings back as it was. */
const ownInsert = (node: Node): string | object =>
  node.type.name === "hardBreak" ? "\n" : { [node.type.name]: valuesOf(node) };

function createText(ops: readonly TextOp[]): Y.XmlText {
  const text = new Y.XmlText();
  text.applyDelta([...ops]);
  return text;
}

function rawOf(node: Node): Raw | null {
  return node.type.name === "unknownInline" ? (node.attrs["raw"] as Raw) : null;
}
