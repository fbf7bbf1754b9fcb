import { Writer } from "./writer.ts";
import { MAX_CLIENT_ID, MAX_VECTOR_BYTES } from "./limits.ts";
import { Reader } from "./reader.ts";

/** Yjs client id → the next clock expected of it. */
export type StateVector = ReadonlyMap<number, number>;

/** vector := varUint(entries) • (varUint(clientId) • varUint(clock))*, as Yjs encodes it. */
export function encodeStateVector(vector: StateVector): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  writer.varUint(vector.size);
  for (const [clientId, clock] of vector) {
    writer.varUint(clientId);
    writer.varUint(clock);
  }
  return writer.finish();
}

/** @returns undefined when the bytes are not exactly one state vector of at most MAX_VECTOR_BYTES. */
export function decodeStateVector(bytes: Uint8Array): Map<number, number> | undefined {
  if (bytes.length > MAX_VECTOR_BYTES) return undefined;
  const reader = new Reader(bytes);
  // An entry takes two bytes at least, so a larger count is a lie; checked before anything is built.
  const entries = reader.varUint(bytes.length >> 1);
  const vector = new Map<number, number>();
  for (let i = 0; i < entries && !reader.failed; i++) {
    vector.set(reader.varUint(MAX_CLIENT_ID), reader.varUint());
  }
  return reader.complete ? vector : undefined;
}
