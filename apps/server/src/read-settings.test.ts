import { expect, test } from "vitest";
import { readSettings } from "./read-settings.ts";
import { type Setting, SETTINGS } from "./settings.ts";

test("without an environment the server is private: loopback, port 3000, ./data", () => {
  expect(readSettings({})).toMatchObject({
    ok: true,
    value: {
      isShared: false,
      host: "127.0.0.1",
      port: 3000,
      publicUrl: undefined,
      dataDir: "./data",
      logLevel: "warn",
    },
  });
});

test("--share listens on every address, unless HOST narrows it", () => {
  expect(readSettings({}, ["--share"])).toMatchObject({ ok: true, value: { isShared: true, host: undefined } });
  expect(readSettings({ HOST: "192.168.1.5" }, ["--share"])).toMatchObject({ value: { host: "192.168.1.5" } });
});

test.each(["0.0.0.0", "::", "192.168.1.5"])("HOST %o without --share is refused, and the remedy is named", (host) => {
  expect(readSettings({ HOST: host })).toEqual({ ok: false, error: [expect.stringContaining("npm start -- --share")] });
});

test.each(["https://notes.example.org", "http://192.168.1.5:8080"])("PUBLIC_URL %o is an origin", (publicUrl) => {
  expect(readSettings({ PUBLIC_URL: publicUrl }, ["--share"])).toMatchObject({ ok: true, value: { publicUrl } });
  expect(readSettings({ PUBLIC_URL: publicUrl }).ok).toBe(false);
});

test.each(["https://notes.example.org/", "notes.example.org", "https://a.org/x", "HTTPS://A.org", "ftp://a.org", "*"])(
  "PUBLIC_URL %o is refused",
  (publicUrl) => {
    expect(readSettings({ PUBLIC_URL: publicUrl }, ["--share"]).ok).toBe(false);
  },
);

test("APP_ORIGINS are origins between commas, and each must be one", () => {
  const appOrigins = ["http://localhost:5173", "https://app.example.org"];
  expect(readSettings({ APP_ORIGINS: appOrigins.join(", ") })).toMatchObject({ ok: true, value: { appOrigins } });
  for (const text of ["*", "http://localhost:5173,", "https://app.example.org/", "app.example.org", "null"]) {
    expect(readSettings({ APP_ORIGINS: text }).ok, text).toBe(false);
  }
});

test("an argument nobody knows is refused", () => {
  expect(readSettings({}, ["--shared"])).toEqual({ ok: false, error: [expect.stringContaining("--shared")] });
});

test("every wrong setting is named at once, with what it must be", () => {
  const result = readSettings({ HOST: "0.0.0.0", PORT: "70000", DATA_DIR: " ", LOG_LEVEL: "loud" });
  expect(result.ok).toBe(false);
  if (result.ok) return;
  expect(result.error).toHaveLength(4);
  for (const name of ["HOST", "PORT", "DATA_DIR", "LOG_LEVEL"]) {
    expect(result.error.some((problem) => problem.startsWith(`${name} is `) && problem.includes("must be"))).toBe(true);
  }
});

test.each(["-1", "3000x", "", "1e3", "65536"])("PORT %o is refused", (port) => {
  expect(readSettings({ PORT: port }).ok).toBe(false);
});

test.each(["0", "65535"])("PORT %o is accepted", (port) => {
  expect(readSettings({ PORT: port })).toMatchObject({ ok: true, value: { port: Number(port) } });
});

const FILE = "/etc/sheaf.env";
const withFile = (text: string, env: Record<string, string> = {}): ReturnType<typeof readSettings> =>
  readSettings({ CONFIG: FILE, ...env }, [], () => text);

test("CONFIG names a file of settings, and the environment wins over it", () => {
  const text = "# Sheaf\n\nPORT=4000\nLOG_LEVEL = debug\nDATA_DIR='/var/lib/my sheaf'\r\n";
  expect(withFile(text)).toMatchObject({
    ok: true,
    value: { port: 4000, logLevel: "debug", dataDir: "/var/lib/my sheaf", host: "127.0.0.1" },
  });
  expect(withFile(text, { PORT: "5000" })).toMatchObject({ ok: true, value: { port: 5000, logLevel: "debug" } });
});

test("--share listens where the file says", () => {
  const shared = readSettings({ CONFIG: FILE }, ["--share"], () => "HOST=192.168.1.5");
  expect(shared).toMatchObject({ ok: true, value: { host: "192.168.1.5" } });
});

test("a file that cannot be read is named, with what is wrong besides", () => {
  const result = readSettings({ CONFIG: FILE, PORT: "many" }, [], () => {
    throw new Error("ENOENT: no such file");
  });
  expect(result).toEqual({
    ok: false,
    error: [expect.stringMatching(/CONFIG is "\/etc\/sheaf.env".*ENOENT/), expect.stringContaining("PORT is")],
  });
});

test("everything wrong in the file and in the environment is named at once, and where it stands", () => {
  const result = withFile("PORT=70000\nDATADIR=/srv\nlog_level=debug\nHOST\nCONFIG=/other", { LOG_LEVEL: "loud" });
  expect(result).toEqual({
    ok: false,
    error: [
      "Line 4 of /etc/sheaf.env is neither NAME=value nor a # comment.",
      "CONFIG in /etc/sheaf.env is no setting.",
      "DATADIR in /etc/sheaf.env is no setting: did you mean DATA_DIR?",
      "log_level in /etc/sheaf.env is no setting: did you mean LOG_LEVEL?",
      'PORT in /etc/sheaf.env is "70000", but must be a whole number from 0 to 65535.',
      'LOG_LEVEL is "loud", but must be one of error, warn, info, debug.',
    ],
  });
});

test("a certificate goes with its key, and with an address that begins with https", () => {
  const tls = { TLS_CERT: "cert.pem", TLS_KEY: "key.pem" };
  expect(readSettings(tls)).toMatchObject({ ok: true, value: { tlsCert: "cert.pem", tlsKey: "key.pem" } });
  expect(readSettings({ TLS_CERT: "cert.pem" })).toEqual({ ok: false, error: [expect.stringContaining("TLS_KEY")] });
  expect(readSettings({ TLS_KEY: "key.pem" })).toEqual({ ok: false, error: [expect.stringContaining("TLS_CERT")] });
  expect(readSettings({ ...tls, PUBLIC_URL: "http://a.org" }, ["--share"]).ok).toBe(false);
});

test("a secret that is wrong is not printed", () => {
  const result = readSettings({ METRICS_TOKEN: "hunter2" });
  expect(result).toEqual({ ok: false, error: [expect.stringMatching(/^METRICS_TOKEN must be /)] });
  expect(JSON.stringify(result)).not.toContain("hunter2");
});

test("a setting without a default that is set to nothing is not set", () => {
  expect(readSettings({ PUBLIC_URL: "", CONFIG: "" })).toMatchObject({ ok: true, value: { publicUrl: undefined } });
});

test("every setting's default is a value of it", () => {
  for (const { name, fallback, parse } of Object.values<Setting<unknown>>(SETTINGS)) {
    if (fallback !== undefined) expect(parse(fallback), name).toBeDefined();
  }
});
