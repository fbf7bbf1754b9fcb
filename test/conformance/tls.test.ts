import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { connect, setDefaultCACertificates } from "node:tls";
import { readSettings, startServer } from "@sheaf/server";
import { expect, test } from "vitest";
import { TestCertificate } from "../support/certificate.ts";
import { OwnClient } from "../support/own-client.ts";
import { failToStart, makeFolder, ServerProcess } from "../support/server-process.ts";
import { DAY_MILLIS } from "../support/shared-server.ts";
import { StockClient } from "../support/stock-client.ts";
import { until } from "../support/until.ts";

const trusted: string[] = [];
function newCertificate(): TestCertificate {
  const certificate = new TestCertificate();
  trusted.push(readFileSync(certificate.cert, "utf8"));
  setDefaultCACertificates(trusted);
  return certificate;
}

/** The serial number of the certificate a new connection is shown. */
function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", servername: "localhost" }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    }).on("error", reject);
  });
}

test("two people write over wss, one in each dialect, and stay while the certificate is renewed", async () => {
  const certificate = newCertificate();
  const server = await ServerProcess.start({ env: certificate.env });
  expect(server.url).toMatch(/^https:\/\//);
  const ana = await new OwnClient(server.url, "secure", { schemaVersion: 0 }).synced();
  const ben = await new StockClient(server.url, "secure").synced();
  ana.text.insert(0, "one ");
  await until("seen", () => ana.status === "saved" && ben.text.toString() === "one ");
  let losses = 0;
  ben.provider.on("connection-close", () => losses++);

  const before = await shown(server.port);
  certificate.become(newCertificate());
  server.signal("SIGHUP");
  await until("a new one after SIGHUP", async () => (await shown(server.port)) !== before);
  const second = await shown(server.port);
  certificate.become(newCertificate());
  await until("a new one by itself", async () => (await shown(server.port)) !== second, 30_000);
  const third = await shown(server.port);
  writeFileSync(certificate.cert, "broken");
  server.signal("SIGHUP");
  await until("the complaint", () => server.stderr.includes("certificate-failed"));
  expect(await shown(server.port)).toBe(third);

  ben.text.insert(4, "two");
  await until("seen after all", () => ana.text.toString() === "one two" && ana.status === "saved");
  expect(losses).toBe(0);
  ana.close();
  ben.close();
  expect(await server.end()).toBe(0);
});

test("only its public https address is one browsers are told to come back to", async () => {
  const certificate = newCertificate();
  const env = { ...certificate.env, PUBLIC_URL: "https://notes.example.org" };
  const server = await ServerProcess.start({ env: { ...env, PORT: "0", LOG_LEVEL: "info" }, isShared: true });
  expect(server.greeting).toContain("https://notes.example.org/join#");
  const plain = await ServerProcess.start({ env: certificate.env });
  const strict = (port: number, host: string): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const options = { port, host: "127.0.0.1", path: "/healthz", servername: "localhost", headers: { host } };
      request(options, (answer) => {
        expect(answer.statusCode).toBe(200);
        answer.resume();
        resolve(answer.headers["strict-transport-security"]);
      })
        .on("error", reject)
        .end();
    });
  await until("it is known where", () => server.stderr.includes('"listening"'));
  const { port } = JSON.parse(/.*"listening".*/.exec(server.stderr)![0]) as { port: number };
  expect(await strict(port, "notes.example.org")).toBe("max-age=31536000");
  expect(await strict(plain.port, `localhost:${plain.port}`)).toBeUndefined();
  await server.end();
  await plain.end();
});

test.each([
  ["a file that is not there", (own: TestCertificate) => ({ ...own.env, TLS_KEY: "/nothing.pem" }), "TLS_KEY"],
  ["half of it", ({ cert }: TestCertificate) => ({ TLS_CERT: cert }), "TLS_KEY"],
  ["another's key", (own: TestCertificate) => ({ ...own.env, TLS_KEY: newCertificate().key }), "is not the key of"],
  ["no certificate", (own: TestCertificate) => ({ ...own.env, TLS_CERT: own.key }), "is no certificate"],
  ["no key", (own: TestCertificate) => ({ ...own.env, TLS_KEY: own.cert }), "is no private key"],
])("with %s the server does not start, and says why", async (_what, env, words) => {
  const { code, stderr } = await failToStart({ env: env(newCertificate()) });
  expect(code).toBe(1);
  expect(stderr).toContain(words);
});

test.each([
  ["expired", 3 * DAY_MILLIS],
  ["is not valid before", -DAY_MILLIS],
])("with a certificate that %s it does not start either", async (words, offset) => {
  const { cert, key } = newCertificate();
  const settings = readSettings({ PORT: "0", DATA_DIR: makeFolder(), TLS_CERT: cert, TLS_KEY: key });
  if (!settings.ok) throw new Error(settings.error.join());
  const webFolder = join(import.meta.dirname, "../../apps/server/dist/web");
  const wallClock = (): number => Date.now() + offset;
  const started = await startServer(settings.value, { webFolder, report: () => {}, wallClock });
  expect(started).toEqual({ ok: false, error: expect.stringContaining(words) });
});
