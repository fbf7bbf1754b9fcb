import { crc32 } from "node:zlib";
import type { LogRow } from "@sheaf/room";

/** Covers everything that gives the bytes their meaning, and whose log they are in. */
export function rowChecksum(logId: Uint8Array, seq: number, row: Omit<LogRow, "seq">): number {
  const meaning = `${seq} ${row.principal} ${row.time} ${row.base} ${row.schemaVersion}`;
  return crc32(row.update, crc32(meaning, crc32(logId)));
}

/** The same for what stands for rows `first` to `last`. */
export function rangeChecksum(
  logId: Uint8Array,
  { first, last, bytes }: { readonly first: number; readonly last: number; readonly bytes: Uint8Array },
): number {
  return crc32(bytes, crc32(`${first} ${last}`, crc32(logId)));
}

/** And for a segment, which also says what its rows add. */
export function segmentChecksum(
  logId: Uint8Array,
  segment: { readonly first: number; readonly last: number; readonly bytes: Uint8Array; readonly adds: Uint8Array },
): number {
  return crc32(segment.adds, rangeChecksum(logId, segment));
}
