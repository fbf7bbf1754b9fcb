import type { DocumentId, Role } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import { givenRole } from "./documents.ts";
import type { PeopleFile } from "./people-file.ts";
import { findPerson } from "./principals.ts";

/** What a list says of a document. */
export interface Listed {
  readonly document: DocumentId;
  /** Empty when its first line is. */
  readonly title: string;
  /** When it was written to last: milliseconds since 1970. */
  readonly edited: number;
  readonly role: Role;
  readonly isTrashed: boolean;
}

export interface TitleRow {
  readonly document: DocumentId;
  readonly title: string;
  readonly edited: number;
  readonly seq: number;
}

/** All of them or none; not of documents that were purged meanwhile. */
export function writeTitles(file: PeopleFile, rows: readonly TitleRow[]): void {
  if (rows.length === 0) return;
  file.transaction(() => {
    for (const { document, title, edited, seq } of rows) {
      // When a document was edited stays known though the row that said so is erased.
      file.write(
        `INSERT INTO titles (document, title, edited, seq) SELECT ?1, ?2, ?3, ?4
         WHERE NOT EXISTS (SELECT 1 FROM trash WHERE document = ?1 AND is_purged = 1)
         ON CONFLICT DO UPDATE SET title = excluded.title, edited = max(edited, excluded.edited), seq = excluded.seq`,
        document,
        title,
        edited,
        seq,
      );
    }
  });
}

/** The row through which each title was read. */
export const seqsOfTitles = (file: PeopleFile): ReadonlyMap<DocumentId, number> =>
  new Map(
    file
      .rows<Pick<TitleRow, "document" | "seq">>("SELECT document, seq FROM titles")
      .map(({ document, seq }) => [document, seq]),
  );

export const MAX_LISTED = 500;

const COLUMNS = "titles.document, title, edited, trash.document IS NOT NULL AS isTrashed";
const FROM = "titles LEFT JOIN trash ON trash.document = titles.document";
type Row = Omit<Listed, "role" | "isTrashed"> & { readonly isTrashed: number };

/**
 * The documents a person owns or was given, those written to last first; of what is in the trash only their own.
 * To the server's owner belongs what nobody claimed; what others claimed is not listed to them, though they may open it.
 */
export function listOf(file: PeopleFile, principal: Principal): Listed[] {
  const isOwner = findPerson(file, principal)?.isOwner === true;
  const rows = file.rows<Row>(
    `SELECT ${COLUMNS} FROM ${FROM} LEFT JOIN documents ON documents.id = titles.document
     WHERE documents.owner = ?1
       OR ?2 AND (documents.owner IS NULL OR documents.owner IN (SELECT id FROM principals WHERE is_owner = 1))
       OR EXISTS (SELECT 1 FROM grants WHERE grants.document = titles.document AND principal = ?1)
       OR EXISTS (SELECT 1 FROM decisions WHERE decisions.document = titles.document AND principal = ?1
                  AND role IS NOT NULL)
     ORDER BY edited DESC, titles.document LIMIT ?3`,
    principal,
    isOwner ? 1 : 0,
    MAX_LISTED,
  );
  return rows.flatMap((row) => toListed(row, givenRole(file, principal, row.document)));
}

/** All documents there are, for the only person there is. */
export const listAll = (file: PeopleFile): Listed[] =>
  file
    .rows<Row>(`SELECT ${COLUMNS} FROM ${FROM} ORDER BY edited DESC, titles.document LIMIT ?`, MAX_LISTED)
    .flatMap((row) => toListed(row, "owner"));

function toListed(row: Row, role: Role | undefined): Listed[] {
  const isTrashed = row.isTrashed === 1;
  return role === undefined || (isTrashed && role !== "owner") ? [] : [{ ...row, role, isTrashed }];
}
