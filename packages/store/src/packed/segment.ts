import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Reader, Writer } from "@sheaf/protocol";
import type { LogRow, Principal } from "@sheaf/room";
import { readUpdates, writeUpdates } from "./columns.ts";

/**
 * Packs rows that follow one another in a log into about a twentieth of their bytes, losslessly.
 *
 * ```
 * segment := zstd(1 • varUint(rows) • varUint(first seq) • varUint(principals) • varString* •
 *                 principals • times • bases • schema versions • updates)
 * ```
 *
 * Each column stands for itself and holds differences, for that is what compresses: people type at a pace, one at a time.
 *
 * @param rows - At least one.
 */
export function encodeSegment(rows: readonly LogRow[]): Uint8Array {
  const writer = Writer.begin();
  writer.uint8(VERSION);
  writer.varUint(rows.length);
  writer.varUint(rows[0]!.seq);
  const principals = [...new Set(rows.map(({ principal }) => principal))];
  const indexes = new Map(principals.map((principal, index) => [principal, index]));
  writer.varUint(principals.length);
  for (const principal of principals) writer.varString(principal);
  writeDifferences(
    writer,
    rows.map(({ principal }) => indexes.get(principal)!),
  );
  writeDifferences(
    writer,
    rows.map(({ time }) => time),
  );
  writeDifferences(
    writer,
    rows.map(({ seq, base }) => seq - base),
  );
  writeDifferences(
    writer,
    rows.map(({ schemaVersion }) => schemaVersion),
  );
  writeUpdates(
    writer,
    rows.map(({ update }) => update),
  );
  return zstdCompressSync(writer.finish(), { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
}

/** @returns undefined when the bytes are not exactly one segment. */
export function decodeSegment(bytes: Uint8Array): LogRow[] | undefined {
  const reader = new Reader(decompress(bytes) ?? EMPTY);
  if (reader.uint8() !== VERSION) return undefined;
  const count = reader.varUint(reader.bytes.length);
  const first = reader.varUint();
  const names: Principal[] = [];
  const principalCount = reader.varUint(count);
  for (let i = 0; i < principalCount && !reader.failed; i++) names.push(reader.varString(MAX_TEXT_BYTES) as Principal);
  const principals = readDifferences(reader, count);
  const times = readDifferences(reader, count);
  const lags = readDifferences(reader, count);
  const schemaVersions = readDifferences(reader, count);
  const updates = readUpdates(reader, count);
  if (!reader.complete) return undefined;
  const rows: LogRow[] = [];
  for (let i = 0; i < count; i++) {
    const principal = names[principals[i]!];
    if (principal === undefined) return undefined;
    const seq = first + i;
    const [time, base, schemaVersion] = [times[i]!, seq - lags[i]!, schemaVersions[i]!];
    rows.push({ seq, principal, time, base, schemaVersion, update: updates[i]! });
  }
  return rows;
}

function writeDifferences(writer: Writer, values: readonly number[]): void {
  let previous = 0;
  for (const value of values) {
    const difference = value - previous;
    writer.varUint(difference < 0 ? -2 * difference - 1 : 2 * difference);
    previous = value;
  }
}

function readDifferences(reader: Reader, count: number): number[] {
  const values: number[] = [];
  let previous = 0;
  for (let i = 0; i < count && !reader.failed; i++) {
    const code = reader.varUint();
    previous += code % 2 === 1 ? -(code + 1) / 2 : code / 2;
    values.push(previous);
  }
  return values;
}

function decompress(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch {
    // Whatever zstd has against it, it is no segment.
    return undefined;
  }
}

const VERSION = 1;
/** A twentieth smaller than the usual 3, for two microseconds a row. */
const LEVEL = 15;
const MAX_TEXT_BYTES = 1024;
/** A segment is closed by the row that takes it past its size, and a row has at most 4 MiB. */
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024;
const EMPTY = new Uint8Array(0);
