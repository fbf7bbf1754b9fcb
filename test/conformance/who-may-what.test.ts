import { once } from "node:events";
import WebSocket from "ws";
import * as Y from "yjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  decodeDown,
  type DocumentId,
  type DownFrame,
  encodeUp,
  encodeYWebsocket,
  PROTOCOL_VERSION,
  snapshotPath,
  SUBPROTOCOL,
  type UpFrame,
} from "@sheaf/protocol";
import { DAY_MILLIS, SharedServer } from "../support/shared-server.ts";
import { handshake } from "../support/handshake.ts";
import type { OwnClient } from "../support/own-client.ts";
import { hashOf, makePng } from "../support/picture.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

/**
 * Who may do what, written by hand. Numbers are HTTP statuses, of a handshake too; `ack`, `nack` and `seen` are what
 * becomes of an update; `4404` and `4403` are close codes.
 *
 * other: a guest of another document · removed: an editor whom the owner removed · expired: a cookie idle for 91 days ·
 * left: a cookie that was signed out · forged: a cookie, and a browser's key, that nobody gave · bearer: a program of the editor's · revoked: one
 * whose token was taken back · made-up: a token nobody gave
 */
const TABLE = `
                    nobody other viewer editor owner  server removed expired left   forged bearer revoked made-up
see-me              401    200   200    200    200    200    200     401     401    401    200    401     401
name-me             401    200   200    200    200    200    200     401     401    401    200    401     401
come-again          401    204   204    204    204    204    204     401     401    401    401    401     401
look-at-key         200    200   200    200    200    200    200     200     200    200    200    200     200
look-at-no-key      404    404   404    404    404    404    404     404     404    404    404    404     404
claim-new           401    200   200    200    200    200    200     401     401    401    200    401     401
claim-this          401    404   404    404    200    200    404     401     401    401    404    401     401
list-this           401    no    yes    yes    yes    no     no      401     401    401    yes    401     401
list-trashed        401    no    no     no     yes    no     no      401     401    401    no     401     401
see-this            401    404   200    200    200    200    404     401     401    401    200    401     401
see-trashed         401    404   404    404    200    200    404     401     401    401    404    401     401
open-trashed        401    404   404    404    404    404    404     401     401    401    404    401     401
trash               401    404   403    403    204    204    404     401     401    401    403    401     401
restore             401    404   404    404    204    204    404     401     401    401    404    401     401
purge               401    404   404    404    204    204    404     401     401    401    404    401     401
purge-untrashed     401    404   403    403    409    409    404     401     401    401    403    401     401
claim-purged        401    404   404    404    404    404    404     401     401    401    404    401     401
see-last-change     401    404   200    200    200    200    404     401     401    401    200    401     401
see-people          401    404   200    200    200    200    404     401     401    401    200    401     401
change-role         401    404   403    403    204    204    404     401     401    401    403    401     401
remove-person       401    404   403    403    204    204    404     401     401    401    403    401     401
change-owner        401    404   403    403    409    409    404     401     401    401    403    401     401
see-invites         401    404   403    403    200    200    404     401     401    401    403    401     401
invite              401    404   403    403    201    201    404     401     401    401    403    401     401
revoke-invite       401    404   403    403    204    204    404     401     401    401    403    401     401
make-room-token     401    404   201    201    201    201    404     401     401    401    201    401     401
make-token          401    201   201    201    201    201    201     401     401    401    403    401     401
see-tokens          401    200   200    200    200    200    200     401     401    401    200    401     401
revoke-token        401    204   204    204    204    204    204     401     401    401    -      401     401
why-sync            401    426   426    426    426    426    426     401     401    401    426    401     401
why-stock           401    404   426    426    426    426    404     401     401    401    426    401     401
sync-handshake      401    101   101    101    101    101    101     401     401    401    101    401     401
sync-join           401    4404  viewer editor owner  owner  4404    401     401    401    editor 401     401
sync-batch          401    4404  nack   ack    ack    ack    4404    401     401    401    ack    401     401
sync-presence       401    4404  kept   kept   kept   kept   4404    401     401    401    kept   401     401
stock-handshake     401    404   101    101    101    101    404     401     401    401    101    401     401
stock-update        401    404   4403   seen   seen   seen   404     401     401    401    seen   401     401
snapshot            401    404   204    204    204    204    404     401     401    401    204    401     401
see-picture         401    404   200    200    200    200    404     401     401    401    200    401     401
see-other-picture   401    404   404    404    404    404    404     401     401    401    404    401     401
put-picture         401    404   403    201    201    201    404     401     401    401    201    401     401
unknown-document    401    404   404    404    404    101    404     401     401    401    404    401     401
`;

interface Who {
  readonly visitor: Visitor;
  /** What goes along with every request. */
  readonly headers: Record<string, string>;
  /** What its browser made up for itself; undefined where there is none. */
  readonly deviceKey?: string;
}

const withoutCookie = (one: Who): Who => ({ ...one, headers: { ...one.headers, cookie: "" } });

const DOCUMENT = "table";
const [PICTURE, ANOTHER] = [makePng(8, 8), makePng(9, 9)];
let server: SharedServer;
let owner: Visitor;
let witness: OwnClient;
let who: ReadonlyMap<string, Who>;

beforeAll(async () => {
  server = await SharedServer.start();
  const early = await server.owner();
  const expired = await server.guest(early, DOCUMENT, "editor", "Exa");
  server.letPass(91 * DAY_MILLIS);
  const olga = await server.owner();
  // Somebody's own document, not the server owner's.
  owner = await server.guest(olga, "elsewhere", "editor", "Dora");
  expect((await owner.ask("POST", "/api/documents", { document: "doras" })).status).toBe(200);
  const guest = (role: "viewer" | "editor", name: string) => server.guest(owner, "doras", role, name);
  const [viewer, editor, removed, left] = [
    await guest("viewer", "Vera"),
    await guest("editor", "Ed"),
    await guest("editor", "Remo"),
    await guest("editor", "Lea"),
  ];
  await owner.ask("DELETE", `/api/documents/doras/people/${await idOf("Remo")}`);
  expect((await left.ask("DELETE", "/api/session", undefined, {})).status).toBe(204);
  const kept = left.cookie;
  const token = async (): Promise<{ id: string; token: string }> =>
    (await editor.ask("POST", "/api/tokens", { name: "backup" })).body;
  const [bearer, revoked] = [await token(), await token()];
  await editor.ask("DELETE", `/api/tokens/${revoked.id}`);
  const program = (secret: string): Who => ({
    visitor: new Visitor(server.url),
    headers: { origin: "", authorization: `Bearer ${secret}` },
  });
  const browser = (visitor: Visitor, cookie = visitor.cookie, deviceKey = visitor.deviceKey): Who => ({
    visitor,
    headers: { cookie: cookie ?? "" },
    deviceKey,
  });
  who = new Map([
    ["nobody", browser(new Visitor(server.url))],
    ["other", browser(await server.guest(olga, "elsewhere", "editor", "Otto"))],
    ["viewer", browser(viewer)],
    ["editor", browser(editor)],
    ["owner", browser(owner)],
    ["server", browser(olga)],
    ["removed", browser(removed)],
    ["expired", browser(expired)],
    ["left", browser(left, kept)],
    ["forged", browser(viewer, `${viewer.cookie!.slice(0, -4)}AAAA`, `${viewer.deviceKey.slice(0, -4)}AAAA`)],
    ["bearer", program(bearer.token)],
    ["revoked", program(revoked.token)],
    ["made-up", program(`${bearer.token.slice(0, -4)}AAAA`)],
  ]);
  // Another one of hers, for the trash.
  expect((await owner.ask("POST", "/api/documents", { document: "bin" })).status).toBe(200);
  for (const [visitor, role] of [
    [viewer, "viewer"],
    [editor, "editor"],
  ] as const)
    await letInto("bin", visitor, role);
  await write("bin");
  witness = await owner.open("doras").synced();
  witness.text.insert(0, "begun ");
  await until("written", () => witness.status === "saved");
  expect((await owner.upload("doras", PICTURE)).status).toBe(201);
  expect((await olga.upload("elsewhere", ANOTHER)).status).toBe(201);
  await until("both are listed", async () => (await listed(owner)).length === 2, 20_000);
});
afterAll(async () => {
  witness.close();
  await server.stop();
});

async function idOf(name: string): Promise<string> {
  const { body } = await owner.ask("GET", "/api/documents/doras/people");
  return body.people.find((person) => person.name === name)!.principal;
}

async function letInto(document: string, visitor: Visitor, role: "viewer" | "editor"): Promise<void> {
  const { body } = await owner.ask("POST", `/api/documents/${document}/invites`, { role });
  expect((await visitor.ask("POST", "/api/join", { key: body.key })).status).toBe(200);
}

async function write(document: string, visitor = owner): Promise<void> {
  const author = await visitor.open(document).synced();
  author.text.insert(0, "words");
  await until("written", () => author.status === "saved");
  author.close();
}

const listed = async (visitor: Visitor, headers = {}): Promise<readonly string[]> => {
  const { body } = await visitor.ask("GET", "/api/documents", undefined, headers);
  return body.documents.map(({ document }) => document);
};

/** While the owner has it in the trash. */
const whileTrashed =
  (verb: Verb): Verb =>
  async (one) => {
    expect((await owner.ask("POST", "/api/documents/bin/trash", {})).status).toBe(204);
    const verdict = await verb(one);
    expect((await owner.ask("POST", "/api/documents/bin/restore", {})).status).toBe(204);
    return verdict;
  };

const lists =
  (document: string): Verb =>
  async (one) => {
    const status = await route("GET", "/api/documents")(one);
    if (status !== 200) return status;
    return (await listed(one.visitor, one.headers)).includes(document) ? "yes" : "no";
  };

/** One more of the owner's in the trash, in which the viewer and the editor were. */
async function discarded(): Promise<string> {
  const document = `discarded-${++made}`;
  await owner.ask("POST", "/api/documents", { document });
  for (const role of ["viewer", "editor"] as const) await letInto(document, who.get(role)!.visitor, role);
  await owner.ask("POST", `/api/documents/${document}/trash`, {});
  return `/api/documents/${document}`;
}

type Verb = (who: Who) => Promise<number | string>;
let made = 0;

const route =
  (method: string, path: string | (() => Promise<string>), body?: unknown): Verb =>
  async ({ visitor, headers }) => {
    const answer = await visitor.ask(method, typeof path === "string" ? path : await path(), body, headers);
    if (answer.status >= 400) {
      expect(answer.body).toEqual({ code: expect.any(String), reason: expect.stringMatching(/^[A-Z].*\.$/) });
    }
    return answer.status;
  };

/** Somebody new in the document, to be done something to. */
async function victim(): Promise<string> {
  const name = `Vic ${++made}`;
  await server.guest(owner, "doras", "viewer", name);
  return `/api/documents/doras/people/${await idOf(name)}`;
}

async function invite(): Promise<{ id: string; key: string }> {
  return (await owner.ask("POST", "/api/documents/doras/invites", { role: "viewer" })).body;
}

const VERBS: Readonly<Record<string, Verb>> = {
  "see-me": route("GET", "/api/me"),
  "name-me": async (one) => {
    const name = (await one.visitor.ask("GET", "/api/me", undefined, one.headers)).body.name;
    return route("PATCH", "/api/me", { name: name === undefined || name === "" ? "Nobody" : name })(one);
  },
  // By its browser's key, after the cookie was lost.
  "come-again": (one) => route("POST", "/api/session", { deviceKey: one.deviceKey })(withoutCookie(one)),
  "look-at-key": async (one) => route("POST", "/api/invites/look", { key: (await invite()).key })(one),
  "look-at-no-key": route("POST", "/api/invites/look", { key: "AAAAAAAAAAAAAAAAAAAAAA" }),
  "claim-new": (one) => route("POST", "/api/documents", { document: `new-${++made}` })(one),
  "claim-this": route("POST", "/api/documents", { document: "doras" }),
  "list-this": lists("doras"),
  "list-trashed": whileTrashed(lists("bin")),
  "see-this": route("GET", "/api/documents/doras"),
  "see-trashed": whileTrashed(route("GET", "/api/documents/bin")),
  "open-trashed": whileTrashed((one) => handshake(server.url, "/y/bin", wsHeaders(one))),
  trash: async (one) => {
    const status = await route("POST", "/api/documents/bin/trash", {})(one);
    await owner.ask("POST", "/api/documents/bin/restore", {});
    return status;
  },
  restore: whileTrashed(route("POST", "/api/documents/bin/restore", {})),
  purge: route("DELETE", discarded),
  "purge-untrashed": route("DELETE", "/api/documents/bin"),
  "claim-purged": async (one) => {
    const path = await discarded();
    expect((await owner.ask("DELETE", path)).status).toBe(204);
    return route("POST", "/api/documents", { document: path.split("/").pop() })(one);
  },
  "see-last-change": route("GET", "/api/documents/doras/last-change"),
  "see-people": route("GET", "/api/documents/doras/people"),
  "change-role": route("PUT", victim, { role: "editor" }),
  "remove-person": route("DELETE", victim),
  "change-owner": route("PUT", async () => `/api/documents/doras/people/${await idOf("Dora")}`, { role: "viewer" }),
  "see-invites": route("GET", "/api/documents/doras/invites"),
  invite: route("POST", "/api/documents/doras/invites", { role: "editor", expiresInDays: 1 }),
  "revoke-invite": route("DELETE", async () => `/api/documents/doras/invites/${(await invite()).id}`),
  "make-room-token": route("POST", "/api/documents/doras/tokens", {}),
  "make-token": route("POST", "/api/tokens", { name: "one more" }),
  "see-tokens": route("GET", "/api/tokens"),
  "revoke-token": async (one) => {
    const { body } = await one.visitor.ask("POST", "/api/tokens", { name: "short-lived" }, one.headers);
    return route("DELETE", `/api/tokens/${body.id}`)(one);
  },
  "why-sync": route("GET", "/sync"),
  "why-stock": route("GET", "/y/doras"),
  "sync-handshake": (one) => handshake(server.url, "/sync", wsHeaders(one)),
  "sync-join": (one) => onSync(one, (frame) => (frame.kind === "welcome" ? frame.role : undefined)),
  "sync-batch": (one) =>
    onSync(one, (frame) => (frame.kind === "ack" || frame.kind === "nack" ? frame.kind : undefined), batch()),
  // Nobody answers presence; that the connection goes on says that it was taken.
  "sync-presence": (one) =>
    onSync(one, (frame) => (frame.kind === "pong" ? "kept" : undefined), presence, { kind: "ping", token: 1 }),
  "stock-handshake": (one) => handshake(server.url, "/y/doras", wsHeaders(one)),
  "stock-update": onStock,
  // None is stored yet; what there is, and who else may not have it, are the matter of the snapshots' own tests.
  snapshot: route("GET", snapshotPath("doras" as DocumentId)),
  "see-picture": (one) => look(one, "doras", hashOf(PICTURE)),
  // It is there, in a document of the server's owner.
  "see-other-picture": (one) => look(one, "doras", hashOf(ANOTHER)),
  "put-picture": async ({ visitor, headers }) => (await visitor.upload("doras", makePng(4, 4, ++made), headers)).status,
  "unknown-document": (one) => handshake(server.url, "/y/nobodys", wsHeaders(one)),
};

const look = async ({ visitor, headers }: Who, document: string, hash: string): Promise<number> =>
  (await visitor.ask("GET", `/api/documents/${document}/blobs/${hash}`, undefined, headers)).status;

const wsHeaders = ({ visitor, headers }: Who): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...visitor.headers, ...headers }).filter(([, value]) => value !== ""));

const newText = (text: string): Uint8Array => {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, text);
  return Y.encodeStateAsUpdate(doc);
};
const batch = (): UpFrame => {
  return { kind: "batch", channel: 0, number: 1, base: 0, answer: false, update: newText("x") };
};
const presence: UpFrame = { kind: "presence", channel: 0, payload: Uint8Array.of(0) };

/** @returns What `answer` makes of the first frame it knows, or the close code, or the status before 101. */
async function onSync(
  one: Who,
  answer: (frame: DownFrame) => string | undefined,
  ...frames: UpFrame[]
): Promise<number | string> {
  const status = await handshake(server.url, "/sync", wsHeaders(one));
  if (status !== 101) return status;
  const ws = new WebSocket(`${server.url.replace("http", "ws")}/sync`, [SUBPROTOCOL], { headers: wsHeaders(one) });
  const heard = new Promise<number | string>((resolve) => {
    ws.on("close", (code) => resolve(code));
    ws.on("message", (data: Buffer) => {
      const frame = decodeDown(new Uint8Array(data));
      const said = frame.ok ? answer(frame.value) : "unreadable";
      if (said !== undefined) resolve(said);
    });
  });
  await once(ws, "open");
  const document = "doras" as DocumentId;
  ws.send(encodeUp({ kind: "hello", protocolVersion: PROTOCOL_VERSION }));
  ws.send(
    encodeUp({ kind: "join", channel: 0, document, schemaVersion: 0, vector: Uint8Array.of(0), position: undefined }),
  );
  for (const frame of frames) ws.send(encodeUp(frame));
  const verdict = await heard;
  ws.close();
  return verdict;
}

async function onStock(one: Who, path = "/y/doras"): Promise<number | string> {
  const status = await handshake(server.url, path, wsHeaders(one));
  if (status !== 101) return status;
  const ws = new WebSocket(server.url.replace("http", "ws") + path, { headers: wsHeaders(one) });
  let closed: number | undefined;
  ws.on("close", (code) => (closed = code));
  await once(ws, "open");
  const word = `word-${++made}`;
  ws.send(encodeYWebsocket({ kind: "update", update: newText(word) }));
  await until("an answer", () => closed !== undefined || witness.text.toString().includes(word));
  ws.close();
  if (closed !== undefined) expect(witness.text.toString()).not.toContain(word);
  return closed ?? "seen";
}

const [head = [], ...rows] = TABLE.trim()
  .split("\n")
  .map((line) => line.trim().split(/\s+/));

test("the table has a row for every verb, and a column for everybody", () => {
  expect(rows.map(([verb]) => verb)).toEqual(Object.keys(VERBS));
  for (const row of rows) expect(row, row[0]).toHaveLength(head.length + 1);
  expect(head).toEqual([...who.keys()]);
});

test.each(rows.map(([verb, ...cells]) => [verb!, cells] as const))("%s", async (verb, cells) => {
  const found: string[] = [];
  for (const [index, name] of head.entries()) {
    found.push(cells[index] === "-" ? "-" : String(await VERBS[verb]!(who.get(name)!)));
  }
  expect(Object.fromEntries(head.map((name, index) => [name, found[index]]))).toEqual(
    Object.fromEntries(head.map((name, index) => [name, cells[index]])),
  );
});

// Room tokens: what stock clients show in the address.

const nobody = (): Who => ({ visitor: new Visitor(server.url), headers: { origin: "" } });

async function roomToken(name: string, role?: string): Promise<string> {
  const { visitor, headers } = who.get(name)!;
  const { body } = await visitor.ask(
    "POST",
    "/api/documents/doras/tokens",
    role === undefined ? {} : { role },
    headers,
  );
  return body.token;
}

test("the last change is told with who made it, also by a program of theirs; what the server's owner wrote is told without", async () => {
  const { editor, viewer, server: olga } = Object.fromEntries([...who].map(([name, { visitor }]) => [name, visitor]));
  const document = "changes";
  await owner.ask("POST", "/api/documents", { document });
  const last = async (visitor: Visitor): Promise<unknown> => {
    const { status, body } = await visitor.ask("GET", `/api/documents/${document}/last-change`);
    if (status !== 200) return status;
    expect(Math.abs(body.time - Date.now() - 91 * DAY_MILLIS)).toBeLessThan(60_000);
    return body.by;
  };
  expect(await last(owner)).toBe(204);
  for (const [visitor, role] of [
    [viewer!, "viewer"],
    [editor!, "editor"],
  ] as const)
    await letInto(document, visitor, role);
  await write(document);
  expect(await last(owner)).toEqual({ name: "Dora", isYou: true });
  expect(await last(viewer!)).toEqual({ name: "Dora", isYou: false });
  await write(document, editor!);
  expect(await last(owner)).toEqual({ name: "Ed", isYou: false });
  expect(await last(editor!)).toEqual({ name: "Ed", isYou: true });
  await write(document, olga!);
  expect(await last(owner)).toBe(null);
  expect(await last(olga!)).toBe(null);
});

test("a room token opens its document, never further than its maker may go at the time", async () => {
  const path = async (...args: Parameters<typeof roomToken>) => `/y/doras?token=${await roomToken(...args)}`;
  expect(await onStock(nobody(), await path("editor"))).toBe("seen");
  expect(await onStock(nobody(), await path("editor", "viewer"))).toBe(4403);
  expect(await onStock(nobody(), await path("viewer", "editor"))).toBe(4403);
  expect(await onStock(nobody(), await path("viewer", "owner"))).toBe(4403);
  const late = await server.guest(owner, "doras", "editor", "Late");
  const { body } = await late.ask("POST", "/api/documents/doras/tokens", {});
  const lates = `/y/doras?token=${body.token}`;
  expect(await onStock(nobody(), lates)).toBe("seen");
  await owner.ask("PUT", `/api/documents/doras/people/${await idOf("Late")}`, { role: "viewer" });
  expect(await onStock(nobody(), lates)).toBe(4403);
  await owner.ask("DELETE", `/api/documents/doras/people/${await idOf("Late")}`);
  expect(await onStock(nobody(), lates)).toBe(404);
});

test("a room token of another document, changed, or nobody's is none", async () => {
  const token = await roomToken("editor");
  expect(await handshake(server.url, `/y/elsewhere?token=${token}`, {})).toBe(404);
  const [body, signature] = token.split(".") as [string, string];
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as string[];
  const forged = Buffer.from(JSON.stringify(claims.with(2, "owner"))).toString("base64url");
  for (const bad of [`${forged}.${signature}`, body, `${body}.`, `.${signature}`, `${token}.x`, "x", ""]) {
    expect(await handshake(server.url, `/y/doras?token=${bad}`, {}), bad).toBe(401);
  }
  // It speaks for itself: a cookie beside it does not help a bad one.
  expect(await handshake(server.url, "/y/doras?token=x", wsHeaders(who.get("editor")!))).toBe(401);
  // And it is no bearer token.
  const asBearer = { visitor: new Visitor(server.url), headers: { origin: "", authorization: `Bearer ${token}` } };
  expect(await VERBS["see-people"]!(asBearer)).toBe(401);
});

// Last, because from here on it is later.

test("[ROOM_TOKEN_MILLIS] keys run out for newcomers only, room tokens after ten minutes", async () => {
  const token = await roomToken("editor");
  const { body } = await owner.ask("POST", "/api/documents/doras/invites", { role: "viewer", expiresInDays: 1 });
  const key = body.key;
  const early = await Visitor.join(server.url, key, "Early");
  // Real time passes as well.
  server.letPass(9 * 60 * 1000);
  expect(await handshake(server.url, `/y/doras?token=${token}`, {})).toBe(101);
  server.letPass(60 * 1000);
  expect(await handshake(server.url, `/y/doras?token=${token}`, {})).toBe(401);
  expect((await new Visitor(server.url).ask("POST", "/api/invites/look", { key })).status).toBe(200);
  server.letPass(DAY_MILLIS);
  for (const path of ["/api/invites/look", "/api/join"]) {
    expect((await new Visitor(server.url).ask("POST", path, { key, name: "Too late" })).status).toBe(404);
  }
  expect((await early.ask("GET", "/api/documents/doras/people")).body.role).toBe("viewer");
});
