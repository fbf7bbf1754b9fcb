import { readFileSync } from "node:fs";
import { setDefaultCACertificates } from "node:tls";
import { expect, test } from "vitest";
import { TestCertificate } from "../support/certificate.ts";
import { handshake } from "../support/handshake.ts";
import { freePort, Nginx } from "../support/nginx.ts";
import { ServerProcess } from "../support/server-process.ts";
import { keyOf } from "../support/shared-server.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

test("behind nginx, set up as deploy/nginx.conf has it: people write, an address that is claimed does not count, operators' pages are closed", async () => {
  const certificate = new TestCertificate();
  setDefaultCACertificates([readFileSync(certificate.cert, "utf8")]);
  const [front, back] = [await freePort(), await freePort()];
  const nginx = Nginx.start(front, back, certificate);
  const url = `https://127.0.0.1:${front}`;
  const env = { PUBLIC_URL: url, TRUST_PROXY: "1", MAX_SOCKETS_PER_ADDRESS: "2" };
  const server = await ServerProcess.start({ isShared: true, port: back, env });
  try {
    await until(
      "nginx listens",
      () =>
        fetch(`${url}/healthz`).then(
          ({ status }) => status === 200,
          () => false,
        ),
      20_000,
    );
    const page = await fetch(`${url}/`);
    expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000");
    const owner = await Visitor.join(url, keyOf(/http\S+\/join#\S+/.exec(server.greeting)![0]), "Olga");
    expect(owner.cookie).toMatch(/^__Host-/);
    await owner.ask("POST", "/api/documents", { document: "plans" });
    const { token } = (await owner.ask("POST", "/api/documents/plans/tokens", {})).body;
    const ana = await owner.open("plans").synced();
    const ben = await owner.open("plans").synced();
    ana.text.insert(0, "through a proxy");
    await until("seen", () => ben.text.toString() === "through a proxy" && ana.status === "saved");
    for (const path of ["/metrics", "/readyz"]) expect((await fetch(url + path)).status).toBe(403);
    const stock = (): Promise<number> =>
      handshake(url, `/y/plans?token=${token}`, { "x-forwarded-for": "198.51.100.1" });
    expect(await stock()).toBe(429);
    ben.close();
    await until("there is room for the other dialect", async () => (await stock()) === 101);
    ana.close();
  } finally {
    await server.end();
    await nginx.end();
  }
});
