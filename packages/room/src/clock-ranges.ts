import { Writer } from "@sheaf/protocol";

/** Clock ranges of one client, as pairs: `from`, `to` (exclusive), … */
export interface ClientRanges {
  readonly client: number;
  readonly ranges: readonly number[];
}

/** Sets of clocks per client, each kept as sorted, merged ranges. What a document's delete set is. */
export class ClockRanges {
  /** Made with the first: most documents have no deletions yet, or few, and each has several of these. */
  #byClient: Map<number, number[]> | undefined;

  constructor(byClient?: Map<number, number[]>) {
    this.#byClient = byClient;
  }

  get isEmpty(): boolean {
    return this.#byClient === undefined;
  }

  clone(): ClockRanges {
    if (this.#byClient === undefined) return new ClockRanges();
    return new ClockRanges(new Map(Array.from(this.#byClient, ([client, ranges]) => [client, ranges.slice()])));
  }

  /** @param added - Ranges in the normal form, as a walk gives them. */
  addAll(added: readonly ClientRanges[]): void {
    for (const { client, ranges } of added) {
      if (ranges.length > BULK) {
        const known = this.#byClient?.get(client);
        this.#byClient ??= new Map();
        this.#byClient.set(client, known === undefined ? ranges.slice() : normalize([...known, ...ranges]));
        continue;
      }
      for (let i = 0; i < ranges.length; i += 2) this.add(client, ranges[i]!, ranges[i + 1]!);
    }
  }

  add(client: number, from: number, to: number): void {
    this.#byClient ??= new Map();
    const ranges = this.#byClient.get(client);
    if (ranges === undefined) {
      this.#byClient.set(client, [from, to]);
      return;
    }
    // Every range that touches the new one melts into it.
    const start = firstEndingAt(ranges, from);
    let end = start;
    let [low, high] = [from, to];
    for (; end < ranges.length && ranges[end]! <= to; end += 2) {
      low = Math.min(low, ranges[end]!);
      high = Math.max(high, ranges[end + 1]!);
    }
    ranges.splice(start, end - start, low, high);
  }

  contains(client: number, from: number, to: number): boolean {
    const ranges = this.#byClient?.get(client);
    if (ranges === undefined) return false;
    const at = firstEndingAt(ranges, to);
    return at < ranges.length && ranges[at]! <= from;
  }

  /** What of `others` is not in here; the very same array when nothing of it is. */
  missing(others: readonly ClientRanges[]): readonly ClientRanges[] {
    let changed = false;
    const rest: ClientRanges[] = [];
    for (const other of others) {
      const own = this.#byClient?.get(other.client);
      const ranges = own === undefined ? other.ranges : subtract(other.ranges, own);
      if (ranges !== other.ranges) changed = true;
      if (ranges.length > 0) rest.push(ranges === other.ranges ? other : { client: other.client, ranges });
    }
    return changed ? rest : others;
  }

  entries(): readonly ClientRanges[] {
    return Array.from(this.#byClient ?? [], ([client, ranges]) => ({ client, ranges }));
  }
}

/** Sorted by clock, without overlaps: what makes the work on a set linear in its size, whatever a peer sent. */
export function normalize(ranges: readonly number[]): number[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const normal: number[] = [];
  for (const [from, to] of pairs) {
    const last = normal.at(-1);
    if (last !== undefined && from <= last) normal[normal.length - 1] = Math.max(last, to);
    else normal.push(from, to);
  }
  return normal;
}

/** Numbers from which rebuilding a client's ranges is cheaper than inserting one by one. */
const BULK = 64;

/** deleteSet := varUint(clients) • (varUint(client) • varUint(n) • (varUint(clock) • varUint(length))ⁿ)*, clients descending as Yjs has them. */
export function writeDeleteSet(writer: Writer, deletions: readonly ClientRanges[]): void {
  writer.varUint(deletions.length);
  for (const { client, ranges } of deletions.toSorted((a, b) => b.client - a.client)) {
    writer.varUint(client);
    writer.varUint(ranges.length / 2);
    for (let i = 0; i < ranges.length; i += 2) {
      writer.varUint(ranges[i]!);
      writer.varUint(ranges[i + 1]! - ranges[i]!);
    }
  }
}

/** An update that only deletes. */
export function encodeDeletions(deletions: readonly ClientRanges[]): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  writer.varUint(0);
  writeDeleteSet(writer, deletions);
  return writer.finish();
}

/** Index of the first range whose end is at or past `clock`; the length when there is none. */
function firstEndingAt(ranges: readonly number[], clock: number): number {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle * 2 + 1]! < clock) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}

/** `from` less `known`; the same array when they share nothing. */
function subtract(from: readonly number[], known: readonly number[]): readonly number[] {
  let rest: number[] | undefined;
  for (let i = 0; i < from.length; i += 2) {
    let low = from[i]!;
    const high = from[i + 1]!;
    let at = firstEndingAt(known, low + 1);
    if (rest === undefined && (at >= known.length || known[at]! >= high)) continue;
    rest ??= from.slice(0, i);
    for (; at < known.length && known[at]! < high; at += 2) {
      if (known[at]! > low) rest.push(low, known[at]!);
      low = known[at + 1]!;
    }
    if (low < high) rest.push(low, high);
  }
  return rest ?? from;
}
