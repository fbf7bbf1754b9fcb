import { chmodSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { TestCertificate } from "../support/certificate.ts";
import { runCommand } from "../support/command.ts";
import { FaultyProxy, type ProxyFault } from "../support/faulty-proxy.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function folder(): string {
  const made = makeFolder();
  chmodSync(made, 0o700);
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

type Env = Readonly<Record<string, string>>;

async function doctor(env: Env, ...args: readonly string[]) {
  const { code, stdout } = await runCommand(["doctor", ...args], { env });
  const lines = stdout.trim().split("\n");
  // Each finding is one line that begins with what kind it is.
  for (const line of lines) expect(line).toMatch(/^(well|note|wrong) +\S/);
  return { code, wrong: lines.filter((line) => line.startsWith("wrong")), lines };
}

async function start(options: Parameters<typeof ServerProcess.start>[0]): Promise<ServerProcess> {
  const server = await ServerProcess.start(options);
  cleanups.push(() => server.end());
  return server;
}

test("where nothing is wrong, before the first start, while the server runs and after it, nothing is said to be, and nothing changes", async () => {
  const dataDir = join(folder(), "data");
  const before = await doctor({ DATA_DIR: dataDir, PORT: "0" });
  expect(before).toMatchObject({ code: 0, wrong: [] });
  mkdirSync(dataDir, { mode: 0o700 });
  const server = await start({ dataDir });
  const names = readdirSync(dataDir);
  const env = { DATA_DIR: dataDir, PORT: String(server.port) };
  const during = await doctor(env);
  expect(during).toMatchObject({ code: 0, wrong: [] });
  expect(during.lines).toContain(`well   Port ${server.port} is this server's.`);
  expect(readdirSync(dataDir)).toEqual(names);
  // It leaves its write-ahead log, which is the next server's to read.
  await server.end("SIGKILL");
  const left = readdirSync(dataDir);
  expect(left).toContain("sheaf.db-wal");
  expect(await doctor({ ...env, PORT: "0" })).toMatchObject({ code: 0, wrong: [] });
  expect(readdirSync(dataDir)).toEqual(left);
});

interface Planted {
  readonly what: string;
  readonly plant: (dataDir: string) => Env | Promise<Env>;
  readonly isShared?: boolean;
  readonly said: RegExp;
}

const DAY_SECONDS = 24 * 60 * 60;
const SECRETS = JSON.stringify({ ownerKey: "o".repeat(22), inviteKey: "i".repeat(22), signingKey: "s".repeat(43) });

const PLANTED: readonly Planted[] = [
  { what: "a setting that is none", plant: () => ({ PORT: "3OOO" }), said: /PORT is "3OOO".*whole number/ },
  {
    what: "an open HOST that is not shared",
    plant: () => ({ HOST: "0.0.0.0" }),
    said: /HOST is "0.0.0.0".*-- --share/,
  },
  {
    what: "a HOST of another machine",
    plant: () => ({ HOST: "192.0.2.1" }),
    isShared: true,
    said: /HOST 192.0.2.1 is not an address of this machine.*Leave it out/,
  },
  {
    what: "a shared server that listens on loopback",
    plant: () => ({ HOST: "127.0.0.1" }),
    isShared: true,
    said: /HOST 127.0.0.1 is this machine only.*Leave HOST out/,
  },
  {
    what: "a PUBLIC_URL of one's own machine",
    plant: () => ({ PUBLIC_URL: "http://localhost:3000" }),
    isShared: true,
    said: /leads everybody to their own machine.*Use a name/,
  },
  {
    what: "a proxy that is not trusted",
    plant: () => ({ PUBLIC_URL: "https://notes.example.org" }),
    isShared: true,
    said: /one quota.*TRUST_PROXY=1/,
  },
  {
    what: "a folder that is a file",
    plant(dataDir) {
      writeFileSync(join(dataDir, "file"), "");
      return { DATA_DIR: join(dataDir, "file") };
    },
    said: /DATA_DIR .* is no folder.*Name one/,
  },
  {
    what: "a folder below a file",
    plant(dataDir) {
      writeFileSync(join(dataDir, "file"), "");
      return { DATA_DIR: join(dataDir, "file/data") };
    },
    said: /DATA_DIR .* below a file.*Name one/,
  },
  {
    what: "a folder others can look into",
    plant(dataDir) {
      chmodSync(dataDir, 0o755);
      return {};
    },
    said: /Others on this machine can look into .*chmod 700/,
  },
  {
    what: "secrets others may read",
    plant(dataDir) {
      writeFileSync(join(dataDir, "secrets.json"), SECRETS, { mode: 0o644 });
      return {};
    },
    said: /Others on this machine may read .*secrets.json.*chmod 600/,
  },
  {
    what: "secrets that are damaged",
    plant(dataDir) {
      writeFileSync(join(dataDir, "secrets.json"), SECRETS.slice(0, -9), { mode: 0o600 });
      return {};
    },
    said: /secrets.json is damaged.*Restore it/,
  },
  {
    what: "a log that is none",
    plant(dataDir) {
      writeFileSync(join(dataDir, "sheaf.db"), "not a database, ".repeat(1_000));
      return {};
    },
    said: /sheaf.db is damaged.*restore a backup/,
  },
  {
    what: "a clock that is behind",
    plant(dataDir) {
      writeFileSync(join(dataDir, "people.db"), "");
      const tomorrow = Date.now() / 1000 + DAY_SECONDS;
      utimesSync(join(dataDir, "people.db"), tomorrow, tomorrow);
      return {};
    },
    said: /The clock says .*but people.db was written .*Set the clock/,
  },
  {
    what: "a port of another program",
    async plant() {
      const other = createServer((socket) => socket.end("220 mail\r\n")).listen(0, "127.0.0.1");
      await once(other, "listening");
      cleanups.push(() => other.close());
      return { PORT: String((other.address() as { port: number }).port) };
    },
    said: /Port \d+ is taken by another program.*another PORT/,
  },
  {
    what: "a port of another Sheaf",
    plant: async () => ({ PORT: String((await start({})).port) }),
    said: /Port \d+ is taken by another Sheaf.*another PORT/,
  },
  {
    what: "a folder another server holds, which cannot be asked",
    async plant(dataDir) {
      await start({ dataDir });
      rmSync(join(dataDir, "control.json"));
      return {};
    },
    said: /sheaf.db is held by a process that does not answer.*End it/,
  },
  {
    what: "a certificate without its key",
    plant: () => ({ TLS_CERT: new TestCertificate().cert }),
    isShared: true,
    said: /TLS_CERT is set, but must be left out or go with TLS_KEY/,
  },
  {
    what: "a key of another certificate",
    plant: () => ({ TLS_CERT: new TestCertificate().cert, TLS_KEY: new TestCertificate().key }),
    isShared: true,
    said: /TLS_KEY .* is not the key of the certificate/,
  },
  {
    what: "a certificate for another name",
    plant: () => ({ ...new TestCertificate().env, PUBLIC_URL: "https://notes.example.org" }),
    isShared: true,
    said: /TLS_CERT .* is not for notes.example.org.*Have one made/,
  },
  {
    what: "a key others may read",
    plant() {
      const { env, key } = new TestCertificate();
      chmodSync(key, 0o644);
      return env;
    },
    isShared: true,
    said: /Others on this machine may read TLS_KEY .*chmod 600/,
  },
];

test.each(PLANTED)("$what is found, with what to do about it", async ({ plant, isShared = false, said }) => {
  const dataDir = folder();
  const env = { DATA_DIR: dataDir, PORT: "0", ...(await plant(dataDir)) };
  const { code, wrong } = await doctor(env, ...(isShared ? ["--share"] : []));
  expect(wrong.join("\n")).toMatch(said);
  expect(wrong).toHaveLength(1);
  expect(code).toBe(1);
});

const FAULTS: readonly (readonly [ProxyFault, RegExp])[] = [
  ["none", /^well +A WebSocket through \S+ works/m],
  ["drops-upgrade", /^wrong +The proxy takes the Upgrade header away.*pass on Upgrade and Connection/m],
  ["changes-host", /^wrong +The proxy changes the Host header.*proxy_set_header Host/m],
  ["holds-back", /^wrong +The proxy holds back what is sent.*buffering off/m],
  ["redirects", /^wrong +\S+ redirects to https:\/\/www.example.org\/.*Set PUBLIC_URL/m],
  ["leads-elsewhere", /^wrong +\S+ leads to something else \(200\).*Check where/m],
];

test("what a proxy does to a WebSocket on the way through PUBLIC_URL is found, each with what to do about it", async () => {
  const proxy = await FaultyProxy.start();
  cleanups.push(() => proxy.close());
  const dataDir = folder();
  const server = await start({ dataDir, isShared: true, env: { PUBLIC_URL: proxy.url, LOG_LEVEL: "debug" } });
  const upstream = Number(/"port":(\d+)/.exec(server.stderr)![1]);
  const env = { DATA_DIR: dataDir, PUBLIC_URL: proxy.url, PORT: String(upstream), HOST: "127.0.0.1" };
  for (const [fault, said] of FAULTS) {
    Object.assign(proxy, { fault, upstream });
    expect((await doctor(env)).lines.join("\n"), fault).toMatch(said);
  }
  Object.assign(proxy, { fault: "none", upstream: 1 });
  expect((await doctor(env)).wrong.join()).toMatch(/The proxy answers 502: it does not reach Sheaf.*Check where/);
  const other = await start({ isShared: true, env: { PUBLIC_URL: proxy.url, LOG_LEVEL: "debug" } });
  Object.assign(proxy, { upstream: Number(/"port":(\d+)/.exec(other.stderr)![1]) });
  expect((await doctor(env)).wrong.join()).toMatch(/PUBLIC_URL leads to a Sheaf with another folder.*Check where/);
  proxy.close();
  expect((await doctor(env)).wrong.join()).toMatch(/cannot be reached from here \(.*ECONNREFUSED.*Check its name/);
  await server.end();
  expect((await doctor(env, "--share")).lines.join("\n")).toMatch(/^note +No server answers.*Start it/m);
});

test("an argument no command has is refused, with the nearest there is", async () => {
  expect(await runCommand(["docter"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("did you mean doctor?"),
  });
  expect(await runCommand(["--shaer"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("did you mean --share?"),
  });
  expect(await runCommand(["doctor", "--deep"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("doctor knows no --deep, only --share and --help."),
  });
  expect(await runCommand(["restore", "only-one"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Usage: "),
  });
  for (const name of ["backup", "restore", "doctor", "inspect"]) {
    expect((await runCommand(["--help"])).stdout).toMatch(new RegExp(`-- ${name} .+ {2}\\w`));
    expect(await runCommand([name, "--help"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Usage: ${name}`),
    });
  }
});
