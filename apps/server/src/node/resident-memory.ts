const HOLDS_MILLIS = 100;

/** What the process holds, read now and then: to ask at each handshake would cost more than the rest of it. */
export class ResidentMemory {
  #bytes = 0;
  #readAt = Number.NEGATIVE_INFINITY;

  get bytes(): number {
    const now = performance.now();
    if (now - this.#readAt > HOLDS_MILLIS) {
      this.#bytes = process.memoryUsage.rss();
      this.#readAt = now;
    }
    return this.#bytes;
  }
}
