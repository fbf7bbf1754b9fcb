import { NACK, type NackCode } from "@sheaf/protocol";
import { hasStructs, mergeUpdates } from "./update.ts";

/** Batches sent and unanswered at once; while there are so many, new edits gather in one that is not sent yet. */
export const MAX_IN_FLIGHT = 32;
/** Bytes gathered in a batch before the next one is begun; a larger single edit is a batch of its own. */
export const MAX_GATHERED_BYTES = 256 * 1024;

/** A numbered group of edits on its way to the log. Its number, base and bytes never change once it was sent. */
export interface Batch {
  readonly number: number;
  /** The log position its author had applied when writing it (D14). */
  readonly base: number;
  readonly update: Uint8Array;
}

/** A batch the server will not take. Kept for its author, who still wants the words. */
export interface RefusedBatch extends Batch {
  readonly code: NackCode;
  readonly reason: string;
  /** When its oldest edit was made. */
  readonly since: number;
  /** Edits in it, as a person would count them. */
  readonly changes: number;
}

interface Pending extends Pick<RefusedBatch, "number" | "base" | "since"> {
  changes: number;
  /** What was gathered; one entry from the first sending on. */
  readonly parts: Uint8Array[];
  bytes: number;
  isSealed: boolean;
  isInFlight: boolean;
}

/**
 * What one page has written and the log has not acknowledged, oldest first.
 *
 * Owned by one provider; knows neither sockets nor clocks. A batch leaves by {@link ack}, by {@link supersede}
 * or into {@link refused}: there is no other way out.
 */
export class Batches {
  readonly #pending: Pending[] = [];
  #refused: readonly RefusedBatch[] = [];
  #next = 1;
  #inFlight = 0;

  /** Edits in pending batches. */
  get changes(): number {
    return this.#pending.reduce((sum, { changes }) => sum + changes, 0);
  }

  /** When the oldest pending edit was made. */
  get oldest(): number | undefined {
    return this.#pending[0]?.since;
  }

  /** Another array whenever it changes. */
  get refused(): readonly RefusedBatch[] {
    return this.#refused;
  }

  /** True once a refused batch holds text: what was written later builds on it and would be refused for the gap. */
  get isBlocked(): boolean {
    return this.#refused.some(({ update }) => hasStructs(update));
  }

  /** What the pending batches hold, in order. */
  get updates(): readonly Uint8Array[] {
    return this.#pending.flatMap(({ parts }) => parts);
  }

  has(number: number): boolean {
    return this.#pending.some((batch) => batch.number === number);
  }

  enqueue(update: Uint8Array, base: number, now: number): void {
    const last = this.#pending.at(-1);
    // One base per batch: an edit made at a later position has seen words that the earlier one had not.
    const hasRoom = last !== undefined && last.base === base && last.bytes + update.length <= MAX_GATHERED_BYTES;
    if (!hasRoom || last.isSealed) {
      this.#push(update, base, now, 1);
      return;
    }
    last.parts.push(update);
    last.bytes += update.length;
    last.changes += 1;
  }

  /**
   * The next batch to send, counted as in flight from now on.
   *
   * @param maxBytes - A larger batch is not sent but refused here, which may block the queue.
   * @returns undefined when all are in flight, enough are, or the queue is blocked.
   */
  take(maxBytes: number): Batch | undefined {
    for (;;) {
      if (this.isBlocked || this.#inFlight >= MAX_IN_FLIGHT) return undefined;
      // Those in flight are the oldest, so the search is short.
      const batch = this.#pending.find(({ isInFlight }) => !isInFlight);
      if (batch === undefined) return undefined;
      const update = seal(batch);
      if (update.length <= maxBytes) {
        batch.isInFlight = true;
        this.#inFlight += 1;
        return { number: batch.number, base: batch.base, update };
      }
      this.refuse(batch.number, "tooLarge", NACK.tooLarge.reason);
    }
  }

  /** Nothing is in flight any more: `take` starts again from the oldest, unchanged. */
  rewind(): void {
    for (const batch of this.#pending) batch.isInFlight = false;
    this.#inFlight = 0;
  }

  /** @returns False when no such batch is pending: it was acked before, or superseded. */
  ack(number: number): boolean {
    return this.#remove(number) !== undefined;
  }

  /** @returns False when no such batch is pending. */
  refuse(number: number, code: NackCode, reason: string): boolean {
    const batch = this.#remove(number);
    if (batch === undefined) return false;
    const { base, since, changes } = batch;
    this.#refused = [...this.#refused, { number, base, update: seal(batch), since, changes, code, reason }];
    return true;
  }

  /** Puts what was refused for `code` back in its place: the reason is gone. */
  readmit(code: NackCode): void {
    for (const { number, base, update, since, changes } of this.#refused.filter((each) => each.code === code)) {
      const parts = [update];
      this.#pending.push({
        number,
        base,
        since,
        changes,
        parts,
        bytes: update.length,
        isSealed: true,
        isInFlight: false,
      });
    }
    this.#pending.sort((a, b) => a.number - b.number);
    this.#refused = this.#refused.filter((each) => each.code !== code);
  }

  /** Replaces all that is pending by one batch that holds it; its ack is everybody's ack. */
  supersede(update: Uint8Array, base: number, now: number): void {
    const since = this.oldest ?? now;
    const changes = Math.max(1, this.changes);
    this.#pending.length = 0;
    this.#inFlight = 0;
    this.#push(update, base, since, changes);
  }

  #push(update: Uint8Array, base: number, since: number, changes: number): void {
    const number = this.#next++;
    const bytes = update.length;
    this.#pending.push({ number, base, since, changes, parts: [update], bytes, isSealed: false, isInFlight: false });
  }

  #remove(number: number): Pending | undefined {
    const index = this.#pending.findIndex((batch) => batch.number === number);
    if (index < 0) return undefined;
    const [batch] = this.#pending.splice(index, 1);
    if (batch?.isInFlight === true) this.#inFlight -= 1;
    return batch;
  }
}

function seal(batch: Pending): Uint8Array {
  const update = mergeUpdates(batch.parts);
  batch.parts.splice(0, batch.parts.length, update);
  batch.isSealed = true;
  return update;
}
