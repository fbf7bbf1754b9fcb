import { type DocumentId, type Role, ROLES } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import type { PeopleFile } from "./people-file.ts";
import { discardedIn } from "./trash.ts";
import { findPerson, owners, type Person } from "./principals.ts";

/** What an invite or an owner can give: owning is not given away, and comments do not exist yet. */
export type GivenRole = Extract<Role, "viewer" | "editor">;
export const GIVEN_ROLES: readonly GivenRole[] = ["viewer", "editor"];

/** What a person may do in a document; undefined when it must look to them as if it did not exist. */
export const roleIn = (file: PeopleFile, principal: Principal, document: DocumentId): Role | undefined =>
  discardedIn(file, document) === undefined ? givenRole(file, principal, document) : undefined;

/** The same, though the document be in the trash. */
export function givenRole(file: PeopleFile, principal: Principal, document: DocumentId): Role | undefined {
  if (findPerson(file, principal)?.isOwner === true || ownerOf(file, document) === principal) return "owner";
  const given = file.rows<{ readonly role: Role | null }>(
    `SELECT role FROM decisions WHERE document = ?1 AND principal = ?2
     UNION ALL SELECT invites.role FROM grants JOIN invites ON invites.id = grants.invite
     WHERE grants.document = ?1 AND grants.principal = ?2`,
    document,
    principal,
  );
  return strongest(given.map(({ role }) => role));
}

export const ownerOf = (file: PeopleFile, document: DocumentId): Principal | undefined =>
  file.rows<{ readonly owner: Principal }>("SELECT owner FROM documents WHERE id = ?", document)[0]?.owner;

/** Makes a person the owner of a document without one. */
export function claim(file: PeopleFile, document: DocumentId, principal: Principal): void {
  file.write(
    "INSERT INTO documents (id, owner, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    document,
    principal,
    file.now(),
  );
}

export interface Member extends Person {
  readonly role: Role;
  /** Undefined for those who never came in with anything, as the owner on loopback. */
  readonly lastSeen: number | undefined;
}

/** Everybody who may at least read, with the owner of the server, who may read everything. */
export function membersOf(file: PeopleFile, document: DocumentId): Member[] {
  const owner = ownerOf(file, document);
  const invited = file.rows<{ readonly principal: Principal }>(
    `SELECT principal FROM grants WHERE document = ?1 UNION SELECT principal FROM decisions WHERE document = ?1`,
    document,
  );
  const all = new Set([
    owner,
    ...owners(file).map(({ principal }) => principal),
    ...invited.map((row) => row.principal),
  ]);
  return [...all].flatMap((principal) => {
    const person = principal === undefined ? undefined : findPerson(file, principal);
    const role = person === undefined ? undefined : roleIn(file, person.principal, document);
    return person === undefined || role === undefined ? [] : [{ ...person, role, lastSeen: lastSeenOf(file, person) }];
  });
}

/** What an owner says stands against every invite made before; undefined removes the person. */
export function decide(
  file: PeopleFile,
  document: DocumentId,
  principal: Principal,
  role: GivenRole | undefined,
): void {
  file.transaction(() => {
    file.write("DELETE FROM grants WHERE document = ? AND principal = ?", document, principal);
    file.write(
      `INSERT INTO decisions (document, principal, role, decided) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET role = excluded.role, decided = excluded.decided`,
      document,
      principal,
      role ?? null,
      file.now(),
    );
  });
}

function lastSeenOf(file: PeopleFile, { principal }: Person): number | undefined {
  const [row] = file.rows<{ readonly at: number | null }>(
    "SELECT max(last_seen) AS at FROM credentials WHERE principal = ?",
    principal,
  );
  return row?.at ?? undefined;
}

const strongest = (roles: readonly (Role | null)[]): Role | undefined => ROLES.findLast((role) => roles.includes(role));
