import { afterAll, beforeAll, expect, test } from "vitest";
import { SCHEMA_VERSION } from "@sheaf/editor";
import { violations } from "../support/axe.ts";
import type { OwnClient } from "../support/own-client.ts";
import { writeSampleDocument } from "../support/sample-document.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const stage = setStage();
let author: OwnClient;

beforeAll(async () => {
  author = await stage.owner.open("sample", SCHEMA_VERSION).synced();
  writeSampleDocument(author.doc);
  await until("saved", () => author.status === "saved");
});
afterAll(() => author.close());

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
