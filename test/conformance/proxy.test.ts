import { rmSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { DeployedProxy, freePort, PROXIES } from "../support/deployed-proxy.ts";
import { handshake } from "../support/handshake.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

test.each(PROXIES)(
  "behind %s, set up as deploy/ has it: people write, an address that is claimed does not count, strangers and operators' pages are refused before an upgrade",
  async (name) => {
    const port = await freePort();
    const proxy = await DeployedProxy.start(name, port);
    closing.push(() => proxy.end());
    expect((await fetch(proxy.url)).status).toBe(502);
    const env = { ...proxy.env, MAX_SOCKETS_PER_ADDRESS: "2" };
    const server = await ServerProcess.start({ isShared: true, port, env });
    closing.push(async () => {
      await server.end();
      rmSync(server.dataDir, { recursive: true, force: true });
    });
    const { url } = server;
    expect(url).toBe(proxy.url);

    const page = await fetch(`${url}/`);
    expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000");
    const owner = await Visitor.join(url, server.ownerKey, "Olga");
    expect(owner.cookie).toMatch(/^__Host-/);
    await owner.ask("POST", "/api/documents", { document: "plans" });
    const { token } = (await owner.ask("POST", "/api/documents/plans/tokens", {})).body;
    const ana = await owner.open("plans").synced();
    const ben = await owner.open("plans").synced();
    closing.push(
      () => ana.close(),
      () => ben.close(),
    );
    ana.text.insert(0, "through a proxy");
    await until("seen", () => ben.text.toString() === "through a proxy" && ana.status === "saved");

    for (const path of ["/metrics", "/readyz"]) expect((await fetch(url + path)).status).toBe(403);
    const stock = (): Promise<number> =>
      handshake(url, `/y/plans?token=${token}`, { "x-forwarded-for": "198.51.100.1" });
    expect(await stock()).toBe(429);
    ben.close();
    await until("there is room for the other dialect", async () => (await stock()) === 101);
    await until("there is room again", async () => (await handshake(url, "/sync", { origin: url })) === 401);
    expect(await handshake(url, "/sync", { ...owner.headers, origin: "https://evil.example" })).toBe(403);
  },
);
