import type { Caller } from "./wire.ts";

export const SENT_AGAIN = "batch sent again";

/** What happened in some worlds, counted. */
export class Tally {
  readonly counts = new Map<string, number>();
  /** Batches each tab has sent, to know when one goes out again. */
  readonly #sent = new WeakMap<Caller, Set<number>>();

  count(what: string): void {
    this.add(what, 1);
  }

  add(what: string, times: number): void {
    if (times > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  batch(caller: Caller, number: number): void {
    let sent = this.#sent.get(caller);
    if (sent === undefined) this.#sent.set(caller, (sent = new Set()));
    this.count(sent.has(number) ? SENT_AGAIN : "batch");
    sent.add(number);
  }

  addAll(counts: Iterable<readonly [string, number]>): void {
    for (const [what, times] of counts) this.add(what, times);
  }
}
