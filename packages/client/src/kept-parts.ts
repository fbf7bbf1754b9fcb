import * as Y from "yjs";
import type { FoundBatch } from "./device.ts";
import { mergeUpdates } from "./update.ts";

/**
 * The batches that a queue's parts are, in their order. Parts of one number are one batch, but where a part is missing
 * that the device did not take: what comes behind it may yet connect, and the whole, with a hole in it, never would.
 */
export function batchesOf(parts: readonly FoundBatch[]): FoundBatch[] {
  const batches: FoundBatch[][] = [];
  /** For each Yjs client id, where what the last batch holds of it ends. */
  let ends = new Map<number, number>();
  for (const part of parts) {
    const { from, to } = Y.parseUpdateMeta(part.update);
    const last = batches.at(-1);
    const goesOn =
      last?.[0]?.number === part.number && [...from].every(([id, clock]) => clock <= (ends.get(id) ?? clock));
    if (goesOn) last.push(part);
    else {
      batches.push([part]);
      ends = new Map();
    }
    for (const [id, clock] of to) ends.set(id, Math.max(clock, ends.get(id) ?? 0));
  }
  return batches.map(joined);
}

function joined(parts: readonly FoundBatch[]): FoundBatch {
  const update = mergeUpdates(parts.map((part) => part.update));
  return {
    ...parts[0]!,
    part: parts.at(-1)!.part,
    update,
    changes: parts.reduce((sum, { changes }) => sum + changes, 0),
  };
}
