import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import type { Window } from "../support/browser.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";
import { ALL_ONCE, countWords, wordsOf } from "../support/words.ts";

const stage = setStage();
const { newDocument, open } = stage;

const bar = ({ page }: Window): Locator => page.getByRole("search");
const count = (window: Window): Promise<string | null> => bar(window).locator(".find-count").textContent();
const says = (window: Window, text: string): Promise<unknown> =>
  until(`the search says "${text}"`, async () => (await count(window)) === text);

/** The words marked in the page: all, and the one shown. */
const marked = ({ page }: Window): Promise<{ all: number; here: string }> =>
  page.evaluate(() => {
    const here = [...(CSS.highlights.get("found-here") ?? [])][0];
    const range = here === undefined ? null : new Range();
    range?.setStart(here!.startContainer, here!.startOffset);
    range?.setEnd(here!.endContainer, here!.endOffset);
    return { all: CSS.highlights.get("found")?.size ?? 0, here: range?.toString() ?? "" };
  });

async function write(window: Window, ...lines: readonly string[]): Promise<void> {
  for (const [index, line] of lines.entries()) {
    if (index > 0) await window.press("Enter");
    await window.type(line);
  }
}

test("finding marks every match, says which one it is at, goes round, and leaves the caret there", async () => {
  const ana = await open(newDocument());
  await write(ana, "Lamps", "a lamp and a Lamp", "lamplight");
  await ana.press("Control+Home");
  await ana.press("Control+f");
  await ana.type("lamp");
  await says(ana, "1 of 4");
  expect(await marked(ana)).toEqual({ all: 4, here: "Lamp" });
  await ana.press("Enter");
  await says(ana, "2 of 4");
  await ana.press("Shift+Enter");
  await ana.press("Shift+Enter");
  await says(ana, "4 of 4");
  await ana.press("Enter");
  await says(ana, "1 of 4");
  await bar(ana).getByRole("button", { name: "Whole words" }).click();
  await says(ana, "1 of 2");
  await bar(ana).getByRole("button", { name: "Match case" }).click();
  await says(ana, "1 of 1");
  expect(await violations(ana)).toEqual([]);
  await ana.press("Escape");
  await bar(ana).waitFor({ state: "hidden" });
  await ana.type("lantern");
  await ana.shows("a lantern and a Lamp");
  expect(await marked(ana)).toEqual({ all: 0, here: "" });
});

test("all are replaced in one step to undo, the words somebody types meanwhile stay, and what is found moves with them", async () => {
  const document = newDocument();
  const ana = await open(document);
  await write(ana, "Title", ...Array.from({ length: 20 }, (_, index) => `line ${index} has one red lamp`));
  const ben = await open(document);
  await ben.toEnd();
  const words = wordsOf("ben", 30);
  const typing = ben.type(` ${words.join(" ")} red`);
  await ana.press("Control+Shift+h");
  await ana.type("red");
  await bar(ana).getByRole("textbox", { name: "Replace with" }).fill("green");
  await bar(ana).getByRole("button", { name: "Replace", exact: true }).click();
  await bar(ana).getByRole("button", { name: "Replace all" }).click();
  await typing;
  await says(ana, "1 of 1");
  await bar(ana).getByRole("button", { name: "Replace all" }).click();
  await bar(ana).getByText("1 was replaced.").waitFor();
  await says(ana, "None");
  await ben.shows("ben29 green");
  expect(countWords(words, await ana.text())).toEqual(ALL_ONCE);
  expect((await ana.text()).match(/green/g)).toHaveLength(21);
  await ana.press("Escape");
  await ana.press("Control+z");
  await ana.press("Control+z");
  await until("all but the first are red again", async () => (await ana.text()).match(/green/g)?.length === 1);
  await until("for ben too", async () => (await ben.text()) === (await ana.text()));
  expect(countWords(words, await ana.text())).toEqual(ALL_ONCE);
});

test("the outline has the headings, marks the one that is read, jumps by keyboard, and counts words", async () => {
  const document = newDocument();
  const ana = await open(document);
  await write(ana, "The title", "## One", ...wordsOf("a", 20), "### Two", ...wordsOf("b", 20), "## Three", "the end");
  const ben = await open(document);
  await ana.press("Control+Alt+Shift+a");
  const panel = ana.page.getByRole("complementary", { name: "Outline" });
  const entries = panel.getByRole("listitem");
  await until("the headings are listed", async () => (await entries.count()) === 4);
  expect(await entries.allTextContents()).toEqual(["The title", "One", "Two", "Three"]);
  await until("47 words", async () => (await panel.locator("dd").first().textContent()) === "47");
  expect(await violations(ana)).toEqual([]);

  await panel.getByRole("button", { name: "Two" }).focus();
  await ana.press("Enter");
  await ana.type("Twenty-");
  await until("the heading is another", async () => (await entries.nth(2).textContent()) === "Twenty-Two");
  await until(
    "it is the one that is read",
    async () => (await panel.locator("[aria-current]").textContent()) === "Twenty-Two",
  );
  await ana.press("Shift+End");
  await until("words of a selection", async () => (await panel.locator("dd").first().textContent()) === "1 of 48");

  await ben.toEnd();
  await ben.press("Enter");
  await ben.type("# Four");
  await until("ben's heading", async () => (await entries.last().textContent()) === "Four");
  await panel.getByRole("button", { name: "Close" }).click();
  await panel.waitFor({ state: "hidden" });
});
