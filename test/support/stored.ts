import { join } from "node:path";
import type { DocumentId, LogPosition } from "@sheaf/protocol";
import { NOBODY } from "@sheaf/room";
import { openSqliteLog } from "@sheaf/store";

/**
 * Appends these updates to a document in the data folder of a server that is down, and leaves it as a server does some
 * time after the last one left: with a snapshot.
 *
 * @returns Where that ends.
 */
export async function store(
  dataDir: string,
  document: string,
  updates: readonly Uint8Array[],
  schemaVersion: number,
): Promise<LogPosition> {
  const opened = await openSqliteLog(join(dataDir, "sheaf.db"), {
    report: (report) => console.error(JSON.stringify(report)),
  });
  if (!opened.ok) throw new Error(opened.error.reason);
  const log = opened.value;
  const id = document as DocumentId;
  const rows = updates.map((update) => ({ document: id, principal: NOBODY, time: 0, base: 0, schemaVersion, update }));
  const appended = await log.append(rows);
  const compacted = await log.compact(id);
  const newest = await log.newestSnapshot(id, "identity");
  await log.close();
  if (!appended.ok || !compacted.ok || !newest.ok || newest.value === undefined) throw new Error("nothing was stored");
  return newest.value.position;
}
