import { createHash, randomBytes } from "node:crypto";
import { type DocumentId, parseDocumentId } from "@sheaf/protocol";

/** An invite or owner key: 128 bits, for a link. */
export const makeKey = (): string => randomBytes(16).toString("base64url");

/** What a session or a program shows with each request: 256 bits. */
export const makeToken = (): string => randomBytes(32).toString("base64url");

/** What a browser made up for itself: 22 letters, digits and signs, 128 bits or more. Anything else is taken for none. */
export type DeviceKey = string & { readonly DeviceKey: unique symbol };
export const parseDeviceKey = (value: unknown): DeviceKey | undefined =>
  typeof value === "string" && /^[\w-]{22}$/.test(value) ? (value as DeviceKey) : undefined;

/** Names a person, an invite or a token; no secret. */
export const makeId = (): string => randomBytes(12).toString("base64url");

/** 128 bits behind a letter, because an id may not begin with a sign. */
export const makeDocumentId = (): DocumentId => parseDocumentId(`d${makeKey()}`)!;

/** All that is stored of a key or token: as they are random, nothing slower is needed to keep them from being guessed. */
export const hashOf = (secret: string): Uint8Array => createHash("sha256").update(secret).digest();
