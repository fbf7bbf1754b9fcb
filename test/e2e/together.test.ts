import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import type { Window } from "../support/browser.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const stage = setStage();
const { newDocument, open } = stage;

/** How long a name stays at a caret that rests. */
const FLAG_MILLIS = 2_000;

async function callOneself(window: Window, name: string): Promise<void> {
  await window.page.locator('[popovertarget="me"]').click();
  await window.page.getByLabel("Your name").fill(name);
  await window.press("Enter");
}

/** The other's caret is where one can see it. */
const seesCaret = ({ page }: Window): Promise<boolean> =>
  page.locator(".caret").evaluate((caret) => {
    const { top, bottom } = caret.getBoundingClientRect();
    return top > 48 && bottom < innerHeight;
  });

test("a click on somebody goes to their caret and stays with them, until one writes oneself", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title");
  for (let line = 0; line < 40; line++) {
    await ana.press("Enter");
    await ana.type(`line ${line}`);
  }
  const ben = await open(document);
  await callOneself(ben, "Ben");
  await ben.toEnd();
  await ben.type(" ben");
  await ana.press("Control+Home");
  await ana.page.evaluate(() => scrollTo(0, 0));
  await until("ben is far from what ana sees", async () => !(await seesCaret(ana)));

  await ana.page.getByRole("button", { name: "Follow Ben" }).click();
  await until("ana sees ben's caret", () => seesCaret(ana));
  await ana.page.getByText("Following Ben").waitFor();
  expect(await violations(ana)).toEqual([]);
  await ben.press("Control+Home");
  await ben.type("The ");
  await until(
    "ana is with him at the top",
    async () => (await seesCaret(ana)) && (await ana.page.evaluate(() => scrollY)) < 100,
  );
  await ben.toEnd();
  await until("and at the end", async () => (await seesCaret(ana)) && (await ana.page.evaluate(() => scrollY)) > 100);

  await ana.editor.click();
  await ana.page.getByText("Following Ben").waitFor({ state: "hidden" });
  await ana.press("Control+Home");
  await ana.type("Ana: ");
  await ben.type(" more");
  await ana.shows("ben more");
  await until("ana stays where she writes", async () => (await ana.page.evaluate(() => scrollY)) < 100);
  await ben.shows("Ana: The Title");

  await ana.press("Control+k");
  await ana.type("follow ben");
  await ana.page.getByRole("option", { name: /Follow Ben/ }).waitFor();
  await ana.press("Enter");
  await until("the palette follows too", () => seesCaret(ana));
  await ben.page.close();
  await ana.page.getByText("Following Ben").waitFor({ state: "hidden" });
});

test("who follows somebody into a closed toggle sees their caret there", async () => {
  const document = newDocument();
  const [ana, ben] = [await open(document), await open(document)];
  await callOneself(ben, "Ben");
  await ana.type("Title");
  await ben.shows("Title");
  await ben.toEnd();
  await ben.type("\n>> line\ninside");
  await ana.shows("line");
  const inside = ana.editor.getByText("inside");
  expect(await inside.isVisible()).toBe(false);
  await ana.page.getByRole("button", { name: "Follow Ben" }).click();
  await inside.waitFor();
  await until("ana sees ben's caret", () => seesCaret(ana));
});

test("a screen reader that asks for it hears who comes, who writes beside one, and who goes, in few words", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title");
  await ana.press("Enter");
  await ana.type("below");
  await ana.page.locator('[popovertarget="me"]').click();
  await ana.page
    .getByRole("group", { name: /Announce people to screen readers/ })
    .getByText("On")
    .click();
  await ana.press("Escape");
  await ana.editor.click();
  await ana.press("Control+End");
  const said = ana.page.locator("[data-announcement]");
  await said.waitFor({ state: "attached" });
  const ben = await open(document);
  await callOneself(ben, "Ben");
  await until("ben is announced", async () => /joined\./.test((await said.textContent()) ?? ""));
  await ben.toEnd();
  await ben.type(" ben");
  await until(
    "where he writes is",
    async () => (await said.textContent())?.endsWith("Ben is in your paragraph.") === true,
  );
  await ben.page.close();
  await until("that he left is", async () => (await said.textContent()) === "Ben left.");
});

test("where one clicks, one writes, also while somebody types without a pause", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title\nleft:\nright:\nben:");
  const ben = await open(document);
  await ben.toEnd();
  let isOver = false;
  const typing = (async () => {
    while (!isOver) await ben.page.keyboard.insertText("b");
  })();
  const places = ["left:", "right:"].map((word) => ana.editor.locator("p", { hasText: word }));
  for (let turn = 0; turn < 30; turn++) {
    const place = places[turn % 2]!;
    const { x, y, height } = (await place.boundingBox())!;
    await ana.page.mouse.click(x + 400, y + height / 2);
    await ana.page.keyboard.insertText(turn % 2 === 0 ? "L" : "R");
  }
  isOver = true;
  await typing;
  expect(await places[0]!.textContent()).toBe(`left:${"L".repeat(15)}`);
  expect(await places[1]!.textContent()).toBe(`right:${"R".repeat(15)}`);
});

test("who types is drawn behind what they typed together with it: one look at the document a letter, not two", async () => {
  const LETTERS = 40;
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title");
  const ben = await open(document);
  await ben.type(" by ben: ");
  await ana.shows("by ben: ");
  const looks = await ana.editor.evaluateHandle((text) => {
    const seen = { looks: 0 };
    // Tiptap leaves the editor at its element.
    const { editor } = text as HTMLElement & { readonly editor: { on(event: string, listener: () => void): void } };
    editor.on("transaction", () => void seen.looks++);
    return seen;
  });
  await ben.type("k".repeat(LETTERS), 70);
  await ana.shows("k".repeat(LETTERS));
  const beforeCaret = (): Promise<string> =>
    ana.page.locator(".caret").evaluate((caret) => caret.previousSibling?.textContent ?? "");
  await until("ben's caret is behind his last letter", async () => (await beforeCaret()).endsWith("k".repeat(LETTERS)));
  expect(await looks.evaluate((seen) => seen.looks)).toBeLessThan(LETTERS * 1.5);

  // At one place: who types goes ahead, the other stays.
  await ana.toEnd();
  await ben.type("!");
  await ana.shows("k!");
  await ana.type("?");
  await ben.shows("k?!");
  await until("ben's caret is behind his sign", async () => (await beforeCaret()).endsWith("?!"));
});

test("a click the browser has not told of yet counts before what others write", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title\nhere:\nben:");
  const ben = await open(document);
  await ben.toEnd();
  await ben.press("Home");
  // A busy browser tells of it when Ben's letter was drawn already.
  await ana.page.evaluate(() =>
    window.document.addEventListener(
      "selectionchange",
      (event) => event.isTrusted && event.stopImmediatePropagation(),
      true,
    ),
  );
  const here = ana.editor.locator("p", { hasText: "here:" });
  const { x, y, height } = (await here.boundingBox())!;
  await ana.page.mouse.click(x + 400, y + height / 2);
  await ben.type("b");
  await ana.shows("bben:");
  const caret = await ana.page.evaluate(() => getSelection()?.anchorNode?.textContent);
  expect(caret).toBe("here:");
});

test("the name at a caret stays while it moves, goes when it rests, and comes with the next letter", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title");
  const ben = await open(document);
  await ben.toEnd();
  const named = ana.editor.locator(".caret.is-moving");
  await ben.type("b");
  await named.waitFor({ state: "attached" });
  const shownFor = ana.page.evaluate(async () => {
    const began = performance.now();
    const caret = window.document.querySelector(".caret.is-moving")!;
    while (caret.classList.contains("is-moving")) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
  await ben.type("b".repeat(30), FLAG_MILLIS / 20);
  expect(await shownFor).toBeGreaterThan(2 * FLAG_MILLIS);
  await ben.type("b");
  await named.waitFor({ state: "attached" });
});
