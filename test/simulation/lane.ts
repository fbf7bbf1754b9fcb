/** One direction of a socket: what is on its way, in order. */
export class Lane<T> {
  readonly #queue: { readonly event: T; readonly at: number }[] = [];
  /** Nothing arrives before this time. */
  heldUntil = 0;
  /** Its reader does not read. */
  isPaused = false;

  get length(): number {
    return this.#queue.length;
  }

  get events(): readonly T[] {
    return this.#queue.map(({ event }) => event);
  }

  /** @param at - The time before which it does not arrive. */
  push(event: T, at = 0): void {
    this.#queue.push({ event, at });
  }

  /** When the next event may arrive; undefined when there is none. */
  get readyAt(): number | undefined {
    const next = this.#queue[0];
    return next === undefined || this.isPaused ? undefined : Math.max(next.at, this.heldUntil);
  }

  shift(): T | undefined {
    return this.#queue.shift()?.event;
  }

  /** Loses everything but the first `count`. @returns How many were lost. */
  keep(count: number): number {
    return this.#queue.splice(count).length;
  }
}
