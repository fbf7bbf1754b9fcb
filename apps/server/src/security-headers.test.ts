import { Hono } from "hono";
import { expect, test } from "vitest";
import { securityHeaders } from "./security-headers.ts";

const app = new Hono().use(securityHeaders(undefined, [])).get("/", (c) => c.text("a page"));

const policyFor = async (headers: Record<string, string>): Promise<string | null> =>
  (await app.request("/", { headers })).headers.get("cross-origin-opener-policy");

test.each([
  [{}],
  [{ "sec-fetch-site": "cross-site" }],
  [{ "sec-fetch-site": "same-site" }],
  [{ "sec-fetch-site": "same-origin" }],
])("a page that another may hold is parted from it: %j", async (headers) =>
  expect(await policyFor(headers)).toBe("same-origin"),
);

test("a page that nobody led to needs no process of its own, which a browser took 20 ms to start", async () => {
  expect(await policyFor({ "sec-fetch-site": "none" })).toBeNull();
});
