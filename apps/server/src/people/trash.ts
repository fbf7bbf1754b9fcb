import type { DocumentId } from "@sheaf/protocol";
import type { PeopleFile } from "./people-file.ts";

/** `trashed`: its owner can bring it back. `purged`: nobody can, and its id is never used again (D16). */
export type Discarded = "trashed" | "purged";

/** Undefined for a document that is in use, or could be. */
export function discardedIn(file: PeopleFile, document: DocumentId): Discarded | undefined {
  const select = "SELECT is_purged AS isPurged FROM trash WHERE document = ?";
  const [row] = file.rows<{ readonly isPurged: number }>(select, document);
  return row === undefined ? undefined : row.isPurged === 1 ? "purged" : "trashed";
}

/** Closes a document to everybody, until it is restored; one in the trash, or purged, stays so. */
export function trash(file: PeopleFile, document: DocumentId): void {
  const insert = "INSERT INTO trash (document, trashed, is_purged) VALUES (?, ?, 0) ON CONFLICT DO NOTHING";
  file.write(insert, document, file.now());
}

/** Everybody may do again what they might before. */
export function restore(file: PeopleFile, document: DocumentId): void {
  file.write("DELETE FROM trash WHERE document = ? AND is_purged = 0", document);
}

/** Forgets all there is of a document in the trash but that there was one. */
export function purge(file: PeopleFile, document: DocumentId): void {
  file.transaction(() => {
    file.write("UPDATE trash SET is_purged = 1 WHERE document = ?", document);
    // Grants name invites, so they go first.
    for (const table of ["grants", "decisions", "invites", "titles"]) {
      file.write(`DELETE FROM ${table} WHERE document = ?`, document);
    }
    file.write("DELETE FROM documents WHERE id = ?", document);
  });
  file.truncateLog();
}
