import { NACK, type NackCode } from "@sheaf/protocol";
import type * as Y from "yjs";
import { createAlarm } from "./alarm.ts";
import { type Batch, Batches, type Journal, type RefusedBatch } from "./batches.ts";
import type { KeptBatch, Refusal } from "./device.ts";
import type { ClockLike } from "./ports.ts";
import { coversDocument, firstClocks, isConnected, isEmptyUpdate, mergeUpdates, updateBeyond } from "./update.ts";

/** First wait after the server could not save; it doubles until something is acknowledged. */
export const FIRST_HOLD_MILLIS = 1_000;
export const LONGEST_HOLD_MILLIS = 30_000;

/** The way of local edits to the log: gathered per turn, numbered, sent, sent again, acknowledged or refused. */
export interface Outbox {
  /** Edits not acknowledged, without the refused ones; counts those of the turn under way. */
  readonly changes: number;
  /** When the oldest of them was made. */
  readonly oldest: number | undefined;
  readonly refused: readonly RefusedBatch[];
  /** Why the server did not save; undefined again once it acknowledged anything. */
  readonly holdReason: string | undefined;
  /** What has to outlive the page, in order, without the edits of the turn under way. */
  readonly kept: readonly KeptBatch[];
  /** For each Yjs client id, the first clock in the document that no log has; those before it are stored. */
  readonly pendingFrom: ReadonlyMap<number, number>;
  /** Edits of the turn under way are in no batch yet. */
  readonly isGathering: boolean;
  /** The document holds words the server will never take. */
  readonly isBlocked: boolean;
  /** What an earlier page wrote waits for the next welcome and sync. */
  readonly isUndecided: boolean;
  /** Something is kept that was not applied to the document, and may yet be. */
  readonly isHoldingBack: boolean;
  /** Takes one local edit; it is sent by the `flush` of this turn. */
  add(update: Uint8Array): void;
  /** Makes one batch of what was added, with `base` as the position its author had applied, and sends it. */
  flush(base: number): void;
  /** A session that may write was welcomed: sends what is pending, unchanged, or as the difference to the server. */
  resume(welcome: WelcomeFacts): void;
  /** Nothing can be sent until the next `resume`, and nothing that was sent will be answered. */
  pause(): void;
  /** Nothing will be taken until the next `resume`: all that is not under way is refused. */
  refuse(refusal: Refusal): void;
  /** The server lacks something: sends everything beyond its vector in one batch that stands for all, unless paused. */
  sendBeyond(vector: Uint8Array, base: number): void;
  ack(number: number): void;
  nack(number: number, code: NackCode, reason: string): void;
  /** Takes over what an earlier page wrote: applies what connects to the document, and sends it unchanged. */
  adopt(batches: readonly KeptBatch[], base: number): void;
  /** The document holds all there is: what an earlier page wrote connects now or is refused. */
  caughtUp(): void;
  /** The author has what was refused to earlier pages, or does not want it. */
  dismiss(): void;
  destroy(): void;
}

export interface WelcomeFacts {
  /** The server's encoded state vector. */
  readonly vector: Uint8Array;
  /** False when something that is not pending may be missing there. */
  readonly hasTheRest: boolean;
  readonly base: number;
  readonly maxUpdateBytes: number;
}

export interface OutboxOptions {
  readonly doc: Y.Doc;
  readonly clock: ClockLike;
  readonly send: (batch: Batch) => void;
  /** Applies what an earlier page wrote, which is no edit of this one; false when it cannot be read. */
  readonly apply: (update: Uint8Array, number: number, base: number) => boolean;
  readonly journal: Journal | undefined;
  /** An edit became part of a batch. */
  readonly wrote: (number: number, base: number, update: Uint8Array) => void;
  /** One batch stands for all that was pending. */
  readonly superseded: (number: number) => void;
  /** A batch will not be taken. */
  readonly refused: (number: number) => void;
  /** Something changed by time alone. */
  readonly changed: () => void;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { doc, clock, send, apply, journal, wrote, superseded, refused, changed } = options;
  const batches = new Batches(journal);
  /** Edits of the turn under way. */
  let added: Uint8Array[] = [];
  let addedAt = 0;
  /** Bytes one update may have; undefined while paused. */
  let maxUpdateBytes: number | undefined;
  /** Why nothing is taken at all, though there is a session. */
  let refusal: Refusal | undefined;
  let hold: { readonly reason: string; readonly isOver: boolean } | undefined;
  let failures = 0;
  const alarm = createAlarm(clock, retry);

  function pump(): void {
    if (refusal !== undefined) for (const number of batches.refuseUnsent(refusal)) giveUp(number, refusal);
    if (maxUpdateBytes === undefined || hold?.isOver === false) return;
    for (let batch = batches.take(maxUpdateBytes); batch !== undefined; batch = batches.take(maxUpdateBytes))
      send(batch);
  }

  /** A lost right to write may come back, and the batch with it. */
  function giveUp(number: number, { code }: Refusal): void {
    if (code !== "readOnly") refused(number);
  }

  function flush(base: number): void {
    if (added.length > 0) {
      const update = mergeUpdates(added);
      wrote(batches.enqueue(update, base, addedAt), base, update);
    }
    added = [];
    pump();
  }

  function supersede(vector: Uint8Array, base: number): void {
    // Behind a refused text even this would be refused: it builds on that text, or repeats it.
    if (batches.isBlocked) return;
    const update = updateBeyond(doc, vector);
    if (!isEmptyUpdate(update) || batches.updates.length > 0) superseded(batches.supersede(update, base, clock.now()));
  }

  /** @returns False when the document lacks what the update builds on. */
  const connect = (update: Uint8Array, number: number, base: number): boolean =>
    isConnected(doc, update) && apply(update, number, base);

  /** The hold stays as the reason to show until something is acknowledged; it no longer keeps anything back. */
  function retry(): void {
    if (hold !== undefined) hold = { ...hold, isOver: true };
    batches.rewind();
    pump();
    changed();
  }

  function keepBack(code: NackCode, reason: string): void {
    // One failed commit refuses all that is in flight: that is one failure.
    if (hold?.isOver === false) return;
    const millis = Math.min(LONGEST_HOLD_MILLIS, FIRST_HOLD_MILLIS * 2 ** failures);
    // "Now" once; a server that keeps saying it would be asked in a tight circle.
    const isNow = NACK[code].retry === "now" && failures === 0;
    hold = { reason, isOver: false };
    failures += 1;
    alarm.set(clock.now() + (isNow ? 0 : millis));
  }

  return {
    get changes() {
      return batches.changes + (added.length > 0 ? 1 : 0);
    },
    get oldest() {
      return batches.oldest ?? (added.length > 0 ? addedAt : undefined);
    },
    get refused() {
      return batches.refused;
    },
    get holdReason() {
      return hold?.reason;
    },
    get kept() {
      return batches.kept;
    },
    get pendingFrom() {
      const refusedHere = batches.refused.filter(({ isInDocument }) => isInDocument);
      return firstClocks([...batches.updates, ...refusedHere.map(({ update }) => update), ...added]);
    },
    get isGathering() {
      return added.length > 0;
    },
    get isBlocked() {
      return batches.isBlocked;
    },
    get isUndecided() {
      const mayWriteNow = maxUpdateBytes !== undefined;
      return batches.isStranded || (mayWriteNow && batches.refused.some(({ code }) => code === "readOnly"));
    },
    get isHoldingBack() {
      return batches.isStranded || batches.refused.some(({ code }) => code === "readOnly");
    },
    add(update) {
      if (added.length === 0) addedAt = clock.now();
      added.push(update);
    },
    flush,
    resume(welcome) {
      refusal = undefined;
      flush(welcome.base);
      maxUpdateBytes = welcome.maxUpdateBytes;
      batches.rewind();
      batches.readmit("readOnly", connect);
      if (!welcome.hasTheRest || !coversDocument(doc, welcome.vector, batches.updates)) {
        supersede(welcome.vector, welcome.base);
      }
      pump();
    },
    pause() {
      maxUpdateBytes = undefined;
      batches.rewind();
    },
    refuse(why) {
      maxUpdateBytes = undefined;
      refusal = why;
      // What the server could not save is not under way, though it is to be asked again.
      if (hold !== undefined) batches.rewind();
      pump();
    },
    sendBeyond(vector, base) {
      if (maxUpdateBytes === undefined) return;
      flush(base);
      supersede(vector, base);
      pump();
    },
    ack(number) {
      batches.ack(number);
      const wasKeptBack = hold?.isOver === false;
      hold = undefined;
      failures = 0;
      alarm.set(undefined);
      if (wasKeptBack) batches.rewind();
      pump();
    },
    nack(number, code, reason) {
      const why = NACK[code].retry === "never" ? { code, reason } : refusal;
      if (why !== undefined) {
        batches.refuse(number, why);
        giveUp(number, why);
      } else if (batches.has(number)) keepBack(code, reason);
      pump();
    },
    adopt(adopted, base) {
      // What was written here so far was written without it.
      flush(base);
      for (const batch of adopted) {
        const connects = batch.refusal === undefined && isConnected(doc, batch.update);
        const number = batches.adopt(batch, clock.now(), connects);
        if (connects) apply(batch.update, number, batch.base);
      }
      pump();
    },
    caughtUp() {
      batches.connect(connect);
      batches.refuseStranded(UNCONNECTED);
      pump();
    },
    dismiss: () => batches.dismiss(),
    destroy() {
      alarm.set(undefined);
    },
  };
}

const UNCONNECTED = { code: "unconnected", reason: "It builds on words that are not in the document." } as const;
