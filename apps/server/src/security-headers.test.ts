import { Hono } from "hono";
import { expect, test } from "vitest";
import { securityHeaders } from "./security-headers.ts";

const app = new Hono().use(securityHeaders(undefined, [])).get("*", (c) => c.text("a page"));

const policyFor = async (path: string, site?: string, mode = "navigate"): Promise<string | null> => {
  const headers = site === undefined ? undefined : { "sec-fetch-site": site, "sec-fetch-mode": mode };
  return (await app.request(path, headers && { headers })).headers.get("cross-origin-opener-policy");
};

test.each([undefined, "cross-site", "same-site"])(
  "a page that another may hold is parted from it: %s",
  async (site) => {
    for (const path of ["/", "/d/minutes", "/join"]) expect(await policyFor(path, site)).toBe("same-origin");
  },
);

test.each(["none", "same-origin"])(
  "a document that no other site led to is not: a browser took 20 ms to start a process for it (%s)",
  async (site) => {
    for (const path of ["/", "/d/minutes"]) expect(await policyFor(path, site)).toBeNull();
  },
);

test("the door is always parted: a reload that changed that lost the key, and who was invited stood outside", async () => {
  for (const site of ["none", "same-origin"]) expect(await policyFor("/join", site)).toBe("same-origin");
});

test("what a service worker fetches to keep is parted, whoever is led to it later", async () => {
  expect(await policyFor("/", "same-origin", "cors")).toBe("same-origin");
});
