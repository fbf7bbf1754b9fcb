import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DOCUMENT, SCHEMA_VERSION } from "@sheaf/editor";
import { element, text } from "@sheaf/editor/testing";
import { violations } from "../support/axe.ts";
import { Window, type WindowOptions } from "../support/browser.ts";
import { copied, paste } from "../support/clipboard.ts";
import type { OwnClient } from "../support/own-client.ts";
import { shapeOf } from "../support/shape.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const stage = setStage();
let author: OwnClient;
let ana: Window;
let ben: Window;

/** One pair of pages for all of it, the second a phone; each scenario writes its own document. */
beforeAll(async () => {
  author = await stage.owner.open("footnotes", SCHEMA_VERSION).synced();
  // Who opens an empty document is in it at once.
  write();
  await until("saved", () => author.status === "saved");
  const open = async (options: WindowOptions): Promise<Window> => {
    const context = await stage.browser.newContext(options);
    await stage.signIn(context);
    return (await Window.openIn(context, stage.addressOf("footnotes"))).ready();
  };
  ana = await open({ viewport: { width: 1280, height: 860 } });
  ben = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" });
});
afterAll(async () => {
  author?.close();
  for (const window of [ana, ben]) await window?.close();
});

let round = 0;
const to = (note: string) => ({ insert: { footnoteRef: { note: `${note}${round}` } } });

/** A title, a line that refers to two notes and to one that is gone, and the notes, far below. */
function write(): void {
  round++;
  const fragment = author.doc.getXmlFragment(DOCUMENT);
  const block = (id: string, attributes: object, ...words: Parameters<typeof text>) =>
    element("textBlock", { id: `${id}${round}`, ...attributes }, [text(...words)]);
  author.doc.transact(() => {
    fragment.delete(0, fragment.length);
    fragment.push([
      block("title", {}, { insert: "Title" }),
      block(
        "line",
        {},
        { insert: "tide" },
        to("moon"),
        { insert: " and lock" },
        to("gate"),
        { insert: " lost" },
        to("gone"),
      ),
      ...Array.from({ length: 40 }, (_, at) => block(`fill${at}-`, {}, { insert: "between" })),
      block("gate", { kind: "footnote" }, { insert: "Oak, since 1911." }),
      block("moon", { kind: "footnote" }, { insert: "Twice a day." }),
      block("spare", { kind: "footnote" }, { insert: "Nobody needs this." }),
    ]);
  });
}

beforeEach(async () => {
  await ana.press("Escape");
  write();
  for (const window of [ana, ben])
    await window.page.locator(`[data-id="title${round}"]`).waitFor({ state: "attached" });
  await ana.page.evaluate(() => scrollTo(0, 0));
});

const reference = (window: Window, name: string) => window.editor.getByRole("link", { name, exact: true });
const note = (window: Window, id: string) => window.page.locator(`[data-id="${id}${round}"]`);
const card = (window: Window, name: string) => window.page.getByRole("toolbar", { name, exact: true });

/** The words of the block the caret is in. */
const caretIn = (window: Window): Promise<string> =>
  window.page.evaluate(() => {
    const at = getSelection()?.focusNode ?? null;
    return (at instanceof Element ? at : at?.parentElement)?.closest("[data-id]")?.textContent ?? "";
  });

test("a pointer over a number shows its words, and so does a finger on it, that goes to the note from there; axe finds nothing", async () => {
  await reference(ana, "Footnote 2").hover();
  await card(ana, "Footnote 2").getByText("Oak, since 1911.").waitFor();
  expect(await violations(ana)).toEqual([]);
  await ana.page.mouse.move(700, 700);
  await card(ana, "Footnote 2").waitFor({ state: "detached" });
  await reference(ben, "Footnote 1").tap();
  await card(ben, "Footnote 1").getByText("Twice a day.").waitFor();
  expect(await violations(ben)).toEqual([]);
  await card(ben, "Footnote 1").getByText("Twice a day.").tap();
  await until("it is on the screen", () => isInSight(ben, `[data-id="moon${round}"]`));
});

test("a footnote is put in by its shortcut, written below, numbered for both by the order of the text, and one undo takes it away", async () => {
  await ana.editor.getByText("tide").click();
  await ana.press("Home");
  await ana.press("Control+Alt+f");
  await ana.type("New moon");
  await until("the other has it", async () => (await shapeOf(ben)).includes("footnote 1: New moon"));
  expect((await shapeOf(ben))[1]).toBe("[1]tide[2] and lock[3] lost[?]");
  expect((await shapeOf(ben)).slice(-4)).toEqual([
    "footnote 3: Oak, since 1911.",
    "footnote 2: Twice a day.",
    "footnote -: Nobody needs this.",
    "footnote 1: New moon",
  ]);
  await ana.press("Alt+Enter");
  expect(await caretIn(ana)).toContain("tide");
  await ana.type("X");
  await until(
    "it is typed behind the number",
    async () => (await shapeOf(ana))[1] === "[1]Xtide[2] and lock[3] lost[?]",
  );
  for (let times = 3; times > 0; times--) await ana.press("Control+z");
  await until("all of it is gone", async () => (await shapeOf(ben))[1] === "tide[1] and lock[2] lost[?]");
  expect((await shapeOf(ben)).at(-1)).toBe("footnote -: Nobody needs this.");
});

test("a click on a number goes to its note, and the number there goes back", async () => {
  await reference(ana, "Footnote 2").click();
  await until("the caret is in the note", async () => (await caretIn(ana)).includes("Oak"));
  await until("it is on the screen", () => isInSight(ana, `[data-id="gate${round}"]`));
  expect(await isInSight(ana, `[data-id="line${round}"]`)).toBe(false);
  await note(ana, "gate").getByRole("button", { name: "Footnote 2: back to the text" }).click();
  await until("the caret is back", async () => (await caretIn(ana)).includes("tide"));
  await until("it is on the screen", () => isInSight(ana, `[data-id="line${round}"]`));
});

test("by keyboard: the words show beside the caret, Alt+F10 goes there, Enter to the note, Alt+F10 and Enter back", async () => {
  await ana.editor.getByText("tide").click();
  await ana.press("Home");
  for (let times = 4; times > 0; times--) await ana.press("ArrowRight");
  await card(ana, "Footnote 1").getByText("Twice a day.").waitFor();
  await ana.press("Alt+F10");
  await ana.page.locator(".footnote-card [data-stop]:focus").waitFor();
  await ana.press("Enter");
  await until("the caret is in the note", async () => (await caretIn(ana)).includes("Twice"));
  await ana.press("Alt+F10");
  await ana.page.locator(".footnote-back:focus").waitFor();
  await ana.press("Enter");
  await until("the caret is back", async () => (await caretIn(ana)).includes("tide"));
});

test("what refers to nothing says so and can be taken away; a note that nothing refers to keeps its words and says so", async () => {
  await reference(ana, "Footnote that is not here any more").hover();
  const gone = card(ana, "Footnote that is not here any more");
  await gone.getByText("This footnote is not here any more.").waitFor();
  await gone.getByRole("button", { name: "Remove the reference" }).click();
  await until("it is gone", async () => (await shapeOf(ben))[1] === "tide[1] and lock[2] lost");
  await note(ana, "spare").getByText("Nothing in the text refers to this note.").waitFor();
});

test("a note without words goes by Backspace, with what refers to it, but not by the one that is held down to empty it", async () => {
  await note(ana, "gate").getByText("Oak").click();
  await ana.press("End");
  // Every press but the first is one of a key that is held.
  for (let times = "Oak, since 1911.".length + 3; times > 0; times--) await ana.page.keyboard.down("Backspace");
  await ana.page.keyboard.up("Backspace");
  await until("it is empty", async () => (await shapeOf(ben)).includes("footnote 2: "));
  await ana.press("Backspace");
  await until("it is gone", async () => (await shapeOf(ben))[1] === "tide[1] and lock lost[?]");
});

test("who may only read sees the words, goes to the note and back, and can take nothing away", async () => {
  const setEditable = (isEditable: boolean): Promise<void> =>
    ana.editor.evaluate(
      (dom, value) => (dom as unknown as { editor: { setEditable(value: boolean): void } }).editor.setEditable(value),
      isEditable,
    );
  await setEditable(false);
  await reference(ana, "Footnote that is not here any more").hover();
  const gone = card(ana, "Footnote that is not here any more");
  await gone.getByText("This footnote is not here any more.").waitFor();
  expect(await gone.getByRole("button").count()).toBe(0);
  await reference(ana, "Footnote 1").hover();
  await card(ana, "Footnote 1").getByText("Twice a day.").click();
  await until("it is on the screen", () => isInSight(ana, `[data-id="moon${round}"]`));
  await note(ana, "moon").getByRole("button", { name: "Footnote 1: back to the text" }).click();
  await until("it is on the screen", () => isInSight(ana, `[data-id="line${round}"]`));
  // By keyboard the numbers are stops, here and there.
  await reference(ana, "Footnote 2").press("Enter");
  await note(ana, "gate").locator("button:focus").press("Enter");
  await ana.page.locator(`[data-id="line${round}"] .footnote-ref:focus`).waitFor();
  await setEditable(true);
});

describe("copies", () => {
  test("of a line refer to the same notes, a line with its note to a copy of it, and others get a link to it", async () => {
    await ana.editor.getByText("tide").click();
    await ana.press("Home");
    await ana.press("Shift+End");
    const line = await copied(ana);
    expect(line.text).toBe("tide[1] and lock[2] lost[?]");
    expect(line.html).toContain('<a href="#fn2" id="fnref2" role="doc-noteref">2</a>');
    await ana.press("End");
    await ana.press("Enter");
    await paste(ana, { "text/html": line.html });
    await until("it is there twice", async () => (await shapeOf(ben))[2] === "tide[1] and lock[2] lost[?]");
    await ana.press("Control+a");
    const all = await copied(ana);
    await ana.press("Control+End");
    await paste(ana, { "text/html": all.html });
    await until(
      "all is there twice",
      async () => (await shapeOf(ben)).filter((each) => each.startsWith("tide")).length > 2,
    );
    const lines = await shapeOf(ana);
    expect(lines.filter((each) => each.startsWith("tide"))).toContain("tide[3] and lock[4] lost[?]");
    expect(lines.filter((each) => each.endsWith("Twice a day."))).toEqual([
      "footnote 1: Twice a day.",
      "footnote 3: Twice a day.",
    ]);
  });

  test("of Markdown are footnotes", async () => {
    await ana.press("Control+a");
    await paste(ana, {
      "text/plain":
        "# Plan\n\nOnce[^b], twice[^1][^b], and [^never].\n\n[^1]: One\n    more\n\n    and more\n\n[^b]: Two *words*",
    });
    await until("it is there", async () => (await shapeOf(ben)).length === 4);
    expect((await shapeOf(ben)).slice(1)).toEqual([
      "Once[1], twice[2][1], and [^never].",
      "footnote 2: One more<br>and more",
      "footnote 1: Two <em>words</em>",
    ]);
  });
});

const isInSight = (window: Window, selector: string): Promise<boolean> =>
  window.page.evaluate((wanted) => {
    const { top, bottom } = document.querySelector(wanted)!.getBoundingClientRect();
    return top > 48 && bottom < innerHeight;
  }, selector);
