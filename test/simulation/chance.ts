import { seededRandom } from "../support/random.ts";

/** All that a world leaves to chance, drawn from one seed. */
export class Chance {
  /** From 0 up to, but not, 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** An integer from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** An integer, both ends included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True in `share` of all cases. */
  is(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }

  /** Picks by weight; weights need not sum to anything. */
  weighted<T extends { readonly weight: number }>(values: readonly T[]): T {
    let rest = this.next() * values.reduce((sum, { weight }) => sum + weight, 0);
    for (const value of values) if ((rest -= value.weight) < 0) return value;
    return this.pick(values);
  }
}
