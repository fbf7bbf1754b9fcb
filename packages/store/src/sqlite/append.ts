import type { DocumentId } from "@sheaf/protocol";
import type { AppendRequest } from "@sheaf/room";
import type { LogFile } from "./file.ts";
import { insertHotRow } from "./hot-log.ts";
import { lastSeq, type Place, type Places } from "./places.ts";

/**
 * Appends rows to the hot log in one transaction, and then to the map of where they are. Throws what SQLite
 * throws; the map is as it was then.
 *
 * @returns The seq of each row.
 */
export function appendRows(file: LogFile, places: Places, rows: readonly AppendRequest[]): number[] {
  const next = { ...places.ids };
  const touched = new Map<DocumentId, Place>();
  const newLogs = new Map<Place, number>();
  const newPrincipals = new Map<string, number>();
  const grown = new Map<Place, { readonly ids: number[]; bytes: number }>();

  const seqs = file.transaction(() => {
    return rows.map((row) => {
      const place = touched.get(row.document) ?? places.get(row.document);
      touched.set(row.document, place);
      let log = place.id === 0 ? newLogs.get(place) : place.id;
      if (log === undefined) {
        log = ++next.log;
        file.prepare("INSERT INTO logs (id, document, log_id) VALUES (?, ?, ?)").run(log, row.document, place.logId);
        newLogs.set(place, log);
      }
      let principal = places.principals.get(row.principal) ?? newPrincipals.get(row.principal);
      if (principal === undefined) {
        principal = ++next.principal;
        file.prepare("INSERT INTO principals (id, name) VALUES (?, ?)").run(principal, row.principal);
        newPrincipals.set(row.principal, principal);
      }
      let added = grown.get(place);
      if (added === undefined) grown.set(place, (added = { ids: [], bytes: 0 }));
      const id = ++next.row;
      const seq = lastSeq(place) + added.ids.length + 1;
      insertHotRow(file, { id, log, seq, principal }, place.logId, row);
      added.ids.push(id);
      added.bytes += row.update.length;
      return seq;
    });
  });

  // The maps follow the file only now: a failed commit leaves them as they were.
  for (const place of touched.values()) {
    place.id ||= newLogs.get(place) ?? 0;
    places.write(place);
  }
  for (const [name, id] of newPrincipals) places.principals.set(name, id);
  for (const [place, { ids, bytes }] of grown) {
    place.rowIds.push(...ids);
    place.hotBytes += bytes;
  }
  Object.assign(places.ids, next);
  return seqs;
}
