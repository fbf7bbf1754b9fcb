import { assertNever } from "@sheaf/protocol";
import type { RefusedBatch } from "./batches.ts";
import type { ConnectionState, StopReason } from "./connection.ts";
import type { DeviceFailureCode, Refusal } from "./device.ts";
import { SENTENCES } from "./sentences.ts";

/** An edit unacknowledged for so long is said to be not saved (D15). */
export const OVERDUE_MILLIS = 5_000;

/**
 * What a page may say about this person's own words. `changes` counts edits the log has not acknowledged; `isKept`
 * is true when all of them are committed on this device.
 */
export type Status =
  /** Nothing heard yet, nothing written yet. */
  | { readonly kind: "opening" }
  | { readonly kind: "saved" }
  | { readonly kind: "saving"; readonly changes: number; readonly isKept: boolean }
  | { readonly kind: "offline"; readonly changes: 0 }
  | {
      readonly kind: "not-saved";
      readonly changes: number;
      readonly isKept: boolean;
      readonly why: Why;
      /** Why they are not kept; undefined when they are, will be at once, or there is no device. */
      readonly deviceFailure: DeviceFailureCode | undefined;
    }
  /** Nothing of this person's is at risk, but the page no longer follows the document. */
  | { readonly kind: "stopped"; readonly changes: 0; readonly why: Why };

export type Why =
  | { readonly code: "offline" }
  /** Sent or waiting for {@link OVERDUE_MILLIS}, and no word from the server. */
  | { readonly code: "overdue" }
  /** The server answered that it cannot save now; it is asked again by itself. */
  | { readonly code: "held"; readonly reason: string }
  /** The server will never take some of it; see `refused`. */
  | { readonly code: "refused"; readonly nack: Refusal["code"]; readonly reason: string }
  /** The document was written by a newer version of this page. */
  | { readonly code: "outdated" }
  | { readonly code: "stopped"; readonly reason: StopReason };

export interface StatusInput {
  readonly connection: ConnectionState;
  /** Edits not acknowledged, without the refused ones. */
  readonly pendingChanges: number;
  readonly oldestPending: number | undefined;
  readonly refused: readonly RefusedBatch[];
  /** What the server said when it could not save; undefined once it could. */
  readonly holdReason: string | undefined;
  readonly isOutdated: boolean;
  readonly everWelcomed: boolean;
  /** All pending and refused edits are committed on the device. */
  readonly isKept: boolean;
  readonly deviceFailure: DeviceFailureCode | undefined;
}

/** Never `saved` while anything is unacknowledged. Changes with time alone only at `oldestPending + OVERDUE_MILLIS`. */
export function statusOf(input: StatusInput, now: number): Status {
  const { connection, pendingChanges, refused, isOutdated, isKept, deviceFailure } = input;
  const changes = refused.reduce((sum, batch) => sum + batch.changes, pendingChanges);
  if (changes > 0) {
    const why = whyNotSaved(input, now);
    if (why === undefined) return { kind: "saving", changes, isKept };
    return { kind: "not-saved", changes, isKept, why, deviceFailure };
  }
  if (connection.kind === "stopped") {
    return { kind: "stopped", changes: 0, why: { code: "stopped", reason: connection.reason } };
  }
  if (isOutdated) return { kind: "stopped", changes: 0, why: { code: "outdated" } };
  if (isWelcomed(connection)) return { kind: "saved" };
  return isOpening(input) ? { kind: "opening" } : { kind: "offline", changes: 0 };
}

function whyNotSaved(input: StatusInput, now: number): Why | undefined {
  const { connection, refused, holdReason, oldestPending } = input;
  const [refusal] = refused;
  if (refusal !== undefined) return { code: "refused", nack: refusal.code, reason: refusal.reason };
  if (connection.kind === "stopped") return { code: "stopped", reason: connection.reason };
  if (!isWelcomed(connection) && !isOpening(input)) return { code: "offline" };
  if (holdReason !== undefined) return { code: "held", reason: holdReason };
  if (oldestPending !== undefined && now - oldestPending >= OVERDUE_MILLIS) return { code: "overdue" };
  return undefined;
}

const isWelcomed = (connection: ConnectionState): boolean => connection.kind === "open" && connection.isWelcomed;

/** The first connection of this page is under way and nothing has gone wrong yet. */
function isOpening({ connection, everWelcomed }: StatusInput): boolean {
  if (everWelcomed) return false;
  if (connection.kind === "connecting" || connection.kind === "open") return connection.attempt === 0;
  return connection.kind === "idle";
}

/** The status as people read it: what happened, what is safe, what to do. */
export function statusSentence(status: Status): string {
  switch (status.kind) {
    case "opening":
      return SENTENCES.opening;
    case "saved":
      return SENTENCES.saved;
    case "saving":
      return SENTENCES.saving;
    case "offline":
      return SENTENCES.offline;
    case "not-saved":
      return [headOf(status), whySentence(status.why, status.isKept), deviceSentence(status.deviceFailure)]
        .filter((sentence) => sentence !== "")
        .join(" ");
    case "stopped":
      return whySentence(status.why, false);
    default:
      return assertNever(status);
  }
}

/** "Offline" when that is all there is to it: nothing is wrong with words that wait for the server on this device. */
function headOf({ changes, isKept, why }: Extract<Status, { kind: "not-saved" }>): string {
  if (!isKept) return SENTENCES.notKept(changes);
  return why.code === "offline" ? SENTENCES.waiting(changes) : SENTENCES.notSaved(changes);
}

function whySentence(why: Why, isKept: boolean): string {
  switch (why.code) {
    case "offline":
      return isKept ? SENTENCES.unreachable : SENTENCES.unreachableNotKept;
    case "overdue":
      return isKept ? SENTENCES.overdue : SENTENCES.overdueNotKept;
    case "held":
      return isKept ? SENTENCES.held(why.reason) : SENTENCES.heldNotKept(why.reason);
    case "refused":
      return isKept ? why.reason : SENTENCES.refusedNotKept(why.reason);
    case "outdated":
      return SENTENCES.outdated;
    case "stopped":
      return why.reason.reason;
    default:
      return assertNever(why);
  }
}

/** Why nothing is kept on this device; empty when there is nothing to say. */
export function deviceSentence(failure: DeviceFailureCode | undefined): string {
  switch (failure) {
    case undefined:
    case "cleared": // written anew at once
      return "";
    case "missing":
      return SENTENCES.deviceMissing;
    case "blocked":
      return SENTENCES.deviceBlocked;
    case "full":
      return SENTENCES.deviceFull;
    case "failed":
      return SENTENCES.deviceFailed;
    default:
      return assertNever(failure);
  }
}
