import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCHEMA_VERSION } from "@sheaf/editor";
import type { Window } from "../support/browser.ts";
import { OwnClient } from "../support/own-client.ts";
import { writeSampleDocument } from "../support/sample-document.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const stage = setStage();
let author: OwnClient;

beforeAll(async () => {
  author = await new OwnClient(stage.server.url, "sample", { schemaVersion: SCHEMA_VERSION }).synced();
  writeSampleDocument(author.doc);
  await until("saved", () => author.status === "saved");
});
afterAll(() => author.close());

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
      await stage.open("sample");
      const window = await stage.open("sample", { viewport, colorScheme, reducedMotion: "reduce" });
      await window.page.getByLabel("People here").waitFor();
      expect(await violations(window)).toEqual([]);
      expect(await window.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        viewport.width,
      );
    });
  }
}
