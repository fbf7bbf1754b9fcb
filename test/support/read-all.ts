import type { DocumentId } from "@sheaf/protocol";
import type { Log, LogRow } from "@sheaf/room";

/** Every row of a document, a read at a time. */
export async function readAll(log: Log, document: DocumentId): Promise<readonly LogRow[]> {
  const rows: LogRow[] = [];
  for (;;) {
    const read = await log.read(document, rows.length + 1, Number.MAX_SAFE_INTEGER);
    if (!read.ok) throw new Error(`${document} cannot be read: ${read.error.code}`);
    if (read.value.length === 0) return rows;
    rows.push(...read.value);
  }
}
