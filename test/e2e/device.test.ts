import { join } from "node:path";
import { DEVICE_LAW } from "@sheaf/client/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createViteServer } from "vitest/node";
import { launchBrowser } from "../support/browser.ts";

let vite: Awaited<ReturnType<typeof createViteServer>>;
let browser: Browser;

beforeAll(async () => {
  vite = await createViteServer({
    root: join(import.meta.dirname, "../.."),
    configFile: false,
    logLevel: "error",
    optimizeDeps: { noDiscovery: true },
    server: { host: "127.0.0.1", port: 0, watch: null },
  });
  await vite.listen();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await vite.close();
});

describe.each([
  { where: "IndexedDB with Web Locks", hasLocks: true },
  { where: "IndexedDB on plain http, without locks", hasLocks: false },
])("$where keeps the law of the device", ({ hasLocks }) => {
  let page: Page;
  beforeAll(async () => {
    page = await browser.newPage();
    if (!hasLocks) await page.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
    const address = vite.resolvedUrls?.local[0];
    if (address === undefined) throw new Error("the modules are not served");
    await page.goto(`${address}README.md`);
    await page.addScriptTag({ type: "module", url: "/test/e2e/device-page.ts" });
    await page.waitForFunction("'checkRule' in globalThis");
  });

  test.each(DEVICE_LAW)("$title", async ({ title }) => {
    // @ts-expect-error The page has it.
    expect(await page.evaluate((rule) => checkRule(rule), title)).toBeUndefined();
  });
});
