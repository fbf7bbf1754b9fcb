const BUCKET_MILLIS = 0.05;
const LONGEST_MILLIS = 30_000;

/** How long things took, in buckets: there are millions of them. */
export class Latencies {
  count = 0;
  readonly #buckets = new Uint32Array(LONGEST_MILLIS / BUCKET_MILLIS);

  add(millis: number): void {
    this.count++;
    const bucket = Math.min(Math.max(0, Math.floor(millis / BUCKET_MILLIS)), this.#buckets.length - 1);
    this.#buckets[bucket]!++;
  }

  clear(): void {
    this.count = 0;
    this.#buckets.fill(0);
  }

  /** @returns Milliseconds that a share of them took at most. */
  percentile(share: number): number {
    let left = this.count * share;
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      left -= this.#buckets[bucket]!;
      if (left <= 0) return (bucket + 0.5) * BUCKET_MILLIS;
    }
    return LONGEST_MILLIS;
  }
}
