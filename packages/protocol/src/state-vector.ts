import * as encoding from "lib0/encoding";
import { MAX_CLIENT_ID, MAX_VECTOR_BYTES } from "./limits.ts";
import { Reader } from "./reader.ts";

/** Yjs client id → the next clock expected of it. */
export type StateVector = ReadonlyMap<number, number>;

/** vector := varUint(entries) • (varUint(clientId) • varUint(clock))*, as Yjs encodes it. */
export function encodeStateVector(vector: StateVector): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, vector.size);
  for (const [clientId, clock] of vector) {
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
  }
  return encoding.toUint8Array(encoder);
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
