import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DocumentId } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import { expect, test } from "vitest";
import {
  addCredential,
  findCredential,
  keepDevice,
  ownerOfDevice,
  removeCredential,
  see,
  SESSION_IDLE_MILLIS,
} from "./credentials.ts";
import { claim, decide, membersOf, roleIn } from "./documents.ts";
import { addInvite, findInvite, redeem, revokeInvite, wasInvited } from "./invites.ts";
import { hashOf, parseDeviceKey } from "./keys.ts";
import { MIGRATIONS } from "./migrations.ts";
import { PeopleFile } from "./people-file.ts";
import { addOwner, addPerson, makeOwner, OWNER } from "./principals.ts";
import { readRoomToken, signRoomToken } from "./room-token.ts";
import { readSecrets } from "./secrets.ts";
import { listAll, listOf, MAX_LISTED, writeTitles } from "./titles.ts";
import { discardedIn, purge, restore, trash } from "./trash.ts";

const PLAN = "plan" as DocumentId;
const KEY = parseDeviceKey("a-browsers-own_22signs")!;
const HOUR = 60 * 60 * 1000;
const folder = (): string => mkdtempSync(join(tmpdir(), "sheaf-people-"));

/** People of a server that has just been started, at a time that passes when told. */
function people(): { file: PeopleFile; ana: Principal; ben: Principal; letPass: (millis: number) => void } {
  let now = 1_800_000_000_000;
  const opened = PeopleFile.open(":memory:", () => now);
  if (!opened.ok) throw new Error(opened.error);
  const file = opened.value;
  addOwner(file);
  const [ana, ben] = [addPerson(file, "Ana"), addPerson(file, "Ben")];
  return { file, ana, ben, letPass: (millis) => void (now += millis) };
}

test("a document nobody claimed is the server owner's and nobody else's", () => {
  const { file, ana } = people();
  expect([roleIn(file, OWNER, PLAN), roleIn(file, ana, PLAN)]).toEqual(["owner", undefined]);
  makeOwner(file, ana);
  expect(roleIn(file, ana, PLAN)).toBe("owner");
});

test("the first to claim a document owns it", () => {
  const { file, ana, ben } = people();
  claim(file, PLAN, ana);
  claim(file, PLAN, ben);
  expect([roleIn(file, ana, PLAN), roleIn(file, ben, PLAN)]).toEqual(["owner", undefined]);
});

test("of several invites the strongest counts, and revoking one takes back only what it gave", () => {
  const { file, ana, ben } = people();
  const read = addInvite(file, { document: PLAN, role: "viewer", by: ana });
  const write = addInvite(file, { document: PLAN, role: "editor", by: ana });
  for (const invite of [write, read, write]) redeem(file, invite, ben);
  expect(roleIn(file, ben, PLAN)).toBe("editor");
  expect(revokeInvite(file, PLAN, write.id)).toBe(true);
  expect(revokeInvite(file, PLAN, write.id)).toBe(false);
  expect(roleIn(file, ben, PLAN)).toBe("viewer");
  expect([findInvite(file, write.key), findInvite(file, read.key)?.id]).toEqual([undefined, read.id]);
});

test("an invite belongs to its document: another's owner cannot revoke it", () => {
  const { file, ana } = people();
  const invite = addInvite(file, { document: PLAN, role: "viewer", by: ana });
  expect(revokeInvite(file, "other" as DocumentId, invite.id)).toBe(false);
  expect(findInvite(file, invite.key)).toBeDefined();
});

test("a decision stands against invites made before it, not against those made after, and outlives their end", () => {
  const { file, ana, ben, letPass } = people();
  const before = addInvite(file, { document: PLAN, role: "editor", by: ana });
  redeem(file, before, ben);
  letPass(1);
  decide(file, PLAN, ben, "viewer");
  redeem(file, before, ben);
  revokeInvite(file, PLAN, before.id);
  expect(roleIn(file, ben, PLAN)).toBe("viewer");
  decide(file, PLAN, ben, undefined);
  expect(roleIn(file, ben, PLAN)).toBeUndefined();
  expect(membersOf(file, PLAN).map(({ name }) => name)).toEqual(["Ana", ""]);
  letPass(1);
  redeem(file, addInvite(file, { document: PLAN, role: "editor", by: ana }), ben);
  expect(roleIn(file, ben, PLAN)).toBe("editor");
});

test("[SESSION_IDLE_MILLIS] a session ends after 90 days without use, and not while it is used", () => {
  const { file, ana, letPass } = people();
  const { id, secret } = addCredential(file, "session", ana);
  for (let month = 0; month < 12; month++) {
    letPass(SESSION_IDLE_MILLIS - 1);
    expect(findCredential(file, "session", secret)?.principal).toBe(ana);
    expect(see(file, id)).toBe("renewed");
  }
  letPass(SESSION_IDLE_MILLIS);
  expect([findCredential(file, "session", secret), see(file, id)]).toEqual([undefined, "gone"]);
});

test("being seen is written once an hour, not at every request", () => {
  const { file, ana, letPass } = people();
  const { id } = addCredential(file, "session", ana);
  letPass(HOUR - 1);
  expect(see(file, id)).toBe("seen");
  letPass(1);
  expect([see(file, id), see(file, id)]).toEqual(["renewed", "seen"]);
});

test("a browser's key holds as long as its sessions, and after that still says whose browser it was", () => {
  const { file, ana, ben, letPass } = people();
  const device = keepDevice(file, ana, KEY);
  expect(keepDevice(file, ana, KEY), "one row, however often it is shown").toBe(device);
  const { id, secret } = addCredential(file, "session", ana, { device });
  letPass(SESSION_IDLE_MILLIS - 1);
  see(file, id);
  letPass(SESSION_IDLE_MILLIS - 1);
  expect(findCredential(file, "device", KEY)?.principal).toBe(ana);
  letPass(1);
  expect([findCredential(file, "device", KEY), findCredential(file, "session", secret)]).toEqual([
    undefined,
    undefined,
  ]);
  expect(ownerOfDevice(file, KEY)).toBe(ana);
  for (const kind of ["session", "token"] as const) expect(findCredential(file, kind, KEY)).toBeUndefined();
  keepDevice(file, ben, KEY);
  expect(ownerOfDevice(file, KEY), "whoever came in last with it").toBe(ben);
});

test("who signs out takes the browser's key along, and what it was traded for; other browsers stay", () => {
  const { file, ana } = people();
  const device = keepDevice(file, ana, KEY);
  const here = [1, 2].map(() => addCredential(file, "session", ana, { device }));
  const elsewhere = addCredential(file, "session", ana);
  expect(removeCredential(file, "session", ana, here[0]!.id)).toBe(true);
  expect(ownerOfDevice(file, KEY)).toBeUndefined();
  for (const { secret } of here) expect(findCredential(file, "session", secret)).toBeUndefined();
  expect(findCredential(file, "session", elsewhere.secret)?.principal).toBe(ana);
});

test("a program's token does not end by itself, is no cookie, and only its maker can take it back", () => {
  const { file, ana, ben, letPass } = people();
  const { id, secret } = addCredential(file, "token", ana, { name: "backup" });
  letPass(10 * SESSION_IDLE_MILLIS);
  expect(findCredential(file, "token", secret)?.name).toBe("backup");
  expect(findCredential(file, "session", secret)).toBeUndefined();
  expect(removeCredential(file, "token", ben, id)).toBe(false);
  expect(removeCredential(file, "token", ana, id)).toBe(true);
  expect(findCredential(file, "token", secret)).toBeUndefined();
});

test("a room token is read as it was signed, by the same key, until its time is over", () => {
  const token = { document: PLAN, principal: "ana" as Principal, role: "editor", expires: 1_000 } as const;
  const text = signRoomToken(token, "key");
  expect(readRoomToken(text, "key", 999)).toEqual(token);
  expect(readRoomToken(text, "key", 1_000)).toBeUndefined();
  expect(readRoomToken(text, "another key", 999)).toBeUndefined();
});

test("everything is as it was after the file was opened again, and a newer file is left alone", () => {
  const path = join(folder(), "people.db");
  const open = () => PeopleFile.open(path, () => 0);
  const first = open();
  if (!first.ok) throw new Error(first.error);
  addOwner(first.value);
  claim(first.value, PLAN, OWNER);
  first.value.close();
  const second = open();
  if (!second.ok) throw new Error(second.error);
  expect(membersOf(second.value, PLAN)).toEqual([
    { principal: OWNER, name: "", isOwner: true, role: "owner", lastSeen: undefined },
  ]);
  second.value.close();
  const newer = new DatabaseSync(path);
  newer.exec("PRAGMA user_version = 99");
  newer.close();
  expect(open()).toEqual({ ok: false, error: "it was written by a newer version of Sheaf" });
});

test("who was signed in before browsers had keys is so afterwards, and gets one", () => {
  const path = join(folder(), "people.db");
  const old = new DatabaseSync(path);
  old.exec(`${MIGRATIONS.slice(0, 2).join(";")}; PRAGMA user_version = 2;
    INSERT INTO principals VALUES ('ana', 'Ana', 0, 0)`);
  const insert = old.prepare("INSERT INTO credentials VALUES ('c', 'session', ?, 'ana', '', 0, 0)");
  insert.run(hashOf("her cookie"));
  old.close();
  const opened = PeopleFile.open(path, () => 1);
  if (!opened.ok) throw new Error(opened.error);
  const found = findCredential(opened.value, "session", "her cookie");
  expect(found).toMatchObject({ principal: "ana", device: null });
  keepDevice(opened.value, found!.principal, KEY);
  expect(findCredential(opened.value, "device", KEY)?.principal).toBe("ana");
  opened.value.close();
});

test("secrets are made once, for this user only, whatever a backup made of their rights", () => {
  const dataDir = folder();
  const file = join(dataDir, "secrets.json");
  const made = readSecrets(dataDir);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  expect(readSecrets(dataDir)).toEqual(made);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(["", "{}", "[]", "null", '{"ownerKey":"","inviteKey":"","signingKey":""}'])(
  "secrets that are %o are damaged, and stay as they are",
  (text) => {
    const dataDir = folder();
    const file = join(dataDir, "secrets.json");
    writeFileSync(file, text);
    expect(readSecrets(dataDir)).toMatchObject({ ok: false });
    expect(readFileSync(file, "utf8")).toBe(text);
  },
);

/** Documents of Ana's, one of Ben's, and one nobody claimed, all written to; the last first. */
function library() {
  const world = people();
  const { file, ana, ben } = world;
  const [nobodys, bens, plan] = ["nobodys", "bens", PLAN].map((id) => id as DocumentId) as [
    DocumentId,
    DocumentId,
    DocumentId,
  ];
  claim(file, plan, ana);
  claim(file, bens, ben);
  writeTitles(
    file,
    [nobodys, bens, plan].map((document, index) => ({ document, title: `On ${document}`, edited: index, seq: 1 })),
  );
  const titles = (principal: Principal): string[] => listOf(file, principal).map(({ title }) => title);
  return { ...world, nobodys, bens, titles };
}

test("each is listed what they own or were given, and the server's owner nothing that others claimed", () => {
  const { file, ana, ben, titles } = library();
  expect(titles(ana)).toEqual(["On plan"]);
  expect(titles(ben)).toEqual(["On bens"]);
  expect(titles(OWNER)).toEqual(["On nobodys"]);
  redeem(file, addInvite(file, { document: PLAN, role: "viewer", by: ana }), ben);
  expect(listOf(file, ben).map(({ document, role }) => [document, role])).toEqual([
    [PLAN, "viewer"],
    ["bens", "owner"],
  ]);
  decide(file, PLAN, ben, undefined);
  expect(titles(ben)).toEqual(["On bens"]);
  decide(file, PLAN, ben, "editor");
  expect(titles(ben)).toEqual(["On plan", "On bens"]);
  makeOwner(file, ana);
  expect(titles(ana)).toEqual(["On plan", "On nobodys"]);
  expect(listAll(file)).toHaveLength(3);
});

test("[MAX_LISTED] the 500 written to last are listed; what was before them is there, too, but not in the list", () => {
  const { file, ana } = people();
  const documents = Array.from({ length: MAX_LISTED + 1 }, (_, index) => `d${index}` as DocumentId);
  const [oldest, ...others] = documents;
  file.transaction(() => documents.forEach((document) => claim(file, document, ana)));
  const rows = documents.map((document, edited) => ({ document, title: "", edited, seq: 1 }));
  writeTitles(file, rows.slice(1));
  expect(listOf(file, ana)).toHaveLength(MAX_LISTED);
  writeTitles(file, rows.slice(0, 1));
  for (const list of [listOf(file, ana), listAll(file)]) {
    expect(list.map(({ document }) => document)).toEqual(others.toReversed());
  }
  expect(roleIn(file, ana, oldest!)).toBe("owner");
});

test("in the trash a document is nobody's to open, and only its owner sees it there; restored, all is as before", () => {
  const { file, ana, ben, titles } = library();
  const invite = addInvite(file, { document: PLAN, role: "editor", by: ana });
  redeem(file, invite, ben);
  trash(file, PLAN);
  trash(file, PLAN);
  expect(findInvite(file, invite.key), "nor does its link let anybody in").toBeUndefined();
  expect([ana, ben, OWNER].map((who) => roleIn(file, who, PLAN))).toEqual([undefined, undefined, undefined]);
  expect(listOf(file, ana)).toMatchObject([{ document: PLAN, role: "owner", isTrashed: true }]);
  expect(titles(ben)).toEqual(["On bens"]);
  restore(file, PLAN);
  expect(findInvite(file, invite.key)?.id).toBe(invite.id);
  expect([ana, ben].map((who) => roleIn(file, who, PLAN))).toEqual(["owner", "editor"]);
  expect(listOf(file, ana)).toMatchObject([{ isTrashed: false }]);
});

test("of a purged document only its id is left, and that opens for nobody, ever", () => {
  const { file, ana, ben } = library();
  const invite = addInvite(file, { document: PLAN, role: "editor", by: ana });
  redeem(file, invite, ben);
  decide(file, PLAN, OWNER, "viewer");
  trash(file, PLAN);
  purge(file, PLAN);
  restore(file, PLAN);
  trash(file, PLAN);
  expect(discardedIn(file, PLAN)).toBe("purged");
  expect([ana, ben, OWNER].map((who) => roleIn(file, who, PLAN))).toEqual([undefined, undefined, undefined]);
  expect(findInvite(file, invite.key)).toBeUndefined();
  expect(wasInvited(file, invite.key), "so that a link of the start line is not made anew").toBe(true);
  for (const table of ["grants", "decisions", "titles"]) {
    expect(file.rows(`SELECT 1 FROM ${table} WHERE document = ?`, PLAN), table).toEqual([]);
  }
  expect(listAll(file).map(({ document }) => document)).not.toContain(PLAN);
});
