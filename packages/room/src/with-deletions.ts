import { walkUpdate } from "./walker.ts";

/** An update of deletions says first that it has no section. */
const NO_SECTIONS_BYTES = 1;

/**
 * The structs of an update, with other deletions in place of its own.
 *
 * @param update - A Yjs update (V1).
 * @param deletions - An update that only deletes.
 * @returns undefined when `update` cannot be read.
 */
export function withDeletions(update: Uint8Array, deletions: Uint8Array): Uint8Array | undefined {
  const walk = walkUpdate(update);
  if (walk === undefined) return undefined;
  const structs = update.subarray(0, walk.deleteSetStart);
  const deleteSet = deletions.subarray(NO_SECTIONS_BYTES);
  const joined = new Uint8Array(structs.length + deleteSet.length);
  joined.set(structs);
  joined.set(deleteSet, structs.length);
  return joined;
}
