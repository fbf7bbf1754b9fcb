import { type DocumentId, MAX_FRAME_BYTES, Reader, Writer } from "@sheaf/protocol";
import type { AppendRequest, LogRow, Principal } from "@sheaf/room";

/**
 * Rows cross the thread boundary as one buffer of exactly their size, transferred instead of copied:
 * posting a slice of a pooled buffer would copy the whole pool.
 */
export function packRequests(rows: readonly AppendRequest[]): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  for (const row of rows) {
    writer.varString(row.document);
    packCommon(writer, row);
  }
  return writer.finish();
}

export function unpackRequests(bytes: Uint8Array): AppendRequest[] {
  const reader = new Reader(bytes);
  const rows: AppendRequest[] = [];
  while (!reader.complete) {
    const document = reader.varString(MAX_TEXT_BYTES) as DocumentId;
    rows.push({ document, ...unpackCommon(reader) });
  }
  return rows;
}

export function packRows(rows: readonly LogRow[]): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  for (const row of rows) {
    writer.varUint(row.seq);
    packCommon(writer, row);
  }
  return writer.finish();
}

export function unpackRows(bytes: Uint8Array): LogRow[] {
  const reader = new Reader(bytes);
  const rows: LogRow[] = [];
  while (!reader.complete) rows.push({ seq: reader.varUint(), ...unpackCommon(reader) });
  return rows;
}

type Common = Omit<AppendRequest, "document">;

function packCommon(writer: Writer, row: Common): void {
  writer.varString(row.principal);
  writer.varUint(row.time);
  writer.varUint(row.base);
  writer.varUint(row.schemaVersion);
  writer.varBytes(row.update);
}

function unpackCommon(reader: Reader): Common {
  const row = {
    principal: reader.varString(MAX_TEXT_BYTES) as Principal,
    time: reader.varUint(),
    base: reader.varUint(),
    schemaVersion: reader.varUint(),
    update: reader.varBytes(MAX_FRAME_BYTES),
  };
  // Both ends are this file, so a fault here is ours.
  if (reader.failed) throw new Error("a packed row did not unpack");
  return row;
}

const MAX_TEXT_BYTES = 1024;
