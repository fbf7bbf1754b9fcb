import type { Principal } from "@sheaf/room";
import { hashOf, makeId, makeToken } from "./keys.ts";
import type { PeopleFile } from "./people-file.ts";

/** `session`: a browser's cookie. `token`: a program's, which acts as its maker. */
export type CredentialKind = "session" | "token";

export interface Credential {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly principal: Principal;
  readonly name: string;
  readonly created: number;
  readonly lastSeen: number;
}

/** A browser that was not here for so long has to be invited again. */
export const SESSION_IDLE_MILLIS = 90 * 24 * 60 * 60 * 1000;
/** How exact "last seen" is: each of its writes is a sync of the disk. */
const SEEN_EVERY_MILLIS = 60 * 60 * 1000;

const COLUMNS = "id, kind, principal, name, created, last_seen AS lastSeen";

/** @returns The secret, which is not stored. */
export function addCredential(
  file: PeopleFile,
  kind: CredentialKind,
  principal: Principal,
  name = "",
): { readonly id: string; readonly secret: string } {
  const [id, secret, now] = [makeId(), makeToken(), file.now()];
  file.write(
    "INSERT INTO credentials (id, kind, secret, principal, name, created, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
    id,
    kind,
    hashOf(secret),
    principal,
    name,
    now,
    now,
  );
  return { id, secret };
}

/** Whose this is, if it still holds. */
export function findCredential(file: PeopleFile, kind: CredentialKind, secret: string): Credential | undefined {
  const [found] = file.rows<Credential>(
    `SELECT ${COLUMNS} FROM credentials WHERE secret = ? AND kind = ?`,
    hashOf(secret),
    kind,
  );
  return found !== undefined && isFresh(file, found) ? found : undefined;
}

/** Notes that it is in use. @returns `renewed` about once an hour, `gone` when it was revoked or idle for too long. */
export function see(file: PeopleFile, id: string): "seen" | "renewed" | "gone" {
  const [found] = file.rows<Credential>(`SELECT ${COLUMNS} FROM credentials WHERE id = ?`, id);
  if (found === undefined || !isFresh(file, found)) return "gone";
  if (file.now() - found.lastSeen < SEEN_EVERY_MILLIS) return "seen";
  file.write("UPDATE credentials SET last_seen = ? WHERE id = ?", file.now(), id);
  return "renewed";
}

export const tokensOf = (file: PeopleFile, principal: Principal): Credential[] =>
  file.rows<Credential>(
    `SELECT ${COLUMNS} FROM credentials WHERE principal = ? AND kind = 'token' ORDER BY created, id`,
    principal,
  );

/** @returns False when this person has no such credential. */
export const removeCredential = (file: PeopleFile, kind: CredentialKind, principal: Principal, id: string): boolean =>
  file.write("DELETE FROM credentials WHERE id = ? AND principal = ? AND kind = ?", id, principal, kind) > 0;

const isFresh = (file: PeopleFile, { kind, lastSeen }: Credential): boolean =>
  kind === "token" || file.now() - lastSeen < SESSION_IDLE_MILLIS;
