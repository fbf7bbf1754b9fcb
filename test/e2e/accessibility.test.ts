import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCHEMA_VERSION } from "@sheaf/editor";
import { launchBrowser, Window } from "../support/browser.ts";
import { OwnClient } from "../support/own-client.ts";
import { writeSampleDocument } from "../support/sample-document.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let server: ServerProcess;
let browser: Browser;
let author: OwnClient;

beforeAll(async () => {
  server = await ServerProcess.start();
  browser = await launchBrowser();
  author = await new OwnClient(server.url, "sample", { schemaVersion: SCHEMA_VERSION }).synced();
  writeSampleDocument(author.doc);
  await until("saved", () => author.status === "saved");
});
afterAll(async () => {
  author.close();
  await browser.close();
  await server.end();
});

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function violations(window: Window): Promise<string[]> {
  await window.page.evaluate(AXE);
  const found = await window.page.evaluate<readonly Violation[]>(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations)",
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)}\n${failureSummary}`),
  );
}

const VIEWPORTS = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(VIEWPORTS)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing in a full document with someone else in it, ${size} and ${colorScheme}`, async () => {
      const url = `http://localhost:${server.port}/d/sample`;
      const other = await (await Window.open(browser, url)).ready();
      await other.toEnd();
      const window = await (
        await Window.open(browser, url, { viewport, colorScheme, reducedMotion: "reduce" })
      ).ready();
      await window.page.getByLabel("People here").waitFor();
      expect(await violations(window)).toEqual([]);
      expect(await window.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        viewport.width,
      );
      await window.close();
      await other.close();
    });
  }
}
