import { Writer } from "@sheaf/protocol";
import { type ClientRanges, encodeDeletions, writeDeleteSet } from "./clock-ranges.ts";
import type { Held } from "./held.ts";
import { NOBODY, type Principal } from "./log.ts";
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
  | {
      readonly kind: "accept";
      /** What to append. */
      readonly update: Uint8Array;
      /** What it brings. */
      readonly walk: Walk;
      /** False only when a gap was tolerated. */
      readonly connects: boolean;
      /** Whose row it is. */
      readonly principal: Principal;
    };

/**
 * An edit is of its author. An answer gives back what the log has lost, whoever wrote it. Both the answer and the
 * edits of a session that could not answer in full may leave a gap (trap 9): they are kept as they are.
 */
export type UpdateKind = "edit" | "answer" | "edit-after-gap";

/** Checks an update against what is held: structure → client ids → clocks. Size and role come before. */
export function judge(held: Held, update: Uint8Array, principal: Principal, kind: UpdateKind): Verdict {
  const walk = walkUpdate(update);
  if (walk === undefined) return { kind: "malformed" };
  const deletions = walk.deletions.length === 0 ? walk.deletions : held.deletions.missing(walk.deletions);
  let addsStructs = false;
  let isOwn = true;
  for (const run of walk.runs) {
    if (held.stores(run)) continue;
    addsStructs = true;
    if (kind === "answer") isOwn &&= held.owners.get(run.client) === principal;
    else if (!held.mayUse(run.client, principal)) return { kind: "foreign" };
  }
  if (!addsStructs && deletions.length === 0) return { kind: "known" };
  // What it repeats of structs already stored needs neither checking again nor storing again.
  const news: Walk = addsStructs ? { ...walk, deletions } : { ...ONLY_DELETIONS, deletions };
  const left = held.leftOver(update, news);
  const connects = left === 0;
  if (!connects && (kind === "edit" || left + held.waiting > MAX_WAITING)) return { kind: "gap" };
  return {
    kind: "accept",
    update: addsStructs ? replaceDeletions(update, walk, deletions) : encodeDeletions(deletions),
    walk: news,
    connects,
    // Nobody can tell who wrote what comes back this way; the ids it is under stay free for whose they are.
    principal: isOwn ? principal : NOBODY,
  };
}

/** Struct bytes stay as they are: bytes in are bytes out (D2). */
function replaceDeletions(update: Uint8Array, walk: Walk, deletions: readonly ClientRanges[]): Uint8Array {
  if (deletions === walk.deletions) return update;
  const writer = Writer.begin();
  writer.bytes(update.subarray(0, walk.deleteSetStart));
  writeDeleteSet(writer, deletions);
  return writer.finish();
}

const ONLY_DELETIONS = {
  runs: [],
  dependencies: new Map<number, number>(),
  deleteSetStart: 1,
  hasSkips: false,
  structs: 0,
};
