import { bodyLimit } from "hono/body-limit";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { type DocumentId, parseDocumentId, type Role, ROLES } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import type { Host } from "@sheaf/host";
import { notFound, problem } from "./problem.ts";
import { askingOf, bearerOf, type Caller, type Callers, NOTHING_THERE, refused, SIGN_IN, weaker } from "./callers.ts";
import { type DocumentPorts, documentRoutes } from "./document-routes.ts";
import { addCredential, findCredential, ownerOfDevice, removeCredential, tokensOf } from "./people/credentials.ts";
import { claim, decide, GIVEN_ROLES, membersOf, ownerOf, roleIn } from "./people/documents.ts";
import { addInvite, findInvite, invitesTo, isSameKey, redeem, revokeInvite } from "./people/invites.ts";
import { parseDeviceKey } from "./people/keys.ts";
import type { PeopleFile } from "./people/people-file.ts";
import { addPerson, findPerson, makeOwner, OWNER, rename } from "./people/principals.ts";
import { discardedIn } from "./people/trash.ts";
import { ROOM_TOKEN_MILLIS, signRoomToken } from "./people/room-token.ts";
import type { Secrets } from "./people/secrets.ts";

export interface ApiPorts extends DocumentPorts {
  readonly people: PeopleFile;
  readonly secrets: Secrets;
  readonly callers: Callers;
  readonly host: Pick<Host, "reconsider" | "forget">;
  /** True when the log has anything of the document. */
  readonly isWritten: (document: DocumentId) => Promise<boolean>;
  /** The origins under which people reach this server, the likeliest first; known only once it listens. */
  readonly urls: () => readonly string[];
}

type Env = { Variables: { caller: Caller } };

export const MAX_BODY_BYTES = 16 * 1024;
export const MAX_NAME_LENGTH = 64;
export const MAX_EXPIRES_DAYS = 3650;
const DAY_MILLIS = 24 * 60 * 60 * 1000;

/** People, who may do what, and the keys that let them in. Errors are `{code, reason}`, the reason a sentence. */
export function createApi(ports: ApiPorts): Hono<Env> {
  const { people, secrets, callers, host, isWritten, urls } = ports;
  const api = new Hono<Env>();

  // What another site's page can send without being asked for permission is a form or plain text, and has its Origin.
  api.use(async (c, next) => {
    c.header("Cache-Control", "no-store");
    const { method } = c.req;
    if (isPlain(c)) return next();
    if (method !== "DELETE" && !/^application\/json *(;|$)/i.test(c.req.header("content-type") ?? "")) {
      return problem(c, 415, "not-json", "This address takes application/json only.");
    }
    if (callers.isShared && bearerOf(askingOf(c)) === undefined && c.req.header("origin") === undefined) {
      return problem(c, 403, "forbidden", "A request that changes something must say which page it comes from.");
    }
    return next();
  });
  api.use(
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => problem(c, 413, "too-large", "The request is too large.") }),
  );

  api.post("/invites/look", async (c) => {
    const { key } = await bodyOf(c);
    if (typeof key !== "string") return badKey(c);
    if (isSameKey(key, secrets.ownerKey)) return c.json({ role: "owner", isOwner: true, document: meetingPlace() });
    const invite = findInvite(people, key);
    return invite === undefined ? badKey(c) : c.json({ role: invite.role, isOwner: false, document: invite.document });
  });

  api.post("/join", async (c) => {
    const { key, name: given, deviceKey } = await bodyOf(c);
    const name = given === undefined ? "" : nameIn(given);
    if (name === undefined) return badName(c);
    if (typeof key !== "string") return badKey(c);
    const isOwner = isSameKey(key, secrets.ownerKey);
    const invite = isOwner ? undefined : findInvite(people, key);
    if (!isOwner && invite === undefined) return badKey(c);
    const caller = callers.of(askingOf(c), isPlain(c));
    const device = parseDeviceKey(deviceKey);
    const before = device === undefined ? undefined : ownerOfDevice(people, device);
    const known = caller.ok ? caller.value.identity.principal : before;
    const principal = people.transaction(() => {
      // The owner's other devices are the same person; a guest is whoever this browser was here.
      const joined = known ?? (isOwner ? OWNER : addPerson(people));
      if (!caller.ok && name !== "") rename(people, joined, name);
      if (isOwner) makeOwner(people, joined);
      if (invite !== undefined) redeem(people, invite, joined);
      const isNewKey = caller.ok && caller.value.via === "session" && device !== undefined && before !== joined;
      if (!caller.ok || isNewKey) callers.signIn(askingOf(c), joined, device);
      return joined;
    });
    if (invite !== undefined && roleIn(people, principal, invite.document) === undefined) return badKey(c);
    host.reconsider(invite?.document);
    return c.json({ document: invite?.document ?? meetingPlace() });
  });

  // Whoever lost the cookie is the one they were, and may do what they might: nothing is known of them but the key.
  api.post("/session", async (c) => {
    const key = parseDeviceKey((await bodyOf(c))["deviceKey"]);
    const device = key === undefined ? undefined : findCredential(people, "device", key);
    if (device === undefined) return refused(c, SIGN_IN);
    people.transaction(() => callers.signIn(askingOf(c), device.principal, key));
    return c.body(null, 204);
  });

  api.use(
    createMiddleware<Env>(async (c, next) => {
      const caller = callers.of(askingOf(c), isPlain(c));
      if (!caller.ok) return refused(c, caller.error);
      c.set("caller", caller.value);
      return next();
    }),
  );

  api.get("/me", (c) => {
    const person = findPerson(people, me(c));
    const isOwner = person?.isOwner === true;
    const mode = callers.isShared ? "shared" : "loopback";
    return c.json({ mode, name: person?.name ?? "", isOwner, urls: urls() });
  });
  api.patch("/me", async (c) => {
    const name = nameIn((await bodyOf(c))["name"]);
    if (name === undefined) return badName(c);
    rename(people, me(c), name);
    return c.json({ name });
  });
  api.delete("/session", (c) => {
    const { via, credential } = c.get("caller");
    if (via !== "session" || credential === undefined) return notFound(c);
    removeCredential(people, "session", me(c), credential);
    callers.forget(askingOf(c));
    host.reconsider();
    return c.body(null, 204);
  });

  api.route("/", documentRoutes(ports));
  api.post("/documents", async (c) => {
    const { document: id } = await bodyOf(c);
    const document = parseDocumentId(typeof id === "string" ? id : "");
    if (document === undefined)
      return problem(c, 400, "bad-document", "A document's id has letters, digits and ._~- only.");
    const isTaken = (): boolean =>
      discardedIn(people, document) !== undefined ||
      (roleIn(people, me(c), document) !== "owner" && ownerOf(people, document) !== undefined);
    // What was written before there were people is the server owner's, who may do everything anyway.
    if (isTaken() || (roleIn(people, me(c), document) === undefined && (await isWritten(document)))) {
      return refused(c, NOTHING_THERE);
    }
    // Meanwhile somebody else may have been quicker.
    claim(people, document, me(c));
    return isTaken() ? refused(c, NOTHING_THERE) : c.json({ document, role: "owner" });
  });

  api.get("/documents/:document/people", (c) =>
    inDocument(c, "viewer", (document, role) => {
      const members = membersOf(people, document).map(({ principal, name, role: theirs, lastSeen }) => {
        return { principal, name, role: theirs, isYou: principal === me(c), lastSeen: lastSeen ?? null };
      });
      return c.json({ people: members, role });
    }),
  );
  api.put("/documents/:document/people/:principal", (c) =>
    inDocument(c, "owner", async (document) => {
      const { role: asked } = await bodyOf(c);
      const role = GIVEN_ROLES.find((each) => each === asked);
      if (role === undefined) return badRole(c);
      return judge(c, document, role);
    }),
  );
  api.delete("/documents/:document/people/:principal", (c) =>
    inDocument(c, "owner", (document) => judge(c, document, undefined)),
  );

  api.get("/documents/:document/invites", (c) =>
    inDocument(c, "owner", (document) => {
      const invites = invitesTo(people, document).map(({ id, role, created, expires, people: count }) => {
        return { id, role, created, expires: expires ?? null, people: count };
      });
      return c.json({ invites });
    }),
  );
  api.post("/documents/:document/invites", (c) =>
    inDocument(c, "owner", async (document) => {
      const { role: asked, expiresInDays: days } = await bodyOf(c);
      const role = GIVEN_ROLES.find((each) => each === asked);
      if (role === undefined) return badRole(c);
      if (days !== undefined && !(typeof days === "number" && days > 0 && days <= MAX_EXPIRES_DAYS)) {
        return problem(c, 400, "bad-expiry", `An invite holds for up to ${MAX_EXPIRES_DAYS} days.`);
      }
      const expires = days === undefined ? undefined : Math.round(people.now() + days * DAY_MILLIS);
      const { id, key } = addInvite(people, { document, role, by: me(c), expires });
      return c.json({ id, key, role, expires: expires ?? null }, 201);
    }),
  );
  api.delete("/documents/:document/invites/:invite", (c) =>
    inDocument(c, "owner", (document) => {
      if (!revokeInvite(people, document, c.req.param("invite") ?? "")) return notFound(c);
      host.reconsider(document);
      return c.body(null, 204);
    }),
  );

  api.post("/documents/:document/tokens", (c) =>
    inDocument(c, "viewer", async (document, live) => {
      const { role: asked } = await bodyOf(c);
      const wanted = asked === undefined ? live : ROLES.find((each) => each === asked);
      const role = wanted === undefined ? undefined : weaker(wanted, live);
      if (role === undefined) return badRole(c);
      const expires = people.now() + ROOM_TOKEN_MILLIS;
      const token = signRoomToken({ document, principal: me(c), role, expires }, secrets.signingKey);
      return c.json({ token, role, expires }, 201);
    }),
  );

  api.get("/tokens", (c) => {
    const tokens = tokensOf(people, me(c)).map(({ id, name, created, lastSeen }) => ({ id, name, created, lastSeen }));
    return c.json({ tokens });
  });
  api.post("/tokens", async (c) => {
    // Else one that leaked would outlive its revocation in those it made.
    if (c.get("caller").via === "token")
      return problem(c, 403, "forbidden", "A token cannot make tokens: sign in for that.");
    const name = nameIn((await bodyOf(c))["name"]);
    if (name === undefined) return badName(c);
    const { id, secret } = addCredential(people, "token", me(c), { name });
    return c.json({ id, name, token: secret }, 201);
  });
  api.delete("/tokens/:id", (c) => {
    if (!removeCredential(people, "token", me(c), c.req.param("id"))) return notFound(c);
    host.reconsider();
    return c.body(null, 204);
  });

  return api;

  /** Where the owner's link leads as well: the first invite's document, or else friends would wait in another one. */
  function meetingPlace(): DocumentId | null {
    return findInvite(people, secrets.inviteKey)?.document ?? null;
  }

  /** Who has no right to a document sees what they would see if there were none; who has some, why it is not enough. */
  function inDocument(
    c: Context<Env>,
    least: "viewer" | "owner",
    answer: (document: DocumentId, role: Role) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const document = parseDocumentId(c.req.param("document") ?? "");
    const role = document === undefined ? undefined : c.get("caller").identity.access(document);
    if (document === undefined || role === undefined) return refused(c, NOTHING_THERE);
    if (least === "owner" && role !== "owner")
      return problem(c, 403, "forbidden", "Only the document's owner may do this.");
    return answer(document, role);
  }

  function judge(c: Context<Env>, document: DocumentId, role: (typeof GIVEN_ROLES)[number] | undefined): Response {
    const principal = (c.req.param("principal") ?? "") as Principal;
    const live = roleIn(people, principal, document);
    if (live === undefined) return problem(c, 404, "not-found", "This person is not in the document.");
    if (live === "owner") return problem(c, 409, "owner", "An owner stays one.");
    decide(people, document, principal, role);
    host.reconsider(document);
    return c.body(null, 204);
  }
}

const me = (c: Context<Env>): Principal => c.get("caller").identity.principal;

const isPlain = ({ req }: Context): boolean => req.method === "GET" || req.method === "HEAD";

/** @returns No fields when it is no JSON object: what lacks is said by whoever looks for it. */
async function bodyOf(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

/** A name as others will read it; undefined when it is none. Signs that break a line or turn its direction are none. */
function nameIn(value: unknown): string | undefined {
  const name = typeof value === "string" ? value.trim().normalize("NFC") : "";
  const isReadable = !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u.test(name);
  return name !== "" && name.length <= MAX_NAME_LENGTH && isReadable ? name : undefined;
}

const badKey = (c: Context): Response =>
  problem(c, 404, "bad-key", "This link does not work (any more): ask its sender for a new one.");
const badName = (c: Context): Response =>
  problem(c, 400, "bad-name", `A name has 1 to ${MAX_NAME_LENGTH} letters, on one line.`);
const badRole = (c: Context): Response => problem(c, 400, "bad-role", "The role must be viewer or editor.");
