import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import * as encoding from "lib0/encoding";
import { Reader } from "@sheaf/protocol";
import type { Snapshot } from "@sheaf/room";

/** snapshot := zstd(1 • varUint(seq) • varBytes(summary) • varBytes(update)) */
export function encodeSnapshot({ seq, summary, update }: Snapshot): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, VERSION);
  encoding.writeVarUint(encoder, seq);
  encoding.writeVarUint8Array(encoder, summary);
  encoding.writeVarUint8Array(encoder, update);
  return zstdCompressSync(encoding.toUint8Array(encoder));
}

/** @returns undefined when the bytes are not exactly one snapshot. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot | undefined {
  const reader = new Reader(decompress(bytes));
  if (reader.uint8() !== VERSION) return undefined;
  const seq = reader.varUint();
  const summary = reader.varBytes(reader.bytes.length);
  const update = reader.varBytes(reader.bytes.length);
  return reader.complete ? { seq, summary, update } : undefined;
}

function decompress(bytes: Uint8Array): Uint8Array {
  try {
    const { buffer, byteOffset, length } = zstdDecompressSync(bytes);
    // No Buffer, whose slices are views.
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    // Whatever zstd has against it, it is no snapshot.
    return new Uint8Array(0);
  }
}

const VERSION = 1;
