import { fromHexString, toHexString } from "lib0/buffer";
import type { DocumentId } from "./document-id.ts";
import type { LogPosition } from "./log-position.ts";
import { type Role, ROLES } from "./role.ts";

/** Where a document's newest snapshot is asked for (W80). */
export const snapshotPath = (document: DocumentId): string => `/api/documents/${document}/snapshot`;

/** What an answer says beside the snapshot it brings: of the document what a welcome says (W30), in headers (W81). */
export interface SnapshotHead {
  /** It stands for every row up to here. */
  readonly position: LogPosition;
  /** Highest editor schema that wrote in it; 0 for a foreign document. */
  readonly schemaVersion: number;
  /** Of who asked. */
  readonly role: Role;
}

const POSITION = "sheaf-position";
const SCHEMA = "sheaf-schema";
const ROLE = "sheaf-role";

export const snapshotHeaders = ({ position, schemaVersion, role }: SnapshotHead): Readonly<Record<string, string>> => ({
  [POSITION]: positionName(position),
  [SCHEMA]: String(schemaVersion),
  [ROLE]: role,
});

/** One name for each position: no capitals, no leading zeros, no sign. */
export const positionName = ({ logId, seq }: LogPosition): string => `${toHexString(logId)}-${seq}`;

const POSITION_NAME = /^([0-9a-f]{32})-([1-9][0-9]{0,15})$/;
const NUMBER = /^(?:0|[1-9][0-9]{0,15})$/;

/** @returns undefined when the headers are not what {@link snapshotHeaders} makes. */
export function readSnapshotHead(header: (name: string) => string | null): SnapshotHead | undefined {
  const [, hex = "", digits] = POSITION_NAME.exec(header(POSITION) ?? "") ?? [];
  const seq = Number(digits);
  const schema = header(SCHEMA) ?? "";
  const schemaVersion = Number(schema);
  const role = ROLES.find((known) => known === header(ROLE));
  const isNumbered = Number.isSafeInteger(seq) && NUMBER.test(schema) && Number.isSafeInteger(schemaVersion);
  if (!isNumbered || role === undefined) return undefined;
  return { position: { logId: fromHexString(hex), seq }, schemaVersion, role };
}
