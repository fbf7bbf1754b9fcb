import { NACK, type NackCode } from "@sheaf/protocol";
import type { KeptBatch, Refusal } from "./device.ts";
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
  /** True when it holds everything beyond what the server said it has: it answers that (R20). */
  readonly answer: boolean;
  readonly update: Uint8Array;
}

/** A batch the server will not take. Kept for its author, who still wants the words. */
export interface RefusedBatch extends Batch, Refusal {
  /** When its oldest edit was made; for an earlier page's, when it was found. */
  readonly since: number;
  /** Edits in it, as a person would count them. */
  readonly changes: number;
  /** False when an earlier page wrote it: its words do not stand in this page's document. */
  readonly isInDocument: boolean;
}

/** Is told of every change that has to outlive the page; the same changes, in the same order, give the same batches. */
export interface Journal {
  gather(part: Omit<KeptBatch, "refusal">): void;
  put(batch: KeptBatch): void;
  remove(number: number): void;
  /** The log has it: it leaves the queue for the copy of the document. */
  settle(number: number, update: Uint8Array): void;
}

interface Pending extends Pick<RefusedBatch, "number" | "base" | "answer" | "since"> {
  changes: number;
  /** What was gathered; one entry from the first sending on. */
  readonly parts: Uint8Array[];
  bytes: number;
  isSealed: boolean;
  isInFlight: boolean;
  /** An earlier page's, of which the document does not hold yet what it builds on: neither applied nor sent. */
  isStranded: boolean;
}

/**
 * What one page has written and the log has not acknowledged, oldest first.
 *
 * Owned by one provider; knows neither sockets nor clocks. A batch leaves by {@link ack}, by {@link supersede}
 * or into {@link refused}: there is no other way out.
 */
export class Batches {
  readonly #journal: Journal | undefined;
  #pending: Pending[] = [];
  #refused: readonly RefusedBatch[] = [];
  #next = 1;
  #inFlight = 0;

  constructor(journal?: Journal) {
    this.#journal = journal;
  }

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
    return this.#refused.some(({ update, isInDocument }) => isInDocument && hasStructs(update));
  }

  /** What the pending batches that can be sent hold, in order. */
  get updates(): readonly Uint8Array[] {
    return this.#pending.filter(({ isStranded }) => !isStranded).flatMap(({ parts }) => parts);
  }

  /** Everything that has to outlive the page. */
  get kept(): readonly KeptBatch[] {
    const pending = this.#pending.map((batch) => ({ ...keptOf(batch, mergeUpdates(batch.parts)), refusal: undefined }));
    return [...this.#refused.map(keptRefused), ...pending].toSorted((a, b) => a.number - b.number);
  }

  /** Some of it waits for {@link connect}. */
  get isStranded(): boolean {
    return this.#pending.some(({ isStranded }) => isStranded);
  }

  has(number: number): boolean {
    return this.#pending.some((batch) => batch.number === number);
  }

  /** @returns The number of the batch it became part of. */
  enqueue(update: Uint8Array, base: number, now: number): number {
    const last = this.#pending.at(-1);
    // One base per batch: an edit made at a later position has seen words that the earlier one had not.
    const hasRoom = last !== undefined && last.base === base && last.bytes + update.length <= MAX_GATHERED_BYTES;
    const batch = hasRoom && !last.isSealed ? last : this.#push(base, now, 0, false);
    batch.parts.push(update);
    batch.bytes += update.length;
    batch.changes += 1;
    this.#journal?.gather({ number: batch.number, base, update, changes: 1 });
    return batch.number;
  }

  /**
   * Takes over a batch of an earlier page under the next number; its bytes and its base stay.
   *
   * @param isConnected - False when the document lacks what it builds on: it waits for {@link connect}.
   * @returns Its number.
   */
  adopt({ base, update, changes, refusal }: KeptBatch, now: number, isConnected: boolean): number {
    if (refusal !== undefined) {
      const refused = {
        number: this.#next++,
        base,
        answer: false,
        update,
        since: now,
        changes,
        ...refusal,
        isInDocument: false,
      };
      this.#refused = [...this.#refused, refused];
      this.#journal?.put(keptRefused(refused));
      return refused.number;
    }
    const batch = this.#push(base, now, changes, false);
    batch.parts.push(update);
    batch.bytes = update.length;
    batch.isSealed = true;
    batch.isStranded = !isConnected;
    this.#journal?.put({ ...keptOf(batch, update), refusal });
    return batch.number;
  }

  /** Asks of each stranded batch, oldest first, whether it has been applied now. */
  connect(apply: Apply): void {
    for (const batch of this.#pending)
      if (batch.isStranded) batch.isStranded = !apply(seal(batch), batch.number, batch.base);
  }

  /** What is still stranded will never connect: its words are offered to their author. */
  refuseStranded(refusal: Refusal): void {
    const stranded = this.#pending.filter(({ isStranded }) => isStranded);
    for (const { number } of stranded) this.#refuse(number, refusal, false);
  }

  /**
   * All that is not in flight will never be taken as long as this holds.
   *
   * @returns The numbers of what was refused.
   */
  refuseUnsent(refusal: Refusal): readonly number[] {
    const unsent = this.#pending.filter(({ isInFlight }) => !isInFlight);
    for (const { number, isStranded } of unsent) this.#refuse(number, refusal, !isStranded);
    return unsent.map(({ number }) => number);
  }

  /** Forgets the refused batches of earlier pages. */
  dismiss(): void {
    for (const { number, isInDocument } of this.#refused) if (!isInDocument) this.#journal?.remove(number);
    this.#refused = this.#refused.filter(({ isInDocument }) => isInDocument);
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
      const batch = this.#pending.find(({ isInFlight, isStranded }) => !isInFlight && !isStranded);
      if (batch === undefined) return undefined;
      const update = seal(batch);
      if (update.length <= maxBytes) {
        batch.isInFlight = true;
        this.#inFlight += 1;
        return { number: batch.number, base: batch.base, answer: batch.answer, update };
      }
      this.refuse(batch.number, { code: "tooLarge", reason: NACK.tooLarge.reason });
    }
  }

  /** Nothing is in flight any more: `take` starts again from the oldest, unchanged. */
  rewind(): void {
    for (const batch of this.#pending) batch.isInFlight = false;
    this.#inFlight = 0;
  }

  /** @returns False when no such batch is pending or refused: it was acked before, or superseded. */
  ack(number: number): boolean {
    const batch = this.#remove(number);
    // Refused here because it could not be sent again, while it was on its way to the log after all.
    const update = batch === undefined ? this.#forgive(number)?.update : seal(batch);
    if (update !== undefined) this.#journal?.settle(number, update);
    return update !== undefined;
  }

  /** @returns False when no such batch is pending. */
  refuse(number: number, refusal: Refusal): boolean {
    return this.#refuse(number, refusal, true);
  }

  /** Puts what was refused for `code` back in its place: the reason is gone. Each is given to `apply` first. */
  readmit(code: NackCode, apply: Apply): void {
    for (const { number, base, answer, update, since, changes } of this.#refused.filter((each) => each.code === code)) {
      const isStranded = !apply(update, number, base);
      const bytes = update.length;
      const sent = { isSealed: true, isInFlight: false, isStranded };
      this.#pending.push({ number, base, answer, since, changes, parts: [update], bytes, ...sent });
      this.#journal?.put({ number, base, update, changes, refusal: undefined });
    }
    this.#pending.sort((a, b) => a.number - b.number);
    this.#refused = this.#refused.filter((each) => each.code !== code);
  }

  /**
   * Replaces all that is pending and not stranded by one batch that holds it; its ack is everybody's ack. Its base is the
   * oldest of theirs: some of it was written with no more than that.
   *
   * @param base - Position of the newest row applied here.
   * @returns The number of that batch.
   */
  supersede(update: Uint8Array, base: number, now: number): number {
    const replaced = this.#pending.filter(({ isStranded }) => !isStranded);
    const oldest = Math.min(base, ...replaced.map((batch) => batch.base));
    const since = replaced[0]?.since ?? now;
    const changes = replaced.reduce((sum, batch) => sum + batch.changes, 0);
    for (const { number } of replaced) this.#journal?.remove(number);
    this.#pending = this.#pending.filter(({ isStranded }) => isStranded);
    this.#inFlight = 0;
    const batch = this.#push(oldest, since, Math.max(1, changes), true);
    batch.parts.push(update);
    batch.bytes = update.length;
    this.#journal?.put({ ...keptOf(batch, update), refusal: undefined });
    return batch.number;
  }

  #push(base: number, since: number, changes: number, answer: boolean): Pending {
    const fresh = { parts: [], bytes: 0, isSealed: false, isInFlight: false, isStranded: false };
    const batch = { number: this.#next++, base, answer, since, changes, ...fresh };
    this.#pending.push(batch);
    return batch;
  }

  #refuse(number: number, refusal: Refusal, isInDocument: boolean): boolean {
    const batch = this.#remove(number);
    if (batch === undefined) return false;
    const { answer, since } = batch;
    const refused = { ...keptOf(batch, seal(batch)), answer, since, ...refusal, isInDocument };
    // What was in flight is refused after what was not, though it is older.
    this.#refused = [...this.#refused, refused].toSorted((a, b) => a.number - b.number);
    this.#journal?.put(keptRefused(refused));
    return true;
  }

  #forgive(number: number): RefusedBatch | undefined {
    const refused = this.#refused.find((batch) => batch.number === number);
    if (refused !== undefined) this.#refused = this.#refused.filter((batch) => batch !== refused);
    return refused;
  }

  #remove(number: number): Pending | undefined {
    const index = this.#pending.findIndex((batch) => batch.number === number);
    if (index < 0) return undefined;
    const [batch] = this.#pending.splice(index, 1);
    if (batch?.isInFlight === true) this.#inFlight -= 1;
    return batch;
  }
}

/** Applies the update of a batch; false when that cannot be. */
type Apply = (update: Uint8Array, number: number, base: number) => boolean;

const keptOf = ({ number, base, changes }: Pending, update: Uint8Array) => ({ number, base, update, changes });

const keptRefused = ({ number, base, update, changes, code, reason }: RefusedBatch): KeptBatch => ({
  number,
  base,
  update,
  changes,
  refusal: { code, reason },
});

function seal(batch: Pending): Uint8Array {
  const update = mergeUpdates(batch.parts);
  batch.parts.splice(0, batch.parts.length, update);
  batch.isSealed = true;
  return update;
}
