import { type DocumentId, ok, type Result } from "@sheaf/protocol";
import type { LogError, LogRow } from "@sheaf/room";
import type { LogFile } from "./file.ts";
import { asideName, type Place } from "./places.ts";
import { insertSegment, readPackedRows, readSegments } from "./segments.ts";
import { insertSnapshot, type StoredSnapshot } from "./snapshots.ts";

/** In one transaction removes all logs there are of a document: its own, and those that were set aside. */
export function purgeLogs(file: LogFile, document: DocumentId): void {
  file.transaction(() => {
    const named = file.prepare("SELECT id, document FROM logs").all() as unknown as { id: number; document: string }[];
    for (const { id, document: name } of named) {
      if (name !== document && name !== asideName({ id, document })) continue;
      // The hot log has no index by log: this reads all of it, which is bounded, and once for a document.
      for (const table of ["hot_log", "segments", "ranges", "snapshots"]) {
        file.prepare(`DELETE FROM ${table} WHERE log = ?`).run(id);
      }
      file.prepare("DELETE FROM logs WHERE id = ?").run(id);
    }
  });
}

/** In one transaction removes every row a snapshot through `seq` stands for; it stays, and so does a newer one. */
export function eraseRows(file: LogFile, place: Place, { seq, bytes }: StoredSnapshot): Result<void, LogError> {
  const rest = restOfSegment(file, place, seq);
  if (!rest.ok) return rest;
  const { id } = place;
  file.transaction(() => {
    file.prepare("DELETE FROM segments WHERE log = ? AND first <= ?").run(id, seq);
    file.prepare("DELETE FROM ranges WHERE log = ? AND first <= ?").run(id, seq);
    file.prepare("DELETE FROM snapshots WHERE log = ? AND seq < ?").run(id, seq);
    file.prepare("UPDATE logs SET first = ? WHERE id = ?").run(seq + 1, id);
    if (rest.value.length > 0) insertSegment(file, place, rest.value);
    insertSnapshot(file, place, { seq, bytes });
  });
  place.first = seq + 1;
  return ok(undefined);
}

/** The rows after `seq` of the segment it is in. */
function restOfSegment(file: LogFile, place: Place, seq: number): Result<readonly LogRow[], LogError> {
  const segments = readSegments(file, place, seq, seq + 1);
  if (!segments.ok) return segments;
  const [segment] = segments.value;
  return segment === undefined ? ok([]) : readPackedRows(file, place, seq + 1, segment.last + 1);
}
