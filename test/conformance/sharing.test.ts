import { readFileSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesIn } from "../support/files-in.ts";
import { handshake } from "../support/handshake.ts";
import { OwnClient } from "../support/own-client.ts";
import { failToStart, makeFolder, ServerProcess } from "../support/server-process.ts";
import { keyOf } from "../support/shared-server.ts";
import { StockClient } from "../support/stock-client.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

const linksIn = ({ greeting }: ServerProcess): string[] => greeting.match(/\S+\/join#\S+/g) ?? [];

/** One nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  other.close();
  return port;
}

describe("a shared server", () => {
  const PUBLIC = "https://notes.example.org";
  let server: ServerProcess;
  let olga: Visitor;
  let gus: Visitor;
  let document: string;

  beforeAll(async () => {
    server = await ServerProcess.start({ isShared: true });
    const [ownerLink, inviteLink] = linksIn(server) as [string, string];
    olga = await Visitor.join(server.url, keyOf(ownerLink), "Olga");
    gus = new Visitor(server.url);
    const joined = await gus.ask("POST", "/api/join", {
      key: keyOf(inviteLink),
      name: "Gus",
      deviceKey: gus.deviceKey,
    });
    document = joined.body.document;
  });
  afterAll(() => server.end());

  test("says which way it runs, and prints one link for its owner and one for others", () => {
    expect(server.greeting.trim().split("\n")).toEqual([
      expect.stringMatching(/^Sheaf is at http:\S+ {2}\(shared: who has a key can read/),
      expect.stringMatching(/^Your own link.* http:\S+\/join#[\w-]{22}$/),
      expect.stringMatching(/^A link for others.* http:\S+\/join#[\w-]{22}$/),
    ]);
  });

  test("both links lead to the same document, so that people who open them meet", async () => {
    for (const link of linksIn(server)) {
      const looked = await olga.ask("POST", "/api/invites/look", { key: keyOf(link) });
      expect(looked.body.document).toBe(document);
    }
  });

  test("the owner's link makes an owner, the other a writer in one document", async () => {
    expect((await olga.ask("GET", "/api/me")).body).toEqual({
      mode: "shared",
      name: "Olga",
      isOwner: true,
      urls: [server.url],
    });
    expect((await gus.ask("GET", "/api/me")).body).toEqual({
      mode: "shared",
      name: "Gus",
      isOwner: false,
      urls: [server.url],
    });
    const { people, role } = (await gus.ask("GET", `/api/documents/${document}/people`)).body;
    expect(role).toBe("editor");
    expect(people).toMatchObject([
      { name: "Olga", role: "owner", isYou: false },
      { name: "Gus", role: "editor", isYou: true, lastSeen: expect.any(Number) },
    ]);
  });

  test("the page of the link is the app, and its key reaches no server", async () => {
    expect((await fetch(`${server.url}/join`)).status).toBe(200);
  });

  test("two people write together in it", async () => {
    const [ana, ben] = [await olga.open(document, 1).synced(), await gus.open(document, 1).synced()];
    ana.text.insert(0, "together");
    await until("it is seen", () => ben.text.toString() === "together");
    expect([ana.provider.state.role, ben.provider.state.role]).toEqual(["owner", "editor"]);
    for (const client of [ana, ben]) client.close();
  });

  test("a cookie cannot be read by scripts, nor sent by another site's page", async () => {
    const { headers } = await new Visitor(server.url).ask("POST", "/api/join", { key: keyOf(linksIn(server)[1]!) });
    const cookie = headers.get("set-cookie");
    expect(cookie).toMatch(
      new RegExp(`^sheaf-${server.port}=[\\w-]{43}; Max-Age=7776000; Path=/; HttpOnly; SameSite=Strict$`),
    );
  });

  test("someone who is known already keeps who they are, and gains the document", async () => {
    await olga.ask("POST", "/api/documents", { document: "second" });
    const { key } = (await olga.ask("POST", "/api/documents/second/invites", { role: "viewer" })).body;
    const before = gus.cookie;
    expect((await gus.ask("POST", "/api/join", { key, name: "Somebody else" })).body).toEqual({ document: "second" });
    expect(gus.cookie).toBe(before);
    expect((await gus.ask("GET", "/api/me")).body.name).toBe("Gus");
    const { people } = (await gus.ask("GET", "/api/documents/second/people")).body;
    expect(people).toContainEqual(expect.objectContaining({ name: "Gus", role: "viewer", isYou: true }));
  });

  test("who lost the cookie comes back by the browser's key, or by a link under another name: one person, not two", async () => {
    await olga.ask("POST", "/api/documents", { document: "lost" });
    const { key } = (await olga.ask("POST", "/api/documents/lost/invites", { role: "editor" })).body;
    const ida = await Visitor.join(server.url, key, "Ida");
    const { deviceKey } = ida;
    const first = ida.cookie;
    const lose = (): void => void (ida.cookie = undefined);
    const names = async () =>
      (await ida.ask("GET", "/api/documents/lost/people")).body.people.map(({ name }) => name).sort();

    lose();
    expect(await ida.ask("POST", "/api/session", { deviceKey })).toMatchObject({ status: 204 });
    expect(ida.cookie).not.toBe(first);
    expect(await names()).toEqual(["Ida", "Olga"]);
    lose();
    expect((await ida.ask("POST", "/api/join", { key, name: "Ida B.", deviceKey })).status).toBe(200);
    expect(await names()).toEqual(["Ida B.", "Olga"]);
    lose();
    expect((await ida.ask("POST", "/api/join", { key, deviceKey })).status).toBe(200);
    expect(await names()).toEqual(["Ida B.", "Olga"]);
    // Another browser is another person, and so is whoever says nothing that could be a key.
    for (const none of [undefined, "", `${deviceKey}A`, deviceKey.slice(1), `${deviceKey.slice(1)}!`, 7, [deviceKey]]) {
      lose();
      expect(await ida.ask("POST", "/api/session", { deviceKey: none }), String(none)).toMatchObject({
        status: 401,
        body: { code: "sign-in" },
      });
      expect(ida.cookie).toBeUndefined();
    }
    await ida.ask("POST", "/api/join", { key, name: "Ivo", deviceKey: "!" });
    expect(await names()).toEqual(["Ida B.", "Ivo", "Olga"]);
  });

  test("a browser that was let in before it had a key, or lost its own, is known by the one it shows next", async () => {
    const ida = new Visitor(server.url);
    const { deviceKey } = ida;
    const key = keyOf(linksIn(server)[1]!);
    await ida.ask("POST", "/api/join", { key, name: "Ida" });
    const before = ida.cookie;
    await ida.ask("POST", "/api/join", { key, deviceKey });
    expect(ida.cookie).not.toBe(before);
    const after = ida.cookie;
    await ida.ask("POST", "/api/join", { key, deviceKey });
    expect(ida.cookie, "one session is enough").toBe(after);
    ida.cookie = undefined;
    await ida.ask("POST", "/api/session", { deviceKey });
    expect((await ida.ask("GET", "/api/me")).body.name).toBe("Ida");
  });

  test("who was removed stays removed, though the cookie be lost and the link be opened again", async () => {
    await olga.ask("POST", "/api/documents", { document: "removed" });
    const { key } = (await olga.ask("POST", "/api/documents/removed/invites", { role: "editor" })).body;
    const ida = await Visitor.join(server.url, key, "Ida");
    const { people } = (await olga.ask("GET", "/api/documents/removed/people")).body;
    const { principal } = people.find(({ name }) => name === "Ida")!;
    await olga.ask("DELETE", `/api/documents/removed/people/${principal}`);
    ida.cookie = undefined;
    const { deviceKey } = ida;
    expect((await ida.ask("POST", "/api/join", { key, name: "Ida", deviceKey })).status).toBe(404);
    expect((await ida.ask("POST", "/api/session", { deviceKey })).status).toBe(204);
    expect((await ida.ask("GET", "/api/documents/removed/people")).status).toBe(404);
  });

  test("signing out forgets the browser's key, and every session it brought", async () => {
    const ida = await Visitor.join(server.url, keyOf(linksIn(server)[1]!), "Ida");
    const { deviceKey, cookie: first } = ida;
    ida.cookie = undefined;
    await ida.ask("POST", "/api/session", { deviceKey });
    expect((await ida.ask("DELETE", "/api/session")).status).toBe(204);
    expect((await ida.ask("POST", "/api/session", { deviceKey })).status).toBe(401);
    expect((await ida.ask("GET", "/api/me", undefined, { cookie: first! })).status).toBe(401);
  });

  test("a key that was revoked lets nobody in any more, and takes back what it gave", async () => {
    await olga.ask("POST", "/api/documents", { document: "taken-back" });
    const { id, key } = (await olga.ask("POST", "/api/documents/taken-back/invites", { role: "editor" })).body;
    const ida = await Visitor.join(server.url, key, "Ida");
    const [invite] = (await olga.ask("GET", "/api/documents/taken-back/invites")).body.invites;
    expect(invite).toEqual({ id, role: "editor", created: expect.any(Number), expires: null, people: 1 });
    await olga.ask("DELETE", `/api/documents/taken-back/invites/${id}`);
    expect((await ida.ask("GET", "/api/documents/taken-back/people")).status).toBe(404);
    for (const visitor of [ida, new Visitor(server.url)]) {
      expect(await visitor.ask("POST", "/api/join", { key, name: "Ida" })).toMatchObject({
        status: 404,
        body: { code: "bad-key" },
      });
    }
  });

  test("what an owner decided stands against the link the person came by; a new link lets them in again", async () => {
    await olga.ask("POST", "/api/documents", { document: "decided" });
    const { key } = (await olga.ask("POST", "/api/documents/decided/invites", { role: "editor" })).body;
    const ida = await Visitor.join(server.url, key, "Ida");
    const people = (await olga.ask("GET", "/api/documents/decided/people")).body.people;
    const path = `/api/documents/decided/people/${people.find(({ name }) => name === "Ida")!.principal}`;
    const roleOfIda = async () => (await ida.ask("GET", "/api/documents/decided/people")).body.role;
    await olga.ask("PUT", path, { role: "viewer" });
    await ida.ask("POST", "/api/join", { key });
    expect(await roleOfIda()).toBe("viewer");
    await olga.ask("DELETE", path);
    expect((await ida.ask("POST", "/api/join", { key })).status).toBe(404);
    expect(await roleOfIda()).toBeUndefined();
    const again = (await olga.ask("POST", "/api/documents/decided/invites", { role: "editor" })).body.key;
    await ida.ask("POST", "/api/join", { key: again });
    expect(await roleOfIda()).toBe("editor");
  });

  // What another site can make a browser do.

  const origins: readonly (readonly [string, () => string])[] = [
    ["another site", () => "https://evil.example"],
    ["a look-alike prefix", () => `${server.url}.evil.example`],
    ["a look-alike suffix", () => server.url.replace("//", "//evil-")],
    ["another port of this machine", () => "http://127.0.0.1:1"],
    ["another scheme", () => server.url.replace("http:", "https:")],
    ["a longer port", () => `${server.url}0`],
    ["null", () => "null"],
    ["nobody, though there is a cookie", () => ""],
  ];
  test.each(origins)("an Origin of %s may not use the cookie", async (what, origin) => {
    const headers = { origin: origin(), cookie: gus.cookie! };
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
    for (const path of ["/sync", `/y/${document}`]) expect(await handshake(server.url, path, sent), path).toBe(403);
    for (const [method, path] of [
      ["PATCH", "/api/me"],
      ["POST", "/api/documents"],
      ["POST", "/api/join"],
      ["POST", "/api/session"],
      ["DELETE", "/api/session"],
      ["POST", `/api/documents/${document}/tokens`],
    ] as const) {
      const body = method === "DELETE" ? undefined : { name: "Evil", document: "evil", deviceKey: gus.deviceKey };
      expect((await gus.ask(method, path, body, headers)).status, path).toBe(403);
    }
    // Reading needs no Origin, for browsers send none from our own pages; but a foreign one is refused.
    expect((await gus.ask("GET", "/api/me", undefined, headers)).status).toBe(headers.origin === "" ? 200 : 403);
    expect((await gus.ask("GET", "/api/me")).body.name, what).toBe("Gus");
  });

  test.each([
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "",
  ])("a form's body (%s) changes nothing, whatever its Origin says", async (type) => {
    for (const path of ["/api/join", "/api/session", "/api/documents", "/api/me", "/api/tokens"]) {
      const method = path === "/api/me" ? "PATCH" : "POST";
      const body = JSON.stringify({ name: "Evil", document: "evil", key: "x" });
      const answer = await fetch(server.url + path, {
        method,
        body: new Blob([body]),
        headers: { ...gus.headers, ...(type === "" ? {} : { "content-type": type }) },
      });
      expect(answer.status).toBe(415);
    }
    expect((await gus.ask("GET", "/api/me")).body.name).toBe("Gus");
  });

  test.each(["evil.example", "127.0.0.1.nip.example", "localhost", "notes.example.org"])(
    "a Host of %s is not this server's, on every address",
    async (host) => {
      for (const path of ["/", "/api/me", "/sync", `/y/${document}`, "/healthz"]) {
        const status = await new Promise((resolve) => {
          const url = new URL(server.url + path);
          request(url, { headers: { host, cookie: gus.cookie } }, (answer) =>
            resolve(answer.resume().statusCode),
          ).end();
        });
        expect(status).toBe(403);
      }
    },
  );

  test("[MAX_BODY_BYTES] a body too large, or no JSON, is refused with a sentence", async () => {
    const padded = (bytes: number): string =>
      JSON.stringify({ name: "Gus", pad: "" }).replace('""}', `"${"x".repeat(bytes - 23)}"}`);
    expect(padded(100)).toHaveLength(100);
    const statuses = [16 * 1024, 16 * 1024 + 1].map(
      async (bytes) =>
        (await gus.ask("PATCH", "/api/me", padded(bytes), { "content-type": "application/json" })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 413]);
    for (const body of ["{", "null", "[]", '"name"']) {
      expect((await gus.ask("PATCH", "/api/me", body, { "content-type": "application/json" })).status).toBe(400);
    }
  });

  test("[MAX_NAME_LENGTH] a name has 64 letters, and not one more", async () => {
    for (const [length, status] of [
      [64, 200],
      [65, 400],
    ] as const) {
      expect((await gus.ask("PATCH", "/api/me", { name: "x".repeat(length) })).status).toBe(status);
    }
    await gus.ask("PATCH", "/api/me", { name: "Gus" });
  });

  test("[MAX_EXPIRES_DAYS] an invite holds for ten years, and not a day longer", async () => {
    for (const [expiresInDays, status] of [
      [3650, 201],
      [3651, 400],
      [0, 400],
    ] as const) {
      const invite = { role: "viewer", expiresInDays };
      expect((await olga.ask("POST", `/api/documents/${document}/invites`, invite)).status).toBe(status);
    }
  });

  test.each(["", "   ", "two\nlines", "turned \u202E around", 7])("%o is no name", async (name) => {
    expect(await gus.ask("PATCH", "/api/me", { name })).toMatchObject({ status: 400, body: { code: "bad-name" } });
  });

  test("a browser that signs out is out at once, on the socket too", async () => {
    const lea = await Visitor.join(server.url, keyOf(linksIn(server)[1]!), "Lea");
    const page = await lea.open(document, 1).synced();
    expect((await lea.ask("DELETE", "/api/session")).status).toBe(204);
    await until("the page is told", () => page.provider.state.connection === "stopped", 5_000);
    expect(page.provider.state.status).toMatchObject({ why: { reason: { code: "unauthorized" } } });
    page.close();
  });

  test("a stock client comes in with a room token in its address", async () => {
    await gus.ask("POST", "/api/documents", { document: "stock" });
    const { token } = (await gus.ask("POST", "/api/documents/stock/tokens", {})).body;
    const stock = await new StockClient(server.url, "stock", undefined, { token }).synced();
    stock.text.insert(0, "hello");
    const page = await gus.open("stock").synced();
    await until("it is seen", () => page.text.toString() === "hello");
    stock.close();
    page.close();
  });

  test("secrets are this user's alone, and in no log", async () => {
    const file = join(server.dataDir, "secrets.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secrets = Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
    const { token } = (await gus.ask("POST", "/api/tokens", { name: "program" })).body;
    await fetch(`${server.url}/y/${document}?token=${token}`, { headers: { authorization: `Bearer ${token}` } });
    const known = [...secrets, token, gus.cookie!.split("=")[1]!, gus.deviceKey];
    for (const secret of known) expect(server.stderr).not.toContain(secret);
    // Nor are they stored, but for those that must be printed again.
    for (const path of filesIn(server.dataDir)) {
      if (path === file) continue;
      const bytes = readFileSync(path);
      for (const secret of known) expect(bytes.includes(secret), path).toBe(false);
    }
  });

  test("after a restart links, cookies and roles are the same", async () => {
    await server.end();
    const { dataDir, port } = server;
    const again = await ServerProcess.start({ isShared: true, dataDir, port });
    expect(linksIn(again)).toEqual(linksIn(server));
    expect((await gus.ask("GET", `/api/documents/${document}/people`)).body.role).toBe("editor");
    server = again;
  });

  test("an invite of the start line that was revoked is not printed again", async () => {
    const { invites } = (await olga.ask("GET", `/api/documents/${document}/invites`)).body;
    await olga.ask("DELETE", `/api/documents/${document}/invites/${invites[0]!.id}`);
    await server.end();
    server = await ServerProcess.start({ isShared: true, dataDir: server.dataDir, port: server.port });
    expect(linksIn(server)).toHaveLength(1);
  });

  test("behind a proxy with https its cookies are for https, and its links carry that name", async () => {
    const port = await freePort();
    const proxied = await ServerProcess.start({ isShared: true, port, env: { PUBLIC_URL: PUBLIC } });
    const [ownerLink] = linksIn(proxied) as [string];
    expect(ownerLink.startsWith(`${PUBLIC}/join#`)).toBe(true);
    const join = (origin: string): Promise<{ status: number | undefined; cookie: string | undefined }> =>
      new Promise((resolve) => {
        const headers = { host: "notes.example.org", origin, "content-type": "application/json" };
        request({ host: "127.0.0.1", port, path: "/api/join", method: "POST", headers }, (answer) => {
          resolve({ status: answer.resume().statusCode, cookie: answer.headers["set-cookie"]?.[0] });
        }).end(JSON.stringify({ key: keyOf(ownerLink), name: "Olga" }));
      });
    const joined = await join(PUBLIC);
    expect(joined.cookie).toMatch(
      /^__Host-sheaf=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect((await join("http://notes.example.org")).status).toBe(403);
    await proxied.end();
  });
});

describe("without --share", () => {
  test("nobody signs in: whoever is at this machine owns everything, on every address of the API", async () => {
    const server = await ServerProcess.start();
    const me = new Visitor(server.url);
    expect((await me.ask("GET", "/api/me", undefined, { origin: "" })).body).toEqual({
      mode: "loopback",
      name: "",
      isOwner: true,
      urls: [server.url],
    });
    expect((await me.ask("PATCH", "/api/me", { name: "Olga" }, { origin: "" })).status).toBe(200);
    expect((await me.ask("POST", "/api/documents", { document: "mine" })).body).toEqual({
      document: "mine",
      role: "owner",
    });
    const { key } = (await me.ask("POST", "/api/documents/mine/invites", { role: "viewer" })).body;
    expect((await me.ask("POST", "/api/invites/look", { key })).body).toEqual({
      role: "viewer",
      isOwner: false,
      document: "mine",
    });
    expect((await me.ask("GET", "/api/documents/mine/people")).body.people).toMatchObject([
      { name: "Olga", role: "owner", isYou: true },
    ]);
    expect((await me.ask("PATCH", "/api/me", { name: "Evil" }, { origin: "https://evil.example" })).status).toBe(403);
    expect(me.cookie).toBeUndefined();
    await server.end();
  });

  test("others cannot reach it, and a HOST that would let them is refused with the remedy", async () => {
    for (const [name, value] of [
      ["HOST", "0.0.0.0"],
      ["PUBLIC_URL", "https://notes.example.org"],
    ] as const) {
      const { code, stderr } = await failToStart({ env: { [name]: value } });
      expect(code).toBe(1);
      expect(stderr).toContain("npm start -- --share");
    }
  });

  test("what was written here before it was shared is the owner's, and a page that was open goes on", async () => {
    const before = await ServerProcess.start();
    const page = await new OwnClient(before.url, "diary").synced();
    page.text.insert(0, "alone");
    await until("saved", () => page.status === "saved");
    await before.end();
    const { dataDir, port } = before;
    const server = await ServerProcess.start({ dataDir, port, isShared: true });
    await until("the page has no way in", () => page.provider.state.connection !== "open");
    page.text.insert(5, " and then");
    const [ownerLink, inviteLink] = linksIn(server) as [string, string];
    const gus = await Visitor.join(server.url, keyOf(inviteLink), "Gus");
    expect((await gus.ask("POST", "/api/documents", { document: "diary" })).status).toBe(404);
    expect(await handshake(server.url, "/y/diary", gus.headers)).toBe(404);
    const olga = await Visitor.join(server.url, keyOf(ownerLink), "Olga");
    // What its browser does from now on, with the cookie.
    const again = await olga.open("diary", 1).synced();
    page.provider.disconnect();
    again.doc.clientID = page.doc.clientID;
    again.text.insert(5, " and now");
    await until("saved under the same client id", () => again.status === "saved");
    for (const client of [page, again]) client.close();
    await server.end();
  });

  test("a secrets file that is damaged is named, and nothing is made up in its place", async () => {
    const dataDir = makeFolder();
    const server = await ServerProcess.start({ dataDir });
    await server.end();
    const file = join(dataDir, "secrets.json");
    writeFileSync(file, '{"ownerKey":""}');
    const { code, stderr } = await failToStart({ dataDir });
    expect(code).toBe(1);
    expect(stderr).toContain("secrets.json is damaged");
    expect(readFileSync(file, "utf8")).toBe('{"ownerKey":""}');
  });
});
