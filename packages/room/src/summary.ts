import { MAX_CLIENT_ID, Reader, type StateVector, Writer } from "@sheaf/protocol";
import { encodeDeletions } from "./clock-ranges.ts";
import { Held } from "./held.ts";
import type { LogRow, Principal, Snapshot } from "./log.ts";
import { MAX_CLOCK, walkUpdate } from "./walker.ts";

/** What a snapshot through `seq` must say of the rows it stands for. */
export interface Summary {
  readonly seq: number;
  /** As `encodeSummary` wrote it. */
  readonly bytes: Uint8Array;
  /** State vector a Y.Doc has after these rows. */
  readonly vector: StateVector;
}

/**
 * Finds how far a log can be compacted: to the last row after which no struct and no deletion waits for
 * another, because what waits is not part of any replica's state (traps 9 and 10).
 *
 * @param snapshot - The newest there is.
 * @param rows - Those after it, in order.
 * @returns undefined when that is no farther than the snapshot, or the snapshot's own summary is damaged.
 */
export function summarize(snapshot: Snapshot | undefined, rows: readonly LogRow[]): Summary | undefined {
  const start = snapshot === undefined ? new Held() : decodeSummary(snapshot.summary);
  if (start === undefined) return undefined;
  let held = new Held(start);
  let length = holdAll(held, rows);
  if (!held.isWhole) {
    length = lastWhole(new Held(start), rows.slice(0, length));
    held = new Held(start);
    holdAll(held, rows.slice(0, length));
  }
  if (length === 0) return undefined;
  return { seq: rows[length - 1]!.seq, bytes: encodeSummary(held), vector: held.vector };
}

/** @returns How many rows could be held: all, unless one is no update. */
function holdAll(held: Held, rows: readonly LogRow[]): number {
  for (const [index, row] of rows.entries()) {
    const walk = walkUpdate(row.update);
    if (walk === undefined) return index;
    held.hold(row.update, walk, row);
  }
  return rows.length;
}

/** @returns After how many of the rows everything was whole for the last time. */
function lastWhole(held: Held, rows: readonly LogRow[]): number {
  let whole = 0;
  for (const [index, row] of rows.entries()) {
    holdAll(held, [row]);
    if (held.isWhole) whole = index + 1;
  }
  return whole;
}

/**
 * summary := 1 • varUint(schema) • varUint(principals) • varString* •
 * varUint(clients) • (varUint(client) • varUint(clock) • varUint(index of its principal))* • update of all deletions.
 * `schema` is 0 for an empty document, else its version plus one.
 *
 * @param held - Must be whole: what waits has no place in a summary.
 */
export function encodeSummary(held: Held): Uint8Array<ArrayBuffer> {
  if (!held.isWhole) throw new Error("only what is whole has a summary");
  const writer = Writer.begin();
  writer.uint8(VERSION);
  writer.varUint(held.schemaVersion === undefined ? 0 : held.schemaVersion + 1);
  const principals = [...new Set(held.owners.values())];
  const indexes = new Map(principals.map((principal, index) => [principal, index]));
  writer.varUint(principals.length);
  for (const principal of principals) writer.varString(principal);
  writer.varUint(held.vector.size);
  for (const [client, clock] of held.vector) {
    writer.varUint(client);
    writer.varUint(clock);
    // Whoever moves a clock owns its client id.
    writer.varUint(indexes.get(held.owners.get(client)!)!);
  }
  writer.bytes(encodeDeletions(held.deletions.entries()));
  return writer.finish();
}

/** @returns undefined when the bytes are not exactly one summary. */
export function decodeSummary(bytes: Uint8Array): Held | undefined {
  const reader = new Reader(bytes);
  const held = readHead(reader);
  if (held === undefined) return undefined;
  const walk = walkUpdate(reader.rest());
  if (walk === undefined || walk.structs > 0) return undefined;
  held.deletions.addAll(walk.deletions);
  return held.isWhole ? held : undefined;
}

/** The same for who may never ask for its deletions: whether they can be read shows when it does. */
export function openSummary(bytes: Uint8Array): Held | undefined {
  const reader = new Reader(bytes);
  const held = readHead(reader);
  // A copy: all of the snapshot is in the buffer.
  held?.holdUnread(reader.rest().slice());
  return held;
}

/** The vector alone. @returns undefined when what comes before the deletions cannot be read. */
export const vectorOfSummary = (bytes: Uint8Array): StateVector | undefined => readHead(new Reader(bytes))?.vector;

/** The highest schema that wrote there. @returns undefined when that cannot be read, or nobody has written. */
export const schemaOfSummary = (bytes: Uint8Array): number | undefined => readHead(new Reader(bytes))?.schemaVersion;

/** All but the deletions, which are most of it; undefined when it cannot be read. */
function readHead(reader: Reader): Held | undefined {
  if (reader.uint8() !== VERSION) return undefined;
  const held = new Held();
  const schema = reader.varUint();
  held.schemaVersion = schema === 0 ? undefined : schema - 1;
  // What is counted takes at least this many bytes each, so a larger count is a lie.
  const principals = reader.varUint(reader.bytes.length);
  const names: Principal[] = [];
  for (let i = 0; i < principals && !reader.failed; i++) names.push(reader.varString(MAX_PRINCIPAL_BYTES) as Principal);
  const clients = reader.varUint(reader.bytes.length / 3);
  for (let i = 0; i < clients && !reader.failed; i++) {
    const client = reader.varUint(MAX_CLIENT_ID);
    held.vector.set(client, reader.varUint(MAX_CLOCK));
    const owner = names[reader.varUint(names.length - 1)];
    if (owner !== undefined) held.owners.set(client, owner);
  }
  return reader.failed ? undefined : held;
}

const VERSION = 1;
const MAX_PRINCIPAL_BYTES = 1024;
