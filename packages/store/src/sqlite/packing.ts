import { MAX_FRAME_BYTES, Reader, Writer } from "@sheaf/protocol";
import type { LogRow, Principal } from "@sheaf/room";

/**
 * Rows cross the thread boundary as one buffer of exactly their size, transferred instead of copied:
 * posting a slice of a pooled buffer would copy the whole pool.
 */
export function packRows(rows: readonly LogRow[]): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  for (const row of rows) {
    writer.varUint(row.seq);
    writer.varString(row.principal);
    writer.varUint(row.time);
    writer.varUint(row.base);
    writer.varUint(row.schemaVersion);
    writer.varBytes(row.update);
  }
  return writer.finish();
}

export function unpackRows(bytes: Uint8Array): LogRow[] {
  const reader = new Reader(bytes);
  const rows: LogRow[] = [];
  while (!reader.complete) {
    rows.push({
      seq: reader.varUint(),
      principal: reader.varString(MAX_TEXT_BYTES) as Principal,
      time: reader.varUint(),
      base: reader.varUint(),
      schemaVersion: reader.varUint(),
      update: reader.varBytes(MAX_FRAME_BYTES),
    });
    // Both ends are this file, so a fault here is ours.
    if (reader.failed) throw new Error("a packed row did not unpack");
  }
  return rows;
}

const MAX_TEXT_BYTES = 1024;
