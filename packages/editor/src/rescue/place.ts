import * as Y from "yjs";
import { cutsPair, Line } from "../binding/align.ts";
import { positionBefore, type Bound } from "../binding/bound.ts";
import { idOf } from "../binding/match.ts";
import type { Tree } from "../binding/tree.ts";
import type { YType } from "../binding/y-types.ts";
import type { LostRun } from "./dead-text.ts";
import type { Ids } from "./port.ts";
import type { PutBackBefore } from "./put-back-before.ts";

/** Characters of context that must agree before words are put into a block that is no known copy of theirs. */
const STRONG_MATCH = 16;
/** One whole side of the context, if it has at least so many characters, tells the copy. */
const SIDE_MATCH = 4;
/** What the same block id weighs, in agreeing characters. */
const SAME_BLOCK = 3;

export interface LostPlace {
  readonly blockId: string | null;
  readonly made: Ids;
  /** See `LostWords`. */
  readonly behind: number;
}

/** A position in a block of text. */
export interface FoundPlace {
  readonly position: number;
  /** The words around it are not those that were around the lost ones. */
  readonly isAmongStrangers: boolean;
}

/**
 * Where in the document as it is a lost run belongs: between the words that surrounded it, in the copy of its block; at
 * the end of that copy when the words around are others now.
 *
 * @returns "there" when the words are there already; null when no block is a copy.
 */
export function findPlace(
  root: Bound,
  run: LostRun,
  { blockId, made, behind }: LostPlace,
  putBackBefore: PutBackBefore,
): FoundPlace | "there" | null {
  let best: { readonly weight: number; readonly place: FoundPlace | "there" } | null = null;
  for (const block of textBlocksIn(root)) {
    const { text } = new Line(block.node.content);
    const id = idOf(block.node);
    const isSame = blockId !== null && id === blockId;
    const gap = bestGap(text, run, putBackBefore.endsIn(id, text, behind));
    const there = bestOccurrence(text, run);
    // Where one says the same word over and over, it is not there for having been said before.
    const isThere = there !== null && (weigh(there) > weigh(gap) || (isTelling(there, run) && !isWhole(gap, run)));
    const isKnown =
      (isSame && isAlone(run)) ||
      (isTelling(gap, run) && (weigh(gap) >= STRONG_MATCH || isSame || isMade(block, made)));
    if (!isSame && !(isThere ? weigh(there) >= STRONG_MATCH || isMade(block, made) : isKnown)) continue;
    const weight = (isThere ? weigh(there) : isKnown ? weigh(gap) : 0) + (isSame ? SAME_BLOCK : 0);
    if (best !== null && weight <= best.weight) continue;
    const position = positionBefore(block) + 1 + (isKnown ? gap.at : text.length);
    // One letter may be the next of two that are the same.
    const isAll = isSame && text === run.words && text.length > 1;
    best = { weight, place: isThere || isAll ? "there" : { position, isAmongStrangers: !isKnown } };
  }
  return best?.place ?? null;
}

/** A position between two blocks beside which something may stand: right behind what came before a block that is gone. */
export function besidePlace(tree: Tree, dead: Y.Item | null): number {
  for (let gone = dead; gone !== null;) {
    const container = gone.parent as Y.AbstractType<unknown>;
    const bound = tree.locate(container);
    if (container._item?.deleted !== true && bound.type === container && holdsBlocks(bound)) {
      for (let item: Y.Item | null = gone; item !== null; item = item.left) {
        const type = item.deleted ? null : typeIn(item);
        const sibling = bound.children?.find((child) => child.type !== null && child.type === type);
        if (sibling !== undefined) return positionBefore(sibling) + sibling.node.nodeSize;
      }
      return positionBefore(bound) + 1;
    }
    gone = container._item;
  }
  return 0;
}

function typeIn({ content }: Y.Item): YType | null {
  return content instanceof Y.ContentType ? (content.type as YType) : null;
}

function holdsBlocks({ node, children }: Bound): boolean {
  return (
    children !== null && node.type.contentMatch.matchType(node.type.schema.nodes["textBlock"] ?? node.type) !== null
  );
}

function textBlocksIn(bound: Bound): Bound[] {
  if (bound.segments !== null) return bound.type === null ? [] : [bound];
  return bound.children?.flatMap(textBlocksIn) ?? [];
}

interface Gap {
  readonly at: number;
  /** Characters that agree on either side of it. */
  readonly before: number;
  readonly after: number;
}

const weigh = ({ before, after }: Gap): number => before + after;

const isWhole = ({ before, after }: Gap, run: LostRun): boolean =>
  before === run.before.length && after === run.after.length;

/** Nothing stood around it. */
const isAlone = ({ before, after }: LostRun): boolean => before === "" && after === "";

/** True when what agrees around a place can be no chance. */
function isTelling(gap: Gap, run: LostRun): boolean {
  const sides = [gap.before === run.before.length ? gap.before : 0, gap.after === run.after.length ? gap.after : 0];
  return Math.max(...sides) >= SIDE_MATCH || (isWhole(gap, run) && weigh(gap) > 0);
}

/**
 * The place in `text` whose surroundings agree most with the run's; of equals the one nearest to where it was.
 *
 * @param endsOf - Where words may end that stand at an offset and were put back before: the run goes behind them.
 */
function bestGap(text: string, run: LostRun, endsOf: (at: number) => readonly number[]): Gap {
  let best: Gap = { at: 0, before: 0, after: 0 };
  let distance = Infinity;
  for (let at = 0; at <= text.length; at++) {
    if (cutsPair(text, at)) continue;
    const before = agreeingBefore(text, at, run.before);
    const gap = endsOf(at)
      .map((end) => ({ at: end, before, after: agreeingAfter(text, end, run.after) }))
      .reduce((one, farther) => (farther.after < one.after ? one : farther));
    const gain = weigh(gap) - weigh(best);
    const nearer = Math.abs(at - run.offset) < distance;
    if (gain < 0 || (gain === 0 && !nearer)) continue;
    best = gap;
    distance = Math.abs(at - run.offset);
  }
  return best;
}

/** The occurrence of the words themselves around which most agrees; null when they do not occur. */
function bestOccurrence(text: string, { words, before, after }: LostRun): Gap | null {
  let best: Gap | null = null;
  if (words.trim() === "") return best;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const found = {
      at,
      before: agreeingBefore(text, at, before),
      after: agreeingAfter(text, at + words.length, after),
    };
    if (best === null || weigh(found) > weigh(best)) best = found;
  }
  return best;
}

/** True when anything in the block came with the deletion. */
function isMade({ type, segments }: Bound, made: Ids): boolean {
  const isIn = ({ id, length }: Y.Item): boolean =>
    made.has(id.client, id.clock) || made.has(id.client, id.clock + length - 1);
  if (type?._item !== null && type?._item !== undefined && isIn(type._item)) return true;
  for (const segment of segments ?? [])
    for (let item = segment.type._start; item !== null; item = item.right) if (!item.deleted && isIn(item)) return true;
  return false;
}

function agreeingBefore(text: string, at: number, context: string): number {
  let count = 0;
  while (count < context.length && count < at && text[at - 1 - count] === context[context.length - 1 - count]) count++;
  return count;
}

function agreeingAfter(text: string, at: number, context: string): number {
  let count = 0;
  while (count < context.length && at + count < text.length && text[at + count] === context[count]) count++;
  return count;
}
