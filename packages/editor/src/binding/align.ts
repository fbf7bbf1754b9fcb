import type { Fragment, Mark, Node } from "@tiptap/pm/model";
import type { StepMap } from "@tiptap/pm/transform";

/** A range of an old text and what stands there in the new one; offsets from the start of the block's content. */
export interface Change {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/**
 * The parts of a block's content that were replaced; what lies between is the same, character by character, though its
 * marks may differ.
 *
 * @param hint - Where the change happened, if known. It decides which of several equal characters was typed, and keeps
 * two distant changes apart. A hint that does not fit is ignored.
 */
export function align(before: Fragment, after: Fragment, hint: readonly Change[] | null): readonly Change[] {
  const a = new Line(before);
  const b = new Line(after);
  const whole: Change = { fromA: 0, toA: a.size, fromB: 0, toB: b.size };
  const fitting = hint !== null && fits(a, b, hint) ? hint : [whole];
  return fitting.map((change) => trim(a, b, change)).filter(({ fromA, toA, fromB, toB }) => fromA < toA || fromB < toB);
}

/** A stretch of unchanged characters whose marks changed; offsets in the old content. */
export interface MarkChange {
  readonly from: number;
  readonly to: number;
  readonly before: readonly Mark[];
  readonly after: readonly Mark[];
}

/** Where marks differ outside of `changes`. */
export function markChanges(before: Fragment, after: Fragment, changes: readonly Change[]): MarkChange[] {
  const found: MarkChange[] = [];
  const a = new Runs(before);
  const b = new Runs(after);
  let fromA = 0;
  let fromB = 0;
  for (const next of [...changes, { fromA: before.size, fromB: after.size, toA: 0, toB: 0 }]) {
    while (fromA < next.fromA) {
      const runA = a.at(fromA);
      const runB = b.at(fromB);
      const size = Math.min(runA.to - fromA, runB.to - fromB, next.fromA - fromA);
      if (!sameMarks(runA.marks, runB.marks))
        found.push({ from: fromA, to: fromA + size, before: runA.marks, after: runB.marks });
      fromA += size;
      fromB += size;
    }
    fromA = next.toA;
    fromB = next.toB;
  }
  return found;
}

/**
 * Ranges that a run of steps replaced, in the coordinates of the document before and after them.
 * Widened where steps overlap; ascending and apart.
 */
export function changedRanges(maps: readonly StepMap[]): Change[] {
  const ranges: Change[] = [];
  maps.forEach((map, index) => {
    map.forEach((oldStart, oldEnd, newStart, newEnd) => {
      let [fromA, toA, fromB, toB] = [oldStart, oldEnd, newStart, newEnd];
      for (let back = index - 1; back >= 0; back--) {
        const inverse = (maps[back] as StepMap).invert();
        fromA = inverse.map(fromA, -1);
        toA = inverse.map(toA, 1);
      }
      for (const later of maps.slice(index + 1)) {
        fromB = later.map(fromB, -1);
        toB = later.map(toB, 1);
      }
      ranges.push({ fromA, toA, fromB, toB });
    });
  });
  ranges.sort((a, b) => a.fromA - b.fromA || a.fromB - b.fromB);
  const merged: Change[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last === undefined || (range.fromA > last.toA && range.fromB > last.toB)) {
      merged.push(range);
      continue;
    }
    merged[merged.length - 1] = {
      fromA: Math.min(last.fromA, range.fromA),
      toA: Math.max(last.toA, range.toA),
      fromB: Math.min(last.fromB, range.fromB),
      toB: Math.max(last.toB, range.toB),
    };
  }
  return merged;
}

/** The part of document-wide ranges that lies in one block. */
export function rangesInside(
  ranges: readonly Change[],
  startA: number,
  sizeA: number,
  startB: number,
  sizeB: number,
): Change[] {
  const clip = (value: number, start: number, size: number) => Math.min(size, Math.max(0, value - start));
  return ranges
    .filter(
      ({ fromA, toA, fromB, toB }) =>
        toA >= startA && fromA <= startA + sizeA && toB >= startB && fromB <= startB + sizeB,
    )
    .map(({ fromA, toA, fromB, toB }) => ({
      fromA: clip(fromA, startA, sizeA),
      toA: clip(toA, startA, sizeA),
      fromB: clip(fromB, startB, sizeB),
      toB: clip(toB, startB, sizeB),
    }));
}

/** Inline content as one UTF-16 unit per position: a character, "\n" for a line break, U+FFFC for another atom. */
export class Line {
  readonly text: string;
  readonly atoms = new Map<number, Node>();

  constructor(content: Fragment) {
    let text = "";
    content.forEach((node, offset) => {
      if (node.isText) text += node.text ?? "";
      else if (node.type.name === "hardBreak") text += "\n";
      else {
        this.atoms.set(offset, node);
        text += "\uFFFC";
      }
    });
    this.text = text;
  }

  get size(): number {
    return this.text.length;
  }

  /** True when position `at` here and `other` there hold the same thing, whatever its marks. */
  agrees(at: number, line: Line, other: number): boolean {
    if (this.text.charCodeAt(at) !== line.text.charCodeAt(other)) return false;
    const mine = this.atoms.get(at);
    const theirs = line.atoms.get(other);
    if (mine === undefined || theirs === undefined) return mine === theirs;
    return mine === theirs || mine.mark([]).eq(theirs.mark([]));
  }
}

/** True when everything outside `hint` really is unchanged. */
function fits(a: Line, b: Line, hint: readonly Change[]): boolean {
  let fromA = 0;
  let fromB = 0;
  for (const next of [...hint, { fromA: a.size, toA: a.size, fromB: b.size, toB: b.size }]) {
    if (next.fromA < fromA || next.fromA - fromA !== next.fromB - fromB || next.toA > a.size || next.toB > b.size)
      return false;
    for (; fromA < next.fromA; fromA++, fromB++) if (!a.agrees(fromA, b, fromB)) return false;
    fromA = next.toA;
    fromB = next.toB;
  }
  return true;
}

/** Drops what a change replaced by itself, at both ends, without ever cutting a surrogate pair. */
function trim(a: Line, b: Line, { fromA, toA, fromB, toB }: Change): Change {
  while (fromA < toA && fromB < toB && a.agrees(fromA, b, fromB)) {
    fromA++;
    fromB++;
  }
  while (toA > fromA && toB > fromB && a.agrees(toA - 1, b, toB - 1)) {
    toA--;
    toB--;
  }
  // Yjs replaces both halves of a pair it has to split by U+FFFD, so a change always takes whole characters.
  if (cutsPair(a.text, fromA) || cutsPair(b.text, fromB)) {
    fromA--;
    fromB--;
  }
  if (cutsPair(a.text, toA) || cutsPair(b.text, toB)) {
    toA++;
    toB++;
  }
  return { fromA, toA, fromB, toB };
}

/** True when `at` lies between the two halves of one character. */
export function cutsPair(text: string, at: number): boolean {
  return isBetween(text.charCodeAt(at - 1), 0xd800, 0xdbff) && isBetween(text.charCodeAt(at), 0xdc00, 0xdfff);
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}

function sameMarks(a: readonly Mark[], b: readonly Mark[]): boolean {
  return a === b || (a.length === b.length && a.every((mark, at) => mark.eq(b[at] as Mark)));
}

/** Walks a fragment's marks forward. */
class Runs {
  readonly #content: Fragment;
  #index = 0;
  #start = 0;

  constructor(content: Fragment) {
    this.#content = content;
  }

  at(offset: number): { readonly to: number; readonly marks: readonly Mark[] } {
    let node = this.#content.child(this.#index);
    while (this.#start + node.nodeSize <= offset) {
      this.#start += node.nodeSize;
      this.#index++;
      node = this.#content.child(this.#index);
    }
    return { to: this.#start + node.nodeSize, marks: node.marks };
  }
}
