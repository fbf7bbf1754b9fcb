import type { Node } from "@tiptap/pm/model";
import { isFootnote } from "../blocks-in-selection.ts";
import type { Change } from "./align.ts";
import { sharedChildren, type Bound } from "./bound.ts";
import type { Naming } from "./name-step.ts";
import { idOf, matchChildren } from "./match.ts";

/** Makes a block id: short, unique in practice. Injected, so that tests can repeat themselves. */
export type NewId = () => string;

/** 72 random bits as 12 characters. `getRandomValues` also works on plain http, unlike `randomUUID`. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/**
 * Ids for the blocks that local steps made: those without one, and those that carry another block's (the second half
 * of a split, a pasted copy). Blocks that came from the shared document are never touched.
 */
export function nameNewBlocks(root: Bound, doc: Node, newId: NewId): Naming[] {
  const created: { node: Node; position: number }[] = [];
  collectCreated(root, doc, 0, created);
  const copies = created.some(({ node }) => idOf(node) !== null);
  const used = copies ? idsOutside(doc, new Set(created.map(({ position }) => position))) : new Set<string>();
  const namings: Naming[] = [];
  for (const { node, position } of created) {
    const own = idOf(node);
    const id = own === null || used.has(own) ? newId() : own;
    used.add(id);
    if (id !== own) namings.push({ position, id });
  }
  return namings;
}

/**
 * References to notes that came along as copies and have names of their own now: those that came in the same steps. Any
 * other goes on referring to the note that was copied.
 */
export function referencesToRenamed(
  doc: Node,
  namings: readonly Naming[],
  ranges: readonly Change[],
): { readonly position: number; readonly note: string }[] {
  const names = new Map(namings.map(({ position, id }) => [position, id]));
  const renamed = new Map<string, string>();
  const references: { position: number; note: string }[] = [];
  for (const { fromB, toB } of ranges) {
    doc.nodesBetween(fromB, toB, (node, position) => {
      const [own, id] = [idOf(node), names.get(position)];
      if (isFootnote(node) && own !== null && typeof id === "string") renamed.set(own, id);
      if (node.type.name === "footnoteRef" && position >= fromB && position < toB)
        references.push({ position, note: String(node.attrs["note"]) });
    });
  }
  return references.flatMap(({ position, note }) => {
    const now = renamed.get(note);
    return now === undefined ? [] : [{ position, note: now }];
  });
}

function collectCreated(bound: Bound, next: Node, start: number, into: { node: Node; position: number }[]): void {
  const before = bound.node;
  if (before === next || bound.children === null) return;
  const shared = sharedChildren(bound, next);
  const { prefix, suffix, pairs } = matchChildren(shared.before, shared.after);
  const continued = new Map(pairs.map((pair) => [pair.after, pair.before]));
  let position = start;
  next.forEach((child, _offset, index) => {
    const old = continued.get(index);
    const oldBound = old === undefined ? undefined : bound.children?.[old];
    if (index >= prefix && index < shared.after.length - suffix) {
      if (oldBound === undefined) collectAll(child, position, into);
      else collectCreated(oldBound, child, position + 1, into);
    }
    position += child.nodeSize;
  });
}

function collectAll(node: Node, position: number, into: { node: Node; position: number }[]): void {
  if (canHaveId(node)) into.push({ node, position });
  if (!node.isTextblock) node.forEach((child, offset) => collectAll(child, position + 1 + offset, into));
}

function idsOutside(doc: Node, positions: ReadonlySet<number>): Set<string> {
  const ids = new Set<string>();
  doc.descendants((node, position) => {
    const id = idOf(node);
    if (id !== null && !positions.has(position)) ids.add(id);
    return !node.isTextblock;
  });
  return ids;
}

function canHaveId(node: Node): boolean {
  return node.type.spec.attrs !== undefined && "id" in node.type.spec.attrs;
}
