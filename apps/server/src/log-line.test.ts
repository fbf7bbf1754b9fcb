import { expect, test } from "vitest";
import { logLine } from "./log-line.ts";

const TIME = new Date("2026-11-21T10:00:00.000Z");
const lineOf = (reason: string): string => logLine({ kind: "people-failed", reason }, "debug", TIME)!;
const reasonOf = (reason: string): string => (JSON.parse(lineOf(reason)) as { reason: string }).reason;

test("a line is time, level, event, and what else is known", () => {
  expect(logLine({ kind: "stopped", millis: 12 }, "info", TIME)).toBe(
    '{"time":"2026-11-21T10:00:00.000Z","level":"info","event":"stopped","millis":12}',
  );
});

test("what is below the level is not said", () => {
  expect(logLine({ kind: "stopped", millis: 12 }, "warn", TIME)).toBeUndefined();
  expect(logLine({ kind: "people-failed", reason: "" }, "error", TIME)).toBeDefined();
});

test.each([
  ["line ends", "a\r\nb\u0085c\u2028d\u2029e"],
  ["ANSI sequences", "\u001b[31mred\u001b]0;title\u0007\u009b2J"],
  ["signs that turn the direction", "\u202Egnp.exe\u2066"],
  ["half of a pair", "a\uD800b"],
])("%s do not reach a terminal, be they read from the line or from its JSON", (_what, text) => {
  for (const read of [lineOf(text), reasonOf(text)]) expect(read).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]|\p{Cs}/u);
});

test("a long text is cut", () => {
  expect(reasonOf("x".repeat(100_000))).toBe(`${"x".repeat(500)}…`);
  expect(reasonOf(`${"x".repeat(499)}🖋`).isWellFormed()).toBe(true);
});

test.each([
  "/y/plan?token=SECRET",
  "/y/plan?a=1&access_token=SECRET&b=2",
  "/y/plan%3Ftoken%3DSECRET",
  "http://host/join#SECRET",
  "/join%23SECRET",
  "Authorization: Bearer SECRET",
  "authorization: Basic SECRET",
  "cookie: sheaf-3000=SECRET",
  "set-cookie: SECRET; Path=/",
  "password=SECRET",
  '{"token":"SECRET"}',
  '{"deviceKey":"SECRET"}',
  '{"apiKey": "SECRET", "a": 1}',
])("the secret in %s is not written", (text) => {
  expect(lineOf(text)).not.toContain("SECRET");
  expect(lineOf(text)).toContain("[redacted]");
});

test("a field whose name says that it is secret is not written", () => {
  const report = { kind: "people-failed", reason: "odd", roomToken: "SECRET" } as const;
  expect(logLine(report, "debug", TIME)).not.toContain("SECRET");
});
