import type { Context } from "hono";
import { parse, serialize } from "hono/utils/cookie";
import { type DocumentId, err, ok, type Result, type Role, ROLES } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import type { Identity } from "@sheaf/host";
import { isSecureHost, type Origins } from "./access.ts";
import {
  addCredential,
  type CredentialKind,
  findCredential,
  keepDevice,
  see,
  SESSION_IDLE_MILLIS,
} from "./people/credentials.ts";
import { givenRole, roleIn } from "./people/documents.ts";
import type { DeviceKey } from "./people/keys.ts";
import type { PeopleFile } from "./people/people-file.ts";
import { OWNER } from "./people/principals.ts";
import { discardedIn } from "./people/trash.ts";
import { answerProblem } from "./problem.ts";
import { readRoomToken } from "./people/room-token.ts";

/** Who a request comes from, and by what it is known. */
export interface Caller {
  readonly identity: Identity;
  readonly via: "loopback" | SignedInBy;
  /** What they may do in a document, though it be in the trash, where nobody may open it. */
  readonly given: (document: DocumentId) => Role | undefined;
  /** What they came in with; undefined on loopback, where nobody signs in. */
  readonly credential: string | undefined;
}

type SignedInBy = Exclude<CredentialKind, "device">;

export type Refusal =
  | { readonly status: 401; readonly code: "sign-in"; readonly reason: string }
  | { readonly status: 403; readonly code: "forbidden"; readonly reason: string }
  | { readonly status: 404; readonly code: "not-found"; readonly reason: string };

/** What of a request says who asks. */
export interface Asking {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** Adds to the headers of its answer. */
  readonly setCookie: (value: string) => void;
}

export const askingOf = (c: Context): Asking => ({
  host: c.req.header("host"),
  origin: c.req.header("origin"),
  authorization: c.req.header("authorization"),
  cookie: c.req.header("cookie"),
  setCookie: (value) => c.header("Set-Cookie", value, { append: true }),
});

export interface CallersOptions {
  readonly people: PeopleFile;
  readonly signingKey: string;
  /** Who everybody without credentials is; undefined where everybody needs some (D13). */
  readonly loopback: Identity | undefined;
  readonly origins: () => Origins;
  readonly port: () => number;
  readonly report: (event: PeopleReport) => void;
}

/** What an operator should read about people. */
export interface PeopleReport {
  readonly kind: "people-failed";
  readonly reason: string;
}

/** Finds out who asks: a program by its bearer token, a browser by its cookie, on loopback whoever is there. */
export class Callers {
  readonly #options: CallersOptions;

  /** Everybody without a token, where nobody signs in. */
  readonly #loopback: Caller | undefined;

  constructor(options: CallersOptions) {
    this.#options = options;
    const { loopback } = options;
    this.#loopback = loopback && {
      identity: {
        ...loopback,
        access: (document) => this.#unlessFailed(() => this.#inUse(document, loopback.access(document))),
      },
      given: (document) => loopback.access(document),
      via: "loopback",
      credential: undefined,
    };
  }

  get isShared(): boolean {
    return this.#loopback === undefined;
  }

  /**
   * @param isPlain - True for a request that changes nothing: browsers send those without an Origin, from our own pages.
   */
  of(asking: Asking, isPlain: boolean): Result<Caller, Refusal> {
    const { people } = this.#options;
    const bearer = bearerOf(asking);
    if (bearer !== undefined) {
      const credential = findCredential(people, "token", bearer);
      return credential === undefined
        ? err(UNKNOWN_TOKEN)
        : ok(this.#caller(credential.principal, "token", credential.id));
    }
    if (this.#loopback !== undefined) return ok(this.#loopback);
    const name = this.#cookieName(asking);
    const cookie = asking.cookie === undefined ? undefined : parse(asking.cookie, name)[name];
    const session = cookie === undefined ? undefined : findCredential(people, "session", cookie);
    if (cookie === undefined || session === undefined) return err(SIGN_IN);
    // A cookie comes along whoever asks; only the Origin tells a page of ours from another's (D13).
    if (!isPlain && asking.origin === undefined) return err(NO_ORIGIN);
    if (this.#see(session.id) === "renewed") this.#setCookie(asking, cookie, SESSION_IDLE_MILLIS);
    return ok(this.#caller(session.principal, "session", session.id));
  }

  /** Whoever holds a room token, in its document and nowhere else. */
  ofRoomToken(text: string): Result<Identity, Refusal> {
    const { people, signingKey } = this.#options;
    const token = readRoomToken(text, signingKey, people.now());
    if (token === undefined) return err(UNKNOWN_TOKEN);
    const live = this.#identity(token.principal, undefined);
    const access = (asked: DocumentId): Role | undefined =>
      asked === token.document ? weaker(token.role, live.access(asked)) : undefined;
    return ok({ principal: live.principal, access });
  }

  /** Lets a browser in as this person from now on, and again by its key. Part of the caller's transaction. */
  signIn(asking: Asking, principal: Principal, key: DeviceKey | undefined): void {
    const { people } = this.#options;
    const device = key === undefined ? undefined : keepDevice(people, principal, key);
    this.#setCookie(asking, addCredential(people, "session", principal, { device }).secret, SESSION_IDLE_MILLIS);
  }

  forget(asking: Asking): void {
    this.#setCookie(asking, "", 0);
  }

  #caller(principal: Principal, via: SignedInBy, credential: string): Caller {
    const given = (document: DocumentId): Role | undefined => givenRole(this.#options.people, principal, document);
    return { identity: this.#identity(principal, credential), given, via, credential };
  }

  #identity(principal: Principal, credential: string | undefined): Identity {
    const { people } = this.#options;
    return {
      principal,
      access: (document) => this.#unlessFailed(() => roleIn(people, principal, document)),
      isValid: () => credential === undefined || this.#see(credential) !== "gone",
    };
  }

  #inUse(document: DocumentId, role: Role | undefined): Role | undefined {
    return discardedIn(this.#options.people, document) === undefined ? role : undefined;
  }

  /** Who cannot be looked up is not let in; the process, and everybody else's words, live on. */
  #unlessFailed(look: () => Role | undefined): Role | undefined {
    try {
      return look();
    } catch (cause) {
      this.#options.report({ kind: "people-failed", reason: String(cause) });
      return undefined;
    }
  }

  /** A disk that is full signs nobody out. */
  #see(credential: string): ReturnType<typeof see> {
    try {
      return see(this.#options.people, credential);
    } catch (cause) {
      this.#options.report({ kind: "people-failed", reason: String(cause) });
      return "seen";
    }
  }

  #setCookie(asking: Asking, secret: string, ageMillis: number): void {
    const secure = this.#isSecure(asking);
    const maxAge = ageMillis / 1000;
    asking.setCookie(
      serialize(this.#cookieName(asking), secret, { path: "/", httpOnly: true, sameSite: "Strict", secure, maxAge }),
    );
  }

  /** With the port where there is no https: cookies do not tell ports apart, and two servers may be on one machine. */
  #cookieName(asking: Asking): string {
    return this.#isSecure(asking) ? "__Host-sheaf" : `sheaf-${this.#options.port()}`;
  }

  #isSecure({ host }: Asking): boolean {
    return isSecureHost(this.#options.origins(), host);
  }
}

export const refused = (c: Context, refusal: Refusal): Response => answerProblem(c, refusal);

/** On loopback nobody signs in: whoever reaches this machine's own address owns the server and all documents (D13). */
export const LOOPBACK_IDENTITY: Identity = { principal: OWNER, access: () => "owner" };

export const weaker = (a: Role, b: Role | undefined): Role | undefined =>
  b === undefined ? undefined : ROLES[Math.min(ROLES.indexOf(a), ROLES.indexOf(b))];

/** A program's token; browsers send none by themselves, so no other site's page can have it sent. */
export const bearerOf = ({ authorization }: Pick<Asking, "authorization">): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];

export const SIGN_IN: Refusal = {
  status: 401,
  code: "sign-in",
  reason: "You are not signed in here: open your invite link again, or ask its sender for a new one.",
};
const UNKNOWN_TOKEN: Refusal = {
  status: 401,
  code: "sign-in",
  reason: "This token is not known here, was revoked, or its time is over: make a new one.",
};
const NO_ORIGIN: Refusal = {
  status: 403,
  code: "forbidden",
  reason: "A request with a cookie must say which page it comes from.",
};
export const NOTHING_THERE: Refusal = {
  status: 404,
  code: "not-found",
  reason: "There is nothing here that you may open: ask its owner for an invite link.",
};
