import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

test("without an environment the server is private: loopback, port 3000, ./data", () => {
  expect(readSettings({})).toEqual({
    ok: true,
    value: {
      isShared: false,
      host: "127.0.0.1",
      port: 3000,
      publicUrl: undefined,
      dataDir: "./data",
      logLevel: "info",
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
