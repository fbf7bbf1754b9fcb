import { crc32 } from "node:zlib";
import { type DocumentId, LOG_ID_BYTES, type LogPosition } from "@sheaf/protocol";
import type { LogRow, Principal } from "@sheaf/room";

/**
 * A hot file holds commits, one behind the other, and where none has gone yet, zeros.
 *
 * ```
 * file  := "SheafHot" • marker • frame*
 * frame := marker • length(row*) • crc32(row*) • row*
 * row   := crc32(body) • length(body) • body
 * body  := seq • time • base • schema version • length16(document) • length16(principal) •
 *          logId • document • principal • update
 * ```
 *
 * Seq, time and base are doubles, the lengths of names have 16 bits, all other numbers 32, little-endian; names are UTF-8.
 *
 * A frame is one commit: all its rows count, or none. The marker is random, so that where a frame is damaged the next
 * one can be found, and no frame of another file counts.
 */
export const FILE_HEADER_BYTES = 12;
export const FRAME_HEADER_BYTES = 12;
export const ROW_HEADER_BYTES = 8;

/** A row of a document's log, and which log that is. */
export interface HotRow extends LogRow {
  readonly document: DocumentId;
  readonly logId: Uint8Array;
}

/** A row where it lies in a file. */
export interface PlacedRow {
  /** Of its header. */
  readonly offset: number;
  /** With its header. */
  readonly length: number;
  /** As far as it can be read. */
  readonly row: HotRow;
  /** False when it does not match its checksum. */
  readonly isWhole: boolean;
}

export function encodeFileHeader(marker: number): Buffer {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(marker, MAGIC.length);
  return header;
}

/** @returns The marker of a file's frames; undefined when it is no hot file. */
export function readMarker(file: Buffer): number | undefined {
  return file.length >= FILE_HEADER_BYTES && MAGIC.equals(file.subarray(0, MAGIC.length))
    ? file.readUInt32LE(MAGIC.length)
    : undefined;
}

/** Makes frames, one after the other, in the same room: at thousands of commits a second it would be most of the garbage. */
export class FrameWriter {
  #bytes = Buffer.allocUnsafeSlow(ROOM_BYTES);
  #length = 0;

  /** A new frame; the one before it must not be used any more. */
  begin(): void {
    this.#length = FRAME_HEADER_BYTES;
    if (this.#bytes.length > ROOM_BYTES) this.#bytes = Buffer.allocUnsafeSlow(ROOM_BYTES);
  }

  /** @returns What the row takes, from its header on. */
  row(row: Omit<LogRow, "seq"> & Pick<HotRow, "document">, { logId, seq }: LogPosition): Buffer {
    const { document, principal, update } = row;
    // A name takes three bytes a letter at most.
    this.#reserve(ROW_HEADER_BYTES + BODY_BYTES + 3 * (document.length + principal.length) + update.length);
    const bytes = this.#bytes;
    const start = this.#length;
    const body = start + ROW_HEADER_BYTES;
    bytes.writeDoubleLE(seq, body);
    bytes.writeDoubleLE(row.time, body + 8);
    bytes.writeDoubleLE(row.base, body + 16);
    bytes.writeUInt32LE(row.schemaVersion, body + 24);
    bytes.set(logId, body + 32);
    let at = body + BODY_BYTES;
    const documentBytes = bytes.write(document, at);
    at += documentBytes;
    const principalBytes = bytes.write(principal, at);
    at += principalBytes;
    bytes.writeUInt16LE(documentBytes, body + 28);
    bytes.writeUInt16LE(principalBytes, body + 30);
    bytes.set(update, at);
    at += update.length;
    bytes.writeUInt32LE(at - body, start + 4);
    bytes.writeUInt32LE(crc32(bytes.subarray(body, at)), start);
    this.#length = at;
    return bytes.subarray(start, at);
  }

  /** The frame with all rows since it began: one commit. */
  finish(marker: number): Buffer {
    const frame = this.#bytes.subarray(0, this.#length);
    writeFrameHeader(frame, 0, marker);
    return frame;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** A commit without rows, which only tries the disk. */
export function emptyFrame(marker: number): Buffer {
  const frame = Buffer.alloc(FRAME_HEADER_BYTES);
  writeFrameHeader(frame, 0, marker);
  return frame;
}

/** What is behind the header of a frame is this frame, from now on. */
export function writeFrameHeader(frame: Buffer, at: number, marker: number): void {
  frame.writeUInt32LE(marker, at);
  frame.writeUInt32LE(frame.length - at - FRAME_HEADER_BYTES, at + 4);
  frame.writeUInt32LE(crc32(frame.subarray(at + FRAME_HEADER_BYTES)), at + 8);
}

/** @returns Where the frame at `at` ends; undefined when there is none, or not as it was written. */
export function endOfFrame(file: Buffer, at: number, marker: number): number | undefined {
  const from = at + FRAME_HEADER_BYTES;
  if (from > file.length || file.readUInt32LE(at) !== marker) return undefined;
  const end = from + file.readUInt32LE(at + 4);
  if (end > file.length || crc32(file.subarray(from, end)) !== file.readUInt32LE(at + 8)) return undefined;
  return end;
}

/** Finds the first whole frame at `from` or after it. */
export function nextFrame(file: Buffer, from: number, marker: number): number | undefined {
  const sought = Buffer.alloc(4);
  sought.writeUInt32LE(marker);
  for (let at = file.indexOf(sought, from); at >= 0; at = file.indexOf(sought, at + 1)) {
    if (endOfFrame(file, at, marker) !== undefined) return at;
  }
  return undefined;
}

/**
 * The rows in a part of a file, in order. After one that is damaged they are looked for at every place, so that what is
 * found there may be none at all: only one that is whole can be believed.
 */
export function* rowsBetween(file: Buffer, from: number, to: number): Generator<PlacedRow> {
  const part = file.subarray(0, to);
  for (let at = from; at < to;) {
    const row = rowAt(part, at);
    if (row !== undefined) yield row;
    at += row?.isWhole === true ? row.length : 1;
  }
}

/** @returns What would be a row at that place; undefined when it would not fit. */
export function rowAt(file: Buffer, offset: number): PlacedRow | undefined {
  const body = offset + ROW_HEADER_BYTES;
  const names = body + BODY_BYTES;
  if (names > file.length) return undefined;
  const end = Math.min(file.length, body + file.readUInt32LE(offset + 4));
  const principal = names + file.readUInt16LE(body + 28);
  const update = principal + file.readUInt16LE(body + 30);
  if (update > end) return undefined;
  const row: HotRow = {
    document: file.toString("utf8", names, principal) as DocumentId,
    logId: file.subarray(body + 32, names),
    seq: file.readDoubleLE(body),
    principal: file.toString("utf8", principal, update) as Principal,
    time: file.readDoubleLE(body + 8),
    base: file.readDoubleLE(body + 16),
    schemaVersion: file.readUInt32LE(body + 24),
    update: file.subarray(update, end),
  };
  return { offset, length: end - offset, row, isWhole: crc32(file.subarray(body, end)) === file.readUInt32LE(offset) };
}

const BODY_BYTES = 32 + LOG_ID_BYTES;
const ROOM_BYTES = 64 * 1024;
const MAGIC = Buffer.from("SheafHot");
