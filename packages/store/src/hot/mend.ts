import { crc32 } from "node:zlib";
import { FRAME_HEADER_BYTES, writeFrameHeader } from "./frame.ts";

/**
 * Mends a frame in place in which one bit has flipped, wherever it is: a checksum is linear, so that the difference
 * between what it says and what is true tells which bit makes that difference.
 *
 * @param frame - From its header to where the next one begins.
 * @returns False when it is not that, and nothing was changed.
 */
export function mendFrame(frame: Buffer, marker: number): boolean {
  // Zeros are no frame, though one bit more might make a checksum match.
  if (frame.length < FRAME_HEADER_BYTES || !isOneBit(frame.readUInt32LE(0) ^ marker)) return false;
  const rows = frame.subarray(FRAME_HEADER_BYTES);
  const difference = (crc32(rows) ^ frame.readUInt32LE(8)) >>> 0;
  if (!isOneBit(difference)) {
    const bit = findBit(rows.length, difference);
    if (bit === undefined) return false;
    rows[bit >>> 3]! ^= 1 << (bit & 7);
  }
  // The bit was in the header, or there is none left that is wrong.
  writeFrameHeader(frame, 0, marker);
  return true;
}

/** One, or none. */
const isOneBit = (bits: number): boolean => (bits & (bits - 1)) === 0;

/** Which bit of so many bytes changes their checksum by this. */
function findBit(length: number, difference: number): number | undefined {
  const changes = Array.from({ length: 8 }, (_, bit) => TABLE[1 << bit]!);
  for (let at = length - 1; at >= 0; at--) {
    const bit = changes.indexOf(difference);
    if (bit >= 0) return at * 8 + bit;
    for (let i = 0; i < 8; i++) changes[i] = (TABLE[changes[i]! & 255]! ^ (changes[i]! >>> 8)) >>> 0;
  }
  return undefined;
}

/** What one byte does to a CRC-32 (reflected, polynomial 0xedb88320). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});
