import * as encoding from "lib0/encoding";
import { type ClientRanges, encodeDeletions, writeDeleteSet } from "./clock-ranges.ts";
import type { Held } from "./held.ts";
import type { Principal } from "./log.ts";
import { type Walk, walkUpdate } from "./walker.ts";

/** Structs of a document that may wait: every later update has to ask whether they still do. */
export const MAX_WAITING = 10_000;

/** What the room thinks of an update (D4). */
export type Verdict =
  | { readonly kind: "malformed" }
  /** A client id that someone else has used. */
  | { readonly kind: "foreign" }
  /** Builds on something that is not held. */
  | { readonly kind: "gap" }
  /** Everything in it is stored. */
  | { readonly kind: "known" }
  /** `update` is what to append, `walk` what it brings; `connects` is false only when a gap was tolerated. */
  | { readonly kind: "accept"; readonly update: Uint8Array; readonly walk: Walk; readonly connects: boolean };

/**
 * Checks an update against what is held: structure → client ids → clocks. Size and role come before.
 *
 * @param toleratesGaps - True for the answer of a session that holds pending structs itself and so
 * cannot give more than it has (trap 9): it is kept as it is.
 */
export function judge(held: Held, update: Uint8Array, principal: Principal, toleratesGaps: boolean): Verdict {
  const walk = walkUpdate(update);
  if (walk === undefined) return { kind: "malformed" };
  const deletions = held.deletions.missing(walk.deletions);
  let addsStructs = false;
  for (const run of walk.runs) {
    if (held.stores(run)) continue;
    addsStructs = true;
    if (!held.mayUse(run.client, principal)) return { kind: "foreign" };
  }
  if (!addsStructs && deletions.length === 0) return { kind: "known" };
  // What it repeats of structs already stored needs neither checking again nor storing again.
  const news: Walk = addsStructs ? { ...walk, deletions } : { ...ONLY_DELETIONS, deletions };
  const left = held.leftOver(update, news);
  const connects = left === 0;
  if (!connects && (!toleratesGaps || left + held.waiting > MAX_WAITING)) return { kind: "gap" };
  if (!addsStructs) return { kind: "accept", update: encodeDeletions(deletions), walk: news, connects };
  const bytes = deletions === walk.deletions ? update : replaceDeleteSet(update, walk.deleteSetStart, deletions);
  return { kind: "accept", update: bytes, walk: news, connects };
}

/** Struct bytes stay as they are: bytes in are bytes out (D2). */
function replaceDeleteSet(update: Uint8Array, start: number, deletions: readonly ClientRanges[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8Array(encoder, update.subarray(0, start));
  writeDeleteSet(encoder, deletions);
  return encoding.toUint8Array(encoder);
}

const ONLY_DELETIONS = {
  runs: [],
  dependencies: new Map<number, number>(),
  deleteSetStart: 1,
  hasSkips: false,
  structs: 0,
};
