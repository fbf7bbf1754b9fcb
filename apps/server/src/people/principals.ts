import { NOBODY, type Principal } from "@sheaf/room";
import { makeId } from "./keys.ts";
import type { PeopleFile } from "./people-file.ts";

/**
 * Whose server it is. On loopback nobody signs in, and who is at this machine is its owner: the same principal, so that
 * a page opened before the server was shared goes on under its client id afterwards.
 */
export const OWNER: Principal = NOBODY;

export interface Person {
  readonly principal: Principal;
  /** Empty until they gave one. */
  readonly name: string;
  /** The owner of the server, who owns every document. */
  readonly isOwner: boolean;
}

const COLUMNS = "id AS principal, name, is_owner AS isOwner";

type Row = Omit<Person, "isOwner"> & { readonly isOwner: number };
const toPerson = (row: Row): Person => ({ ...row, isOwner: row.isOwner === 1 });

/** The server's owner exists from the first start on. */
export function addOwner(file: PeopleFile): void {
  file.write(
    "INSERT INTO principals (id, name, created, is_owner) VALUES (?, '', ?, 1) ON CONFLICT DO NOTHING",
    OWNER,
    file.now(),
  );
}

export function addPerson(file: PeopleFile, name = ""): Principal {
  const principal = makeId() as Principal;
  file.write("INSERT INTO principals (id, name, created, is_owner) VALUES (?, ?, ?, 0)", principal, name, file.now());
  return principal;
}

export function findPerson(file: PeopleFile, principal: Principal): Person | undefined {
  const [row] = file.rows<Row>(`SELECT ${COLUMNS} FROM principals WHERE id = ?`, principal);
  return row === undefined ? undefined : toPerson(row);
}

export const owners = (file: PeopleFile): Person[] =>
  file.rows<Row>(`SELECT ${COLUMNS} FROM principals WHERE is_owner = 1 ORDER BY created, id`).map(toPerson);

export function rename(file: PeopleFile, principal: Principal, name: string): void {
  file.write("UPDATE principals SET name = ? WHERE id = ?", name, principal);
}

export function makeOwner(file: PeopleFile, principal: Principal): void {
  file.write("UPDATE principals SET is_owner = 1 WHERE id = ?", principal);
}
