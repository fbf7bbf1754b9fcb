import { createHmac, timingSafeEqual } from "node:crypto";
import { type DocumentId, parseDocumentId, type Role, ROLES } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";

/** Opens one document for one person for a while, in the address a stock client calls. */
export interface RoomToken {
  readonly document: DocumentId;
  readonly principal: Principal;
  /** At most; what the person may do at the time limits it further. */
  readonly role: Role;
  /** Milliseconds since 1970; a connection opened before stays. */
  readonly expires: number;
}

export const ROOM_TOKEN_MILLIS = 10 * 60 * 1000;

export function signRoomToken(token: RoomToken, signingKey: string): string {
  const { document, principal, role, expires } = token;
  const body = Buffer.from(JSON.stringify([document, principal, role, expires])).toString("base64url");
  return `${body}.${mac(body, signingKey).toString("base64url")}`;
}

/** @returns undefined when it is not ours or its time is over. */
export function readRoomToken(text: string, signingKey: string, now: number): RoomToken | undefined {
  const [body = "", signature = "", ...rest] = text.split(".");
  const expected = mac(body, signingKey);
  const given = Buffer.from(signature, "base64url");
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // We signed it, so it is what we wrote.
  const fields = JSON.parse(Buffer.from(body, "base64url").toString()) as [string, Principal, string, number];
  const document = parseDocumentId(fields[0]);
  const role = ROLES.find((each) => each === fields[2]);
  if (document === undefined || role === undefined || fields[3] <= now) return undefined;
  return { document, principal: fields[1], role, expires: fields[3] };
}

/** Named, so that no other use of the key could ever be taken for this one. */
const mac = (body: string, signingKey: string): Buffer =>
  createHmac("sha256", signingKey).update(`room-token\n${body}`).digest();
