import type { Principal } from "@sheaf/room";
import { type DeviceKey, hashOf, makeId, makeToken } from "./keys.ts";
import type { PeopleFile } from "./people-file.ts";

/**
 * `session`: a browser's cookie. `device`: a key its page keeps, by which its person is known again without the cookie.
 * `token`: a program's, which acts as its maker.
 */
export type CredentialKind = "session" | "device" | "token";

export interface Credential {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly principal: Principal;
  readonly name: string;
  readonly created: number;
  readonly lastSeen: number;
  /** Of a session whose browser gave a key. */
  readonly device: string | null;
}

/** A browser that was not here for so long has to be invited again. */
export const SESSION_IDLE_MILLIS = 90 * 24 * 60 * 60 * 1000;
/** How exact "last seen" is: each of its writes is a sync of the disk. */
const SEEN_EVERY_MILLIS = 60 * 60 * 1000;

const COLUMNS = "id, kind, principal, name, created, last_seen AS lastSeen, device";

/** @returns The secret, which is not stored. */
export function addCredential(
  file: PeopleFile,
  kind: CredentialKind,
  principal: Principal,
  { name = "", device }: { readonly name?: string; readonly device?: string | undefined } = {},
): { readonly id: string; readonly secret: string } {
  const [id, secret, now] = [makeId(), makeToken(), file.now()];
  file.write(
    `INSERT INTO credentials (id, kind, secret, principal, name, created, last_seen, device)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)`,
    id,
    kind,
    hashOf(secret),
    principal,
    name,
    now,
    device ?? null,
  );
  return { id, secret };
}

/** A key this browser made is this person's from now on. @returns The id by which sessions name it. */
export function keepDevice(file: PeopleFile, principal: Principal, key: DeviceKey): string {
  const [kept] = file.rows<Pick<Credential, "id">>(
    `INSERT INTO credentials (id, kind, secret, principal, name, created, last_seen)
     VALUES (?1, 'device', ?2, ?3, '', ?4, ?4)
     ON CONFLICT (secret) DO UPDATE SET principal = excluded.principal, last_seen = excluded.last_seen
     RETURNING id`,
    makeId(),
    hashOf(key),
    principal,
    file.now(),
  );
  return kept!.id;
}

/** Whose browser this is, however long ago they were here: for those who are invited anyway. */
export const ownerOfDevice = (file: PeopleFile, key: DeviceKey): Principal | undefined =>
  file.rows<Pick<Credential, "principal">>(
    "SELECT principal FROM credentials WHERE secret = ? AND kind = 'device'",
    hashOf(key),
  )[0]?.principal;

/** Whose this is, if it still holds. */
export function findCredential(file: PeopleFile, kind: CredentialKind, secret: string): Credential | undefined {
  const [found] = file.rows<Credential>(
    `SELECT ${COLUMNS} FROM credentials WHERE secret = ? AND kind = ?`,
    hashOf(secret),
    kind,
  );
  return found !== undefined && isFresh(file, found) ? found : undefined;
}

/** Notes that it is in use, and the browser with it. @returns `renewed` about once an hour, `gone` when it was revoked or idle for too long. */
export function see(file: PeopleFile, id: string): "seen" | "renewed" | "gone" {
  const [found] = file.rows<Credential>(`SELECT ${COLUMNS} FROM credentials WHERE id = ?`, id);
  if (found === undefined || !isFresh(file, found)) return "gone";
  if (file.now() - found.lastSeen < SEEN_EVERY_MILLIS) return "seen";
  const update = "UPDATE credentials SET last_seen = ? WHERE id = ? OR id = ?";
  file.write(update, file.now(), id, found.device);
  return "renewed";
}

export const tokensOf = (file: PeopleFile, principal: Principal): Credential[] =>
  file.rows<Credential>(
    `SELECT ${COLUMNS} FROM credentials WHERE principal = ? AND kind = 'token' ORDER BY created, id`,
    principal,
  );

/** A session goes with the key of its browser, and all other sessions by that. @returns False when this person has none such. */
export const removeCredential = (
  file: PeopleFile,
  kind: "session" | "token",
  principal: Principal,
  id: string,
): boolean =>
  file.write(
    `DELETE FROM credentials WHERE id = ?1 AND principal = ?2 AND kind = ?3
     OR id = (SELECT device FROM credentials WHERE id = ?1 AND principal = ?2 AND kind = ?3)`,
    id,
    principal,
    kind,
  ) > 0;

const isFresh = (file: PeopleFile, { kind, lastSeen }: Credential): boolean =>
  kind === "token" || file.now() - lastSeen < SESSION_IDLE_MILLIS;
