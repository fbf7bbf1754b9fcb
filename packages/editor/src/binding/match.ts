import type { Node } from "@tiptap/pm/model";

/** How a new list of children came from an old one. */
export interface Match {
  /** Children equal by identity at both ends. */
  readonly prefix: number;
  readonly suffix: number;
  /** For the children between, ascending on both sides: which old child a new one continues. */
  readonly pairs: readonly { readonly before: number; readonly after: number }[];
}

/**
 * Pairs the children of two versions of one container: by identity, then by block id, then, for blocks that never had
 * an id, in order. Where the order changed the longest run that kept it stays; the rest are removed and made again,
 * because a shared element cannot move (D14).
 */
export function matchChildren(before: readonly Node[], after: readonly Node[]): Match {
  const most = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < most && before[prefix] === after[prefix]) prefix++;
  let suffix = 0;
  while (suffix < most - prefix && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix++;

  const oldEnd = before.length - suffix;
  const newEnd = after.length - suffix;
  if (prefix === oldEnd || prefix === newEnd) return { prefix, suffix, pairs: [] };
  const anchors = longestRun(candidates(before, after, prefix, oldEnd, newEnd));
  return { prefix, suffix, pairs: fillGaps(before, after, anchors, prefix, oldEnd, newEnd) };
}

interface Pair {
  readonly before: number;
  readonly after: number;
}

function candidates(
  before: readonly Node[],
  after: readonly Node[],
  start: number,
  oldEnd: number,
  newEnd: number,
): Pair[] {
  const byNode = new Map<Node, number[]>();
  const byId = new Map<string, number[]>();
  for (let at = start; at < oldEnd; at++) {
    const node = before[at] as Node;
    push(byNode, node, at);
    if (idOf(node) !== null) push(byId, `${node.type.name} ${idOf(node)}`, at);
  }
  const taken = new Set<number>();
  const found = new Map<number, number>();
  const take = (queue: number[] | undefined, at: number) => {
    const free = queue?.find((candidate) => !taken.has(candidate));
    if (free === undefined) return;
    taken.add(free);
    found.set(at, free);
  };
  for (let at = start; at < newEnd; at++) take(byNode.get(after[at] as Node), at);
  for (let at = start; at < newEnd; at++) {
    const node = after[at] as Node;
    if (!found.has(at) && idOf(node) !== null) take(byId.get(`${node.type.name} ${idOf(node)}`), at);
  }
  return [...found].map(([at, old]) => ({ before: old, after: at })).sort((a, b) => a.after - b.after);
}

/** The longest subsequence with ascending `before`; `pairs` ascend in `after` already. */
function longestRun(pairs: readonly Pair[]): Pair[] {
  const lengths: number[] = [];
  const previous: number[] = [];
  let best = -1;
  // Quadratic in the number of changed children; ascending input, the common case, ends at the first look back.
  for (let at = 0; at < pairs.length; at++) {
    lengths[at] = 1;
    previous[at] = -1;
    for (let back = at - 1; back >= 0 && (lengths[at] as number) <= back + 1; back--) {
      if (
        (pairs[back] as Pair).before >= (pairs[at] as Pair).before ||
        (lengths[back] as number) < (lengths[at] as number)
      )
        continue;
      lengths[at] = (lengths[back] as number) + 1;
      previous[at] = back;
    }
    if (best < 0 || (lengths[at] as number) > (lengths[best] as number)) best = at;
  }
  const run: Pair[] = [];
  for (let at = best; at >= 0; at = previous[at] as number) run.push(pairs[at] as Pair);
  return run.toReversed();
}

/** Between two anchors, blocks without an id continue each other in order when they are of one type. */
function fillGaps(
  before: readonly Node[],
  after: readonly Node[],
  anchors: readonly Pair[],
  start: number,
  oldEnd: number,
  newEnd: number,
): Pair[] {
  const pairs: Pair[] = [];
  let old = start;
  let at = start;
  for (const anchor of [...anchors, { before: oldEnd, after: newEnd }]) {
    for (; old < anchor.before && at < anchor.after; at++) {
      while (old < anchor.before && !continues(before[old] as Node, after[at] as Node)) old++;
      if (old < anchor.before) pairs.push({ before: old++, after: at });
      else break;
    }
    if (anchor.after < newEnd) pairs.push(anchor);
    old = anchor.before + 1;
    at = anchor.after + 1;
  }
  return pairs;
}

function continues(before: Node, after: Node): boolean {
  if (before.type !== after.type) return false;
  if (before.type.name === "unknownBlock") return before.eq(after);
  return idOf(before) === null;
}

export function idOf(node: Node): string | null {
  return (node.attrs["id"] as string | null | undefined) ?? null;
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
