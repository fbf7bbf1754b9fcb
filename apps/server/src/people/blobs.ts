import type { DocumentId } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import type { BlobHash } from "../node/blob-folder.ts";
import type { PictureHeader } from "../picture-header.ts";
import type { PeopleFile } from "./people-file.ts";

/** What is known of a file that somebody put into a document. The same file in two documents is two of these. */
export interface Blob extends PictureHeader {
  readonly hash: BlobHash;
  readonly bytes: number;
}

/** @returns undefined when the document has no such file, whatever others have. */
export function findBlob(file: PeopleFile, document: DocumentId, hash: BlobHash): Blob | undefined {
  const select = "SELECT hash, type, width, height, bytes FROM blobs WHERE document = ? AND hash = ?";
  return file.rows<Blob>(select, document, hash)[0];
}

/** One that is there already stays whose it is. */
export function addBlob(
  file: PeopleFile,
  { hash, type, width, height, bytes }: Blob,
  { document, by }: { readonly document: DocumentId; readonly by: Principal },
): void {
  file.write(
    `INSERT INTO blobs (document, hash, type, width, height, bytes, added_by, added)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    document,
    hash,
    type,
    width,
    height,
    bytes,
    by,
    file.now(),
  );
}

export function bytesOfBlobs(file: PeopleFile, document: DocumentId): number {
  const select = "SELECT coalesce(sum(bytes), 0) AS bytes FROM blobs WHERE document = ?";
  return file.rows<{ readonly bytes: number }>(select, document)[0]?.bytes ?? 0;
}

export const isHeld = (file: PeopleFile, hash: BlobHash): boolean =>
  file.rows("SELECT 1 FROM blobs WHERE hash = ? LIMIT 1", hash).length > 0;

/** The files of a document that are in no other one. */
export const blobsOnlyIn = (file: PeopleFile, document: DocumentId): BlobHash[] =>
  file
    .rows<{ readonly hash: BlobHash }>(
      `SELECT hash FROM blobs AS own WHERE document = ?1
       AND NOT EXISTS (SELECT 1 FROM blobs WHERE hash = own.hash AND document <> ?1)`,
      document,
    )
    .map(({ hash }) => hash);

/** Of all documents, each once. */
export const allBlobs = (file: PeopleFile): BlobHash[] =>
  file.rows<{ readonly hash: BlobHash }>("SELECT DISTINCT hash FROM blobs").map(({ hash }) => hash);

export function dropBlob(file: PeopleFile, hash: BlobHash): void {
  file.write("DELETE FROM blobs WHERE hash = ?", hash);
}

/** Purged documents whose files may still be there. */
export const purgedWithBlobs = (file: PeopleFile): DocumentId[] =>
  file
    .rows<{ readonly document: DocumentId }>(
      "SELECT DISTINCT document FROM blobs JOIN trash USING (document) WHERE is_purged = 1",
    )
    .map(({ document }) => document);

/** After their files: until then the rows say what is left to do. */
export function forgetBlobs(file: PeopleFile, document: DocumentId): void {
  if (file.write("DELETE FROM blobs WHERE document = ?", document) > 0) file.truncateLog();
}
