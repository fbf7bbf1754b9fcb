import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Reader, Writer } from "@sheaf/protocol";
import type { Snapshot } from "@sheaf/room";

/** snapshot := zstd(1 • varUint(seq) • varBytes(summary) • varBytes(update)) */
export function encodeSnapshot({ seq, summary, update }: Snapshot): Uint8Array {
  const writer = Writer.begin();
  writer.uint8(VERSION);
  writer.varUint(seq);
  writer.varBytes(summary);
  writer.varBytes(update);
  return zstdCompressSync(writer.finish());
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
    const { buffer, byteOffset, length } = zstdDecompressSync(bytes, { chunkSize: LIKELY_RATIO * bytes.length + 1024 });
    // No Buffer, whose slices are views.
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    // Whatever zstd has against it, it is no snapshot.
    return new Uint8Array(0);
  }
}

const VERSION = 1;
/** What it takes unpacked comes in one piece, mostly: of several it is put together. */
const LIKELY_RATIO = 4;
