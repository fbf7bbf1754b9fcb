import {
  decodeStateVector,
  encodeStateVector,
  MAX_VECTOR_BYTES,
  Reader,
  type StateVector,
  Writer,
} from "@sheaf/protocol";
import { type ClientRanges, ClockRanges, encodeDeletions } from "./clock-ranges.ts";
import { walkUpdate } from "./walker.ts";

/** What a joiner must hold to be spared some rows. */
export interface Coverage {
  /** Farthest clock per client, also of structs no replica can integrate yet. */
  readonly reach: StateVector;
  readonly deletions: readonly ClientRanges[];
}

/** coverage := varBytes(vector) • update of all deletions. Updates that cannot be read add nothing. */
export function encodeCoverage(updates: Iterable<Uint8Array>): Uint8Array {
  const reach = new Map<number, number>();
  const deletions = new ClockRanges();
  for (const update of updates) {
    const walk = walkUpdate(update);
    for (const { client, to } of walk?.runs ?? []) if (to > (reach.get(client) ?? 0)) reach.set(client, to);
    deletions.addAll(walk?.deletions ?? []);
  }
  const writer = Writer.begin();
  writer.varBytes(encodeStateVector(reach));
  writer.bytes(encodeDeletions(deletions.entries()));
  return writer.finish();
}

/** @returns undefined when the bytes are not exactly one coverage. */
export function decodeCoverage(bytes: Uint8Array): Coverage | undefined {
  const reader = new Reader(bytes);
  const reach = decodeStateVector(reader.varBytes(MAX_VECTOR_BYTES));
  const walk = reader.failed ? undefined : walkUpdate(bytes.subarray(reader.position));
  if (reach === undefined || walk === undefined || walk.structs > 0) return undefined;
  return { reach, deletions: walk.deletions };
}
