import { Fragment, type Node, type Schema } from "@tiptap/pm/model";
import * as Y from "yjs";
import type { Bound } from "./bound.ts";
import { isSame, readAttributes } from "./attributes.ts";
import { fitCells, type Span } from "./fit-cells.ts";
import { readInline } from "./read-inline.ts";
import { readRaw } from "./raw.ts";
import type { Json } from "../schema/fields.ts";
import { WaitingBlocks } from "./waiting-blocks.ts";
import { parentOf, type YChild, type YParent, type YType } from "./y-types.ts";

/** Cells that only the view has, in one table. A row of thousands would otherwise make as many in each other row. */
const MOST_MISSING_CELLS = 10_000;

/**
 * What the shared document says, as ProseMirror nodes. Reading only: whatever the schema cannot hold is shown as a
 * placeholder, whatever it misses is filled in for the view, and the Y.Doc is never touched (D12).
 *
 * Nodes are kept per shared type, so a subtree that did not change keeps its identity from one reading to the next.
 */
export class Tree {
  readonly root: Bound;
  readonly #schema: Schema;
  readonly #blank: Node;
  readonly #bound = new WeakMap<YType, Bound>();
  /** What cells say of themselves; the view may show less, where they overlap or reach out of their table. */
  readonly #spans = new WeakMap<Bound, Span>();
  /** Tables of which a row or a cell's own attributes changed; what is typed in one leaves its shape alone. */
  readonly #unfit = new WeakSet<Bound>();
  readonly #waiting: WaitingBlocks;

  /** @param first - How many blocks to read now; the others wait for {@link readRest}. */
  constructor(schema: Schema, fragment: Y.XmlFragment, first = Infinity) {
    this.#schema = schema;
    this.#waiting = new WaitingBlocks(fragment.length > first ? fragment.toArray().slice(first) : []);
    this.#blank = this.#type("unknownBlock").create();
    this.root = this.#read(fragment, null);
  }

  /**
   * The innermost node that shows `type`, or holds it: unknown subtrees are shown whole, so a change deep inside one
   * belongs to its placeholder.
   */
  locate(type: Y.AbstractType<unknown>): Bound {
    const path: Y.AbstractType<unknown>[] = [];
    for (let at: Y.AbstractType<unknown> | null = type; at !== null && at !== this.root.type; at = parentOf(at))
      path.push(at);
    let found = this.root;
    for (const step of path.toReversed()) {
      const next = this.#bound.get(step as YType);
      // A record left over from before its parent became a placeholder does not count.
      if (next === undefined || next.parent !== found || found.children === null) break;
      found = next;
    }
    return found;
  }

  /** Says that `bound` must be read again. */
  markStale(bound: Bound): void {
    bound.isStale = true;
    for (let at = bound.parent; at !== null && !at.isStaleInside; at = at.parent) at.isStaleInside = true;
  }

  /** Something marked was not read yet. */
  get isStale(): boolean {
    return this.root.isStale || this.root.isStaleInside;
  }

  /** No block waits to be read. */
  get isWhole(): boolean {
    return this.#waiting.isEmpty;
  }

  /** Has the next `count` of the blocks that wait be read with what is marked. */
  readRest(count: number): void {
    this.#waiting.release(count);
    this.markStale(this.root);
  }

  /** Reads again what was marked, and nothing else. @returns the whole document as it is now. */
  refresh(): Node {
    this.#refresh(this.root);
    return this.root.node;
  }

  /** Takes over the node objects of a document equal to this one, so that later comparisons can go by identity. */
  adopt(doc: Node): void {
    if (this.root.node !== doc) adopt(this.root, doc);
  }

  #read(type: YType | null, parent: Bound | null): Bound {
    const bound: Bound = {
      type,
      parent,
      node: this.#blank,
      children: null,
      segments: null,
      isStale: true,
      isStaleInside: false,
    };
    if (type !== null) this.#bound.set(type, bound);
    this.#refresh(bound);
    return bound;
  }

  #refresh(bound: Bound): void {
    if (!bound.isStale && !bound.isStaleInside) return;
    const { isStale } = bound;
    bound.isStale = false;
    bound.isStaleInside = false;
    if (isStale && bound.type !== null) {
      this.#readSelf(bound);
      return;
    }
    const children = bound.children ?? [];
    const changed: number[] = [];
    // There may be thousands, of which somebody typed in one.
    for (let index = 0; index < children.length; index++) {
      const child = children[index]!;
      if (!child.isStale && !child.isStaleInside) continue;
      const before = child.node;
      this.#refresh(child);
      if (child.node !== before) changed.push(index);
    }
    const [index, ...others] = changed;
    const next = index === undefined ? undefined : children[index]?.node;
    if (index === undefined || next === undefined) return;
    const isAsBefore = others.length === 0 && next.type === bound.node.child(index).type && !this.#unfit.has(bound);
    // Most often somebody typed in one block: what stands where is as it was, in a list that may be long.
    if (isAsBefore) bound.node = bound.node.copy(bound.node.content.replaceChild(index, next));
    else this.#assemble(bound, children, bound.node.attrs);
  }

  #readSelf(bound: Bound): void {
    const { type } = bound;
    const known = type === null ? null : this.#nodeType(type);
    if (known === null || type instanceof Y.XmlText || type instanceof Y.XmlHook) {
      this.#showRaw(bound);
    } else if (known.isTextblock) {
      const inline = readInline(this.#schema, known, type as Y.XmlElement);
      if (inline === null) {
        this.#showRaw(bound);
        return;
      }
      bound.children = null;
      bound.segments = inline.segments;
      this.#show(bound, known.create(readAttributes(type as Y.XmlElement), inline.content));
    } else {
      const parent = type as YParent;
      const attributes = known.name === "doc" ? null : readAttributes(parent as Y.XmlElement);
      if (known.name === "tableCell") this.#spans.set(bound, known.create(attributes).attrs as unknown as Span);
      const table = { table: bound, tableRow: bound.parent, tableCell: bound.parent?.parent }[known.name];
      if (table !== null && table !== undefined) this.#unfit.add(table);
      const before = bound.children ?? [];
      const shared = parent.toArray();
      const shown = known.name === "doc" ? this.#waiting.shownOf(shared) : shared;
      const children = shown.map((child) => this.#readChild(bound, child));
      if (before.length > 0) {
        const kept = new Set(children);
        for (const child of before) if (!kept.has(child)) child.parent = null;
      }
      this.#assemble(bound, children, attributes);
    }
  }

  #readChild(parent: Bound, type: YChild): Bound {
    const existing = this.#bound.get(type);
    if (existing === undefined || existing.parent !== parent || parent.children === null)
      return this.#read(type, parent);
    // A child shown as a placeholder because of where it stood is judged anew below, from its own reading.
    this.#refresh(existing);
    return existing;
  }

  /** Puts children into their parent: checks them against the schema, fills what is missing, or gives up on the whole. */
  #assemble(bound: Bound, children: readonly Bound[], attributes: Node["attrs"] | null): void {
    const type = bound.type === null ? null : this.#nodeType(bound.type);
    if (type === null) throw new Error("only shared containers are assembled");
    const unknown = this.#type("unknownBlock");
    if (type.contentMatch.matchType(unknown) !== null)
      for (const child of children) if (type.contentMatch.matchType(child.node.type) === null) this.#showRaw(child);
    if (type.name === "table" && this.#unfit.has(bound)) {
      if (!this.#fitRows(children)) {
        this.#showRaw(bound);
        return;
      }
      this.#unfit.delete(bound);
    }
    const content = Fragment.fromArray(children.map((child) => child.node));
    const match = type.contentMatch.matchFragment(content);
    // Nearly always nothing is missing.
    const filling = match?.validEnd === true ? Fragment.empty : (match?.fillBefore(Fragment.empty, true) ?? null);
    if (filling === null) {
      this.#showRaw(bound);
      return;
    }
    bound.children = [...children, ...filling.content.map((node) => virtualBound(node, bound))];
    bound.segments = null;
    this.#show(bound, type.create(attributes, content.append(filling)));
  }

  /**
   * Makes the rows of a table one rectangle in the view: overlaps are cut, and where cells are missing the view has
   * some, behind the others, which become real when somebody writes in them.
   *
   * @returns false when they cannot be shown: no row has a cell, which leaves nowhere to click, or far too many lack.
   */
  #fitRows(rows: readonly Bound[]): boolean {
    const real = rows.map(({ children }) => children?.filter(({ type }) => type !== null) ?? []);
    if (real.every((cells) => cells.length === 0)) return false;
    const fitted = fitCells(
      real.map((cells) => cells.map((cell) => this.#spans.get(cell) ?? (cell.node.attrs as unknown as Span))),
      MOST_MISSING_CELLS,
    );
    if (fitted === null) return false;
    fitted.forEach(({ cells, missing }, index) => {
      const row = rows[index];
      // Another element among the rows is for the schema to refuse.
      if (row === undefined || row.node.type.name !== "tableRow") return;
      const own = real[index] ?? [];
      cells.forEach((span, at) => fit(own[at], span));
      const header = own.length > 0 && own.every(({ node }) => node.attrs["header"] === true);
      const added = missing.map((span, at) => {
        const before = row.children?.[own.length + at];
        const node = this.#type("tableCell").createAndFill({ ...span, header }) ?? this.#blank;
        return before !== undefined && before.node.eq(node) ? before : virtualBound(node, row);
      });
      row.children = [...own, ...added];
      this.#show(row, row.node.type.create(row.node.attrs, Fragment.from(row.children.map(({ node }) => node))));
    });
    return true;
  }

  /** Keeps the old node when nothing about it changed. */
  #show(bound: Bound, node: Node): void {
    if (!bound.node.eq(node)) bound.node = node;
  }

  #showRaw(bound: Bound): void {
    bound.children = null;
    bound.segments = null;
    this.#show(bound, this.#type("unknownBlock").create({ raw: readRaw(bound.type) }));
  }

  #nodeType(type: YType) {
    if (!(type instanceof Y.XmlElement)) return type instanceof Y.XmlFragment ? this.#type("doc") : null;
    const known = this.#schema.nodes[type.nodeName];
    if (known === undefined || known.isInline || known.name === "doc" || known.name === "unknownBlock") return null;
    return known;
  }

  #type(name: string) {
    const type = this.#schema.nodes[name];
    if (type === undefined) throw new Error(`the schema has no ${name}`);
    return type;
  }
}

/** Shows a cell as far as there is room for it. */
function fit(cell: Bound | undefined, span: Span): void {
  if (cell === undefined || cell.node.type.name !== "tableCell") return;
  const { attrs, type, content } = cell.node;
  const isFit = Object.entries(span).every(([name, value]) => isSame(attrs[name] as Json, value as Json));
  if (!isFit) cell.node = type.create({ ...attrs, ...span }, content);
}

/** A node, and everything in it, that only the view has. */
function virtualBound(node: Node, parent: Bound): Bound {
  const bound: Bound = {
    type: null,
    parent,
    node,
    children: null,
    segments: null,
    isStale: false,
    isStaleInside: false,
  };
  if (node.isTextblock) bound.segments = [];
  else if (!node.isLeaf) bound.children = node.content.content.map((child) => virtualBound(child, bound));
  return bound;
}

function adopt(bound: Bound, node: Node): void {
  bound.node = node;
  const children = bound.children ?? [];
  for (let index = 0; index < children.length; index++) {
    const child = children[index]!;
    const next = node.child(index);
    if (child.node !== next) adopt(child, next);
  }
}
