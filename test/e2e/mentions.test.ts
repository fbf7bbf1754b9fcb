import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import type { Window } from "../support/browser.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const stage = setStage();
const { newDocument, open } = stage;

const list = ({ page }: Window): Locator => page.locator("#suggestions");
const option = (window: Window, name: string | RegExp): Locator => list(window).getByRole("option", { name });

test("an at sign mentions who is here, by keyboard and by mouse; for everybody it is one name, and typing goes on beside it", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title");
  await ana.press("Enter");
  const ben = await open(document);
  await ben.page.locator('[popovertarget="me"]').click();
  await ben.page.getByLabel("Your name").fill("Ben Öztürk");
  await ben.press("Enter");
  await ana.page.getByRole("button", { name: "Follow Ben Öztürk" }).waitFor();

  await ana.type("ask @ben o", 30);
  await option(ana, "Ben Öztürk").waitFor();
  expect(await violations(ana)).toEqual([]);
  await ana.press("Enter");
  await ana.type("and @");
  await option(ana, "Ben Öztürk").click();
  await ana.type("again, ana@example");
  await ana.press("Escape");
  for (const window of [ana, ben]) {
    await window.shows("ask @Ben Öztürk and @Ben Öztürk again, ana@example");
    await until("both are mentions", async () => (await window.page.locator("[data-mention]").count()) === 2);
    expect(await window.page.locator("[data-mention]").allTextContents()).toEqual(["@Ben Öztürk", "@Ben Öztürk"]);
  }
  await ana.press("Enter");
  await ana.type("@nobody ");
  await ana.shows("@nobody ");
  expect(await list(ana).count()).toBe(0);
});

test("two brackets link to another document by its title", async () => {
  const other = newDocument();
  const first = await open(other);
  await first.type("Minutes of the reading room");
  await until("it is listed", async () => {
    const listed = await first.page.evaluate(async () => (await fetch("/api/documents")).text());
    return listed.includes("Minutes of the reading room");
  });
  const ana = await open(newDocument());
  await ana.type("Title");
  await ana.press("Enter");
  await ana.type("see [[minu");
  await option(ana, "Minutes of the reading room").waitFor({ timeout: 15_000 });
  await ana.press("Tab");
  await ana.type("there");
  await ana.shows("see Minutes of the reading room there");
  const link = ana.editor.locator("a");
  expect(await link.getAttribute("href")).toBe(`${stage.url}/d/${other}`);
  expect(await link.textContent()).toBe("Minutes of the reading room");
});

test("a colon and a name are an emoji; a colon alone, a time and a face of signs are not", async () => {
  const ana = await open(newDocument());
  await ana.type("done :tada");
  await option(ana, /tada/).waitFor();
  await ana.press("Enter");
  await ana.type(" at 10:30: yes :");
  await ana.press("Enter");
  await ana.type(":) :rocke");
  await option(ana, "rocket").click();
  await until("the line is whole", async () => (await ana.text()) === "done 🎉 at 10:30: yes :\n:) 🚀");
});
