import { timingSafeEqual } from "node:crypto";
import type { DocumentId } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import { claim, type GivenRole } from "./documents.ts";
import { hashOf, makeId, makeKey } from "./keys.ts";
import type { PeopleFile } from "./people-file.ts";

export interface Invite {
  readonly id: string;
  readonly document: DocumentId;
  readonly role: GivenRole;
  readonly created: number;
  /** After this nobody new gets in; who is in stays. */
  readonly expires: number | undefined;
}

interface Row extends Omit<Invite, "expires"> {
  readonly expires: number | null;
}

const COLUMNS = "id, document, role, created, expires";
const toInvite = (row: Row): Invite => ({ ...row, expires: row.expires ?? undefined });

export interface NewInvite {
  readonly document: DocumentId;
  readonly role: GivenRole;
  readonly by: Principal;
  readonly expires?: number | undefined;
  /** Made here when it is not given. */
  readonly key?: string | undefined;
}

/** @returns Its key beside it, which is not stored. */
export function addInvite(
  file: PeopleFile,
  { key = makeKey(), ...invite }: NewInvite,
): Invite & { readonly key: string } {
  const { document, role, by, expires } = invite;
  const [id, created] = [makeId(), file.now()];
  file.transaction(() => {
    // An invited document is somebody's: nobody else may claim it.
    claim(file, document, by);
    file.write(
      "INSERT INTO invites (id, secret, document, role, created_by, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
      id,
      hashOf(key),
      document,
      role,
      by,
      created,
      expires ?? null,
    );
  });
  return { id, document, role, created, expires, key };
}

/** The invite a key opens now; undefined when it is wrong, revoked, expired, or to what is in the trash: all look the same. */
export function findInvite(file: PeopleFile, key: string): Invite | undefined {
  const [row] = file.rows<Row>(
    `SELECT ${COLUMNS} FROM invites WHERE secret = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)
     AND document NOT IN (SELECT document FROM trash)`,
    hashOf(key),
    file.now(),
  );
  return row === undefined ? undefined : toInvite(row);
}

/** True when there ever was an invite with this key. */
export const wasInvited = (file: PeopleFile, key: string): boolean =>
  file.rows("SELECT 1 FROM invites WHERE secret = ?", hashOf(key)).length > 0;

/** Lets a person in; but an invite does not undo what an owner decided about them after it was made. */
export function redeem(file: PeopleFile, { id, document, created }: Invite, principal: Principal): void {
  file.write(
    `INSERT INTO grants (document, principal, invite) SELECT ?1, ?2, ?3
     WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE document = ?1 AND principal = ?2 AND decided > ?4)
     ON CONFLICT DO NOTHING`,
    document,
    principal,
    id,
    created,
  );
}

/** Those that are not revoked, with how many people are in by each. */
export const invitesTo = (file: PeopleFile, document: DocumentId): (Invite & { readonly people: number })[] =>
  file
    .rows<Row & { readonly people: number }>(
      `SELECT ${COLUMNS}, (SELECT count(*) FROM grants WHERE invite = invites.id) AS people
       FROM invites WHERE document = ? AND revoked IS NULL ORDER BY created, id`,
      document,
    )
    .map((row) => ({ ...toInvite(row), people: row.people }));

/** Who came in by it goes with it. @returns False when the document has no such invite. */
export function revokeInvite(file: PeopleFile, document: DocumentId, id: string): boolean {
  return file.transaction(() => {
    const now = file.now();
    const sql = "UPDATE invites SET revoked = ? WHERE id = ? AND document = ? AND revoked IS NULL";
    if (file.write(sql, now, id, document) === 0) return false;
    file.write("DELETE FROM grants WHERE invite = ?", id);
    return true;
  });
}

/** Compared as hashes, which takes as long whatever is right about it. */
export const isSameKey = (a: string, b: string): boolean => timingSafeEqual(hashOf(a), hashOf(b));
