/** Consecutive characters of one client, by their Yjs ids. */
export interface IdRange {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
}

/** From and behind the last, ascending and apart. */
type Span = readonly [from: number, to: number];

/** A set of Yjs ids. Never changes once it was made. */
export class IdSet {
  readonly #spans: ReadonlyMap<number, readonly Span[]>;

  constructor(ranges: Iterable<IdRange>) {
    const spans = new Map<number, Span[]>();
    for (const { client, clock, length } of ranges) {
      const span: Span = [clock, clock + length];
      const held = spans.get(client);
      if (held === undefined) spans.set(client, [span]);
      else held.push(span);
    }
    for (const [client, held] of spans) spans.set(client, joined(held));
    this.#spans = spans;
  }

  get isEmpty(): boolean {
    return this.#spans.size === 0;
  }

  has(client: number, clock: number): boolean {
    const spans = this.#spans.get(client) ?? [];
    const span = spans[firstEndingAfter(spans, clock)];
    return span !== undefined && span[0] <= clock;
  }

  /** The parts of `range` that are in the set. */
  within({ client, clock, length }: IdRange): IdRange[] {
    const parts: IdRange[] = [];
    const spans = this.#spans.get(client) ?? [];
    const end = clock + length;
    for (let at = firstEndingAfter(spans, clock); at < spans.length; at++) {
      const [from, to] = spans[at] as Span;
      if (from >= end) break;
      const start = Math.max(from, clock);
      parts.push({ client, clock: start, length: Math.min(to, end) - start });
    }
    return parts;
  }

  /** The parts of `range` that are not. */
  outside(range: IdRange): IdRange[] {
    const parts: IdRange[] = [];
    let { clock } = range;
    const end = clock + range.length;
    for (const { clock: from, length } of this.within(range)) {
      if (clock < from) parts.push({ client: range.client, clock, length: from - clock });
      clock = from + length;
    }
    if (clock < end) parts.push({ client: range.client, clock, length: end - clock });
    return parts;
  }

  /** Every id of the other set is in this one. */
  holds(other: IdSet): boolean {
    return other.ranges().every((range) => this.outside(range).length === 0);
  }

  ranges(): IdRange[] {
    return [...this.#spans].flatMap(([client, spans]) =>
      spans.map(([from, to]) => ({ client, clock: from, length: to - from })),
    );
  }
}

function firstEndingAfter(spans: readonly Span[], clock: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as Span)[1] <= clock) low = middle + 1;
    else high = middle;
  }
  return low;
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], to)];
    else result.push([from, to]);
  }
  return result;
}
