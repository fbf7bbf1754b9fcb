import { type DocumentId, err, ok, type Result, type Role } from "@sheaf/protocol";
import { COMMON } from "./words/common.ts";

/** Why the server did not do it: a word for the page, a sentence for people. */
export interface Problem {
  /** The server's own code; `unreachable` when it did not answer. */
  readonly code: string;
  readonly reason: string;
}

export type Answer<T> = Promise<Result<T, Problem>>;

/** What a key opens; `document` is null when it leads to no document in particular. */
export interface Invitation {
  readonly role: Role;
  readonly document: DocumentId | null;
}

export interface Account {
  /** `loopback`: nobody else can come in, and nobody signs in. */
  readonly mode: "loopback" | "shared";
  /** The origins under which others reach this server, the likeliest first. */
  readonly urls: readonly string[];
}

/** What can be given to others. */
export type GivenRole = Extract<Role, "viewer" | "editor">;

export interface Member {
  readonly principal: string;
  /** Empty until they gave one. */
  readonly name: string;
  readonly role: Role;
  readonly isYou: boolean;
  /** Milliseconds since 1970, to the hour. */
  readonly lastSeen: number | null;
}

export interface Invite {
  readonly id: string;
  readonly role: GivenRole;
  readonly expires: number | null;
  /** How many are in by it. */
  readonly people: number;
}

export const lookAtInvite = (key: string): Answer<Invitation> => ask("POST", "/invites/look", { key });
export const join = (
  key: string,
  name: string | undefined,
  deviceKey: string | undefined,
): Answer<Pick<Invitation, "document">> => ask("POST", "/join", { key, name, deviceKey });
/** For who is not signed in any more; `sign-in` when the key is nobody's. */
export const signInAgain = (deviceKey: string): Answer<unknown> => ask("POST", "/session", { deviceKey });

export const askAccount = (): Answer<Account> => ask("GET", "/me");
export const rename = (name: string): Answer<unknown> => ask("PATCH", "/me", { name });

/** What a list says of a document. */
export interface ListedDocument {
  readonly document: DocumentId;
  /** Empty when its first line is. */
  readonly title: string;
  /** Milliseconds since 1970; null when the server has not read it yet. */
  readonly edited: number | null;
  readonly role: Role;
  readonly isTrashed: boolean;
}

export const askDocuments = (): Answer<{ readonly documents: readonly ListedDocument[] }> => ask("GET", "/documents");
/** What the server says of a document to who asks for it alone. */
interface SeenDocument extends Pick<ListedDocument, "role" | "isTrashed"> {
  /** The largest picture it takes. */
  readonly maxPictureBytes: number;
}

export const askDocument = (document: DocumentId): Answer<SeenDocument> => ask("GET", `/documents/${document}`);

/** The last time a document was written to. */
export interface LastChange {
  /** Milliseconds since 1970, by the server's clock. */
  readonly time: number;
  /** Their name is empty until they gave one. Null when the server cannot tell. */
  readonly by: Pick<Member, "name" | "isYou"> | null;
}
/** @returns undefined when nothing is known of it. */
export const askLastChange = (document: DocumentId): Answer<LastChange | undefined> =>
  ask("GET", `/documents/${document}/last-change`);

export const trashDocument = (document: DocumentId): Answer<unknown> => ask("POST", `/documents/${document}/trash`, {});
export const restoreDocument = (document: DocumentId): Answer<unknown> =>
  ask("POST", `/documents/${document}/restore`, {});
/** Only what is in the trash; nobody can bring it back. */
export const purgeDocument = (document: DocumentId): Answer<unknown> => ask("DELETE", `/documents/${document}`);

/** Makes a document nobody has yet this person's own; again for one that is changes nothing. */
export const claimDocument = (document: DocumentId): Answer<unknown> => ask("POST", "/documents", { document });

export const askPeople = (document: DocumentId): Answer<{ readonly people: readonly Member[]; readonly role: Role }> =>
  ask("GET", `/documents/${document}/people`);
export const changeRole = (document: DocumentId, principal: string, role: GivenRole): Answer<unknown> =>
  ask("PUT", `/documents/${document}/people/${encodeURIComponent(principal)}`, { role });
export const removePerson = (document: DocumentId, principal: string): Answer<unknown> =>
  ask("DELETE", `/documents/${document}/people/${encodeURIComponent(principal)}`);

export const askInvites = (document: DocumentId): Answer<{ readonly invites: readonly Invite[] }> =>
  ask("GET", `/documents/${document}/invites`);
/** @returns The key, which nobody can ask for again. */
export const makeInvite = (
  document: DocumentId,
  role: GivenRole,
  expiresInDays: number | undefined,
): Answer<{ readonly id: string; readonly key: string }> =>
  ask("POST", `/documents/${document}/invites`, { role, expiresInDays });
export const revokeInvite = (document: DocumentId, id: string): Answer<unknown> =>
  ask("DELETE", `/documents/${document}/invites/${encodeURIComponent(id)}`);

const ANSWER_WITHIN_MILLIS = 10_000;
const UNREACHABLE: Problem = { code: "unreachable", reason: COMMON.unreachable };

async function ask<T>(method: string, path: string, body?: Readonly<Record<string, unknown>>): Answer<T> {
  try {
    const response = await fetch(`/api${path}`, {
      method,
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MILLIS),
      ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    // The shapes are those of apps/server/src/api.ts, which is always of the same build as this page.
    return response.ok ? ok(answer as T) : err(answer as Problem);
  } catch {
    // Nothing came, or what a proxy says for a server that is away.
    return err(UNREACHABLE);
  }
}
