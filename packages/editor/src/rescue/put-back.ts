import { Fragment, type Node, type NodeType, type ResolvedPos, type Schema } from "@tiptap/pm/model";
import { TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { Line } from "../binding/align.ts";
import { keepSelection, type Binding } from "../binding/binding.ts";
import { readInserts } from "../binding/read-inline.ts";
import type { Insert } from "../binding/y-types.ts";
import type { CaretInGone } from "./caret-in-gone.ts";
import { deadTextsOf, type DeadText, type LostRun } from "./dead-text.ts";
import { besidePlace, findPlace, type FoundPlace } from "./place.ts";
import type { Ids, LostWords, Rescued } from "./port.ts";
import type { PutBackBefore } from "./put-back-before.ts";

export interface PutBack {
  readonly tr: Transaction;
  readonly rescued: Rescued;
}

/**
 * The transaction that puts lost words back: into the copy of their block, between the words that surrounded them, or
 * as a paragraph right where the block was. Carets stay where they are, but for one that was in a block that is gone.
 *
 * @param lost - At least one; all under the same client id.
 * @param caret - Where the person's selection was, if its block went.
 * @returns null when there is nothing to put back: the words are there already, or are only spaces with nowhere to go.
 */
export function putBack(
  binding: Binding,
  state: EditorState,
  lost: readonly LostWords[],
  caret: CaretInGone | null,
  before: PutBackBefore,
): PutBack | null {
  // As one, for they may be letters of one word.
  const words = lost.reduce(both);
  const pieces = deadTextsOf(binding.doc, words).map((text) => pieceOf(binding, words, text, before));
  const { tr } = state;
  const authors = new Set<number>();
  let into: Rescued["into"] = "copy";
  let place: ((offset: number) => number) | null = null;
  for (const { text, runs, beside } of pieces) {
    const placed: Placed[] = [];
    for (const { run, place } of runs) {
      const $at = tr.doc.resolve(tr.mapping.map(place.position));
      const content = inlineOf(state.schema, $at.parent.type, [run]);
      if (content.size === 0) continue;
      if (place.isAmongStrangers && !endsWithSpace($at)) tr.insertText(" ", $at.pos);
      const at = tr.mapping.map(place.position);
      tr.insert(at, content);
      placed.push({ run, from: at, size: content.size });
    }
    const paragraph = paragraphOf(state.schema, beside);
    const at = tr.mapping.map(besidePlace(binding.tree, text.type._item));
    if (paragraph !== null && !isThere(tr.doc, at, paragraph)) {
      tr.insert(at, paragraph);
      into = "paragraph";
      let from = at + 1;
      for (const run of beside) {
        const { size } = inlineOf(state.schema, paragraph.type, [run]);
        placed.push({ run, from, size });
        from += size;
      }
    }
    if (placed.length === 0) continue;
    for (const author of text.authors) authors.add(author);
    if (caret?.blockId === text.blockId) {
      const steps = tr.mapping.maps.length;
      place = (offset) => tr.mapping.slice(steps).map(caretIn(placed, offset));
    }
  }
  if (!tr.docChanged) return null;
  if (place === null || caret === null) keepSelection(tr, state);
  else tr.setSelection(TextSelection.create(tr.doc, place(caret.anchor), place(caret.head))).scrollIntoView();
  return { tr, rescued: { authors: [...authors], into } };
}

function both(one: LostWords, other: LostWords): LostWords {
  const either = (a: Ids, b: Ids): Ids => ({ has: (client, clock) => a.has(client, clock) || b.has(client, clock) });
  return {
    ...one,
    lost: { ...either(one.lost, other.lost), ranges: () => [...one.lost.ranges(), ...other.lost.ranges()] },
    seen: either(one.seen, other.seen),
    made: either(one.made, other.made),
  };
}

interface Piece {
  readonly text: DeadText;
  readonly runs: readonly { readonly run: LostRun; readonly place: FoundPlace }[];
  /** Runs for a paragraph of their own. */
  readonly beside: readonly LostRun[];
}

function pieceOf({ tree }: Binding, words: LostWords, text: DeadText, before: PutBackBefore): Piece {
  const runs: { run: LostRun; place: FoundPlace }[] = [];
  const beside: LostRun[] = [];
  for (const run of text.runs) {
    const place = findPlace(tree.root, run, { ...words, blockId: text.blockId }, before);
    if (place === null) beside.push(run);
    else if (place !== "there") runs.push({ run, place });
  }
  return { text, runs, beside };
}

interface Placed {
  readonly run: LostRun;
  readonly from: number;
  readonly size: number;
}

/** Where an offset in the dead text is now: in the run it was in or behind, else before the first. */
function caretIn(placed: readonly Placed[], offset: number): number {
  const nearest = placed.findLast(({ run }) => run.offsetInAll <= offset) ?? placed[0];
  if (nearest === undefined) throw new Error("nothing was put back");
  const { run, from, size } = nearest;
  return from + Math.max(0, Math.min(offset - run.offsetInAll, size));
}

const endsWithSpace = ({ parent, parentOffset }: ResolvedPos): boolean =>
  parentOffset === 0 || /\s/.test(new Line(parent.content).text.charAt(parentOffset - 1));

/** Half a line of spaces, or what refers to a footnote from nowhere, is nothing to keep a paragraph for. */
function paragraphOf(schema: Schema, runs: readonly LostRun[]): Node | null {
  const textBlock = schema.nodes["textBlock"];
  const isNothing = ({ insert }: Insert): boolean =>
    typeof insert === "string" ? insert.trim() === "" : "footnoteRef" in insert;
  if (textBlock === undefined || runs.every(({ content }) => content.every(isNothing))) return null;
  return textBlock.create(null, inlineOf(schema, textBlock, runs));
}

function inlineOf(schema: Schema, block: NodeType, runs: readonly LostRun[]): Fragment {
  const nodes: Node[] = [];
  for (const { content } of runs) {
    // Code has no looks of its own, and no objects; a format there would be one that nobody can take away.
    const plain = content.flatMap(({ insert }) => (typeof insert === "string" ? [{ insert }] : []));
    readInserts(schema, block, block.spec.code === true ? plain : content, nodes);
  }
  return Fragment.fromArray(nodes);
}

/** Someone was faster: the very same stands there. */
function isThere(doc: Node, position: number, paragraph: Node): boolean {
  const { nodeAfter, nodeBefore } = doc.resolve(position);
  return [nodeAfter, nodeBefore].some(
    (node) => node?.isTextblock === true && node.textContent === paragraph.textContent,
  );
}
