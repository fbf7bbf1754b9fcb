import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

test("without an environment the server is private: loopback, port 3000, ./data", () => {
  expect(readSettings({})).toEqual({
    ok: true,
    value: { host: "127.0.0.1", port: 3000, dataDir: "./data", logLevel: "info" },
  });
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
