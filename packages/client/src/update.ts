import { decodeStateVector } from "@sheaf/protocol";
import * as Y from "yjs";

/** `Y.mergeUpdates` of a long run is quadratic; a tree of this fan-in is not (D2). */
const FAN_IN = 50;

/** Merges updates of one document into one. Give at least one. */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  let level = updates;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let from = 0; from < level.length; from += FAN_IN) {
      const group = level.slice(from, from + FAN_IN);
      next.push(group.length === 1 ? group[0]! : Y.mergeUpdates(group));
    }
    level = next;
  }
  return level[0] ?? EMPTY_UPDATE;
}

/** No structs, no deletions. */
export const EMPTY_UPDATE: Uint8Array = Uint8Array.of(0, 0);

export const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;

/** True when the update inserts something, so that what is written later may build on it. */
export const hasStructs = (update: Uint8Array): boolean => update[0] !== 0;

/** Everything the document holds beyond an encoded state vector, and all its deletions: a vector does not tell those. */
export function updateBeyond(doc: Y.Doc, vector: Uint8Array): Uint8Array {
  const { store } = doc;
  const { pendingStructs, pendingDs } = store;
  // Yjs appends what it could not integrate yet. That has a hole, the server refuses holes, and it is not ours.
  store.pendingStructs = null;
  store.pendingDs = null;
  try {
    // A vector nobody can read says nothing is held.
    return Y.encodeStateAsUpdate(doc, decodeStateVector(vector) === undefined ? undefined : vector);
  } finally {
    store.pendingStructs = pendingStructs;
    store.pendingDs = pendingDs;
  }
}

/**
 * Applies an update in V2 to a document that holds nothing.
 *
 * @returns The same in V1, which Yjs writes for its listeners anyway: to convert it would take as long as to apply it.
 * Throws when Yjs cannot read it; a part of it may be in the document then.
 */
export function applyFirst(doc: Y.Doc, update: Uint8Array, origin: unknown): Uint8Array {
  const told: Uint8Array[] = [];
  const listen = (row: Uint8Array, from: unknown): void => {
    if (from === origin) told.push(row);
  };
  doc.on("update", listen);
  try {
    Y.applyUpdateV2(doc, update, origin);
  } finally {
    doc.off("update", listen);
  }
  const { pendingStructs, pendingDs } = doc.store;
  const [row, ...others] = told;
  // What waits for something it lacks is told nobody.
  const isWhole = row !== undefined && others.length === 0 && pendingStructs === null && pendingDs === null;
  return isWhole ? row : Y.convertUpdateFormatV2ToV1(update);
}

/** The document in one update; undefined while Yjs waits for something it lacks: that part would be left out. */
export function wholeState(doc: Y.Doc): Uint8Array | undefined {
  const { pendingStructs, pendingDs } = doc.store;
  return pendingStructs === null && pendingDs === null ? Y.encodeStateAsUpdate(doc) : undefined;
}

/** True when the document holds every struct that an encoded state vector tells of. */
export function holdsVector(doc: Y.Doc, vector: Uint8Array): boolean {
  const told = decodeStateVector(vector);
  return told !== undefined && [...told].every(([client, clock]) => Y.getState(doc.store, client) >= clock);
}

/** For each Yjs client id, where what it wrote in these updates begins. */
export function firstClocks(updates: readonly Uint8Array[]): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (const update of updates)
    for (const [client, clock] of Y.parseUpdateMeta(update).from)
      first.set(client, Math.min(clock, first.get(client) ?? clock));
  return first;
}

/** True when `vector` with `updates` applied to it, in order, holds every struct of the document. */
export function coversDocument(doc: Y.Doc, vector: Uint8Array, updates: readonly Uint8Array[]): boolean {
  const held = decodeStateVector(vector);
  if (held === undefined) return false;
  for (const update of updates) {
    const { from, to } = Y.parseUpdateMeta(update);
    for (const [client, clock] of from) if (clock > (held.get(client) ?? 0)) return false;
    for (const [client, clock] of to) held.set(client, Math.max(clock, held.get(client) ?? 0));
  }
  for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
    if (clock > (held.get(client) ?? 0)) return false;
  }
  return true;
}

/** True when the document holds everything the update builds on or deletes, so that all of it can be applied at once. */
export function isConnected(doc: Y.Doc, update: Uint8Array): boolean {
  const { structs, ds } = Y.decodeUpdate(update);
  const held = Y.decodeStateVector(Y.encodeStateVector(doc));
  const holds = (id: Y.ID | null): boolean => id === null || id.clock < (held.get(id.client) ?? 0);
  for (const struct of structs) {
    const { client, clock } = struct.id;
    if (struct instanceof Y.Skip || clock > (held.get(client) ?? 0)) return false;
    held.set(client, Math.max(clock + struct.length, held.get(client) ?? 0));
  }
  // In a second pass, because clients of one update may build on each other.
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) continue;
    const { parent } = struct as { parent: unknown };
    if (!holds(struct.origin) || !holds(struct.rightOrigin) || (parent instanceof Y.ID && !holds(parent))) return false;
  }
  return [...ds.clients].every(([client, ranges]) =>
    ranges.every(({ clock, len }) => clock + len <= (held.get(client) ?? 0)),
  );
}
