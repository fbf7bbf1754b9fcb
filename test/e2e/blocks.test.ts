import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { Window } from "../support/browser.ts";
import { makePng } from "../support/picture.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const stage = setStage();
let ana: Window;
let ben: Window;

/** One pair of pages for all of it; each scenario writes on the emptied document. */
beforeAll(async () => {
  const context = async (): Promise<Window> => {
    const made = await stage.browser.newContext({ viewport: { width: 1280, height: 900 } });
    await stage.signIn(made);
    return Window.openIn(made, stage.addressOf("blocks"));
  };
  ana = await (await context()).ready();
  ben = await (await context()).ready();
});
beforeEach(async () => {
  await ana.editor.click();
  // In code the first one takes the code only.
  for (const keys of ["Control+a", "Control+a", "Backspace", "Backspace"]) await ana.press(keys);
  await until("all is empty", async () => (await ana.text()).trim() === "");
  await ana.type("Title\n");
});
afterEach(() => expect([...ana.takeFaults(), ...ben.takeFaults()]).toEqual([]));
afterAll(async () => {
  for (const window of [ana, ben]) await window?.close();
});

/** The words of one colour, as the browser has them. */
const coloured = (window: Window, look: string): Promise<string[]> =>
  window.page.evaluate((name) => [...(CSS.highlights.get(`code-${name}`) ?? [])].map(String), look);

async function has(window: Window, look: string, ...words: readonly string[]): Promise<void> {
  await until(`${words.join(", ")} ${look}`, async () => {
    const found = await coloured(window, look);
    return JSON.stringify(found) === JSON.stringify(words);
  });
}

const focused = (window: Window): Promise<string> =>
  window.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");

const show = async (window: Window): Promise<string[]> => (await window.text()).split("\n");

const code = (window: Window) => window.editor.locator("pre code");
const button = (window: Window, name: string) => window.editor.getByRole("button", { name, exact: true });
const shown = (window: Window, words: string) => window.editor.getByText(words, { exact: true });

async function reopen(window: Window, words: string): Promise<void> {
  await window.page.reload();
  await window.ready();
  await window.shows(words);
}

describe("code", () => {
  test("gets its colours from the language after three backticks, for both, and keeps them true while the other types", async () => {
    await ana.type("```ts\nconst one = 1;");
    await has(ana, "keyword", "const");
    await has(ben, "keyword", "const");
    await ben.shows("= 1;");
    await code(ben).click();
    await ben.press("Control+End");
    await ben.press("Enter");
    await ben.type('let two = "b";');
    await has(ana, "keyword", "const", "let");
    await has(ana, "string", '"b"');
  });

  test("the language is chosen by keyboard from a list that filters, and typing goes on; by mouse as well", async () => {
    await ana.type("```\ndef f(): return 1");
    await ana.press("Control+Alt+l");
    await ana.page.getByRole("combobox", { name: "Language" }).waitFor();
    expect(await violations(ana)).toEqual([]);
    await ben.shows("return 1");
    await code(ben).click();
    await ben.press("Home");
    await ben.type("x");
    await ana.type("pyth");
    await ana.press("Enter");
    await has(ben, "keyword", "return");
    await ana.type("0");
    await ben.shows("xdef f(): return 10");
    await ben.editor.getByRole("button", { name: "Language: Python" }).click();
    await ben.page.getByRole("option", { name: "Plain text" }).click();
    await has(ana, "keyword");
    await ben.press("Control+z");
    await has(ana, "keyword", "return");
  });

  test("Alt+F10 goes to its buttons and Escape back; copying takes the code and says so", async () => {
    await ana.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ana.type("```\na\n  b");
    await ana.press("Alt+F10");
    expect(await focused(ana)).toBe("Copy code");
    await ana.press("Enter");
    await ana.editor.getByRole("button", { name: "Copied" }).waitFor();
    expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe("a\n  b");
    await ana.press("Escape");
    await ana.type("c");
    expect(await code(ana).textContent()).toBe("a\n  bc");
  });

  test("Tab indents, Enter keeps it, Mod+A takes the code first, Escape and Tab leave the text, a third Enter leaves the block", async () => {
    await ana.type("```\n");
    await ana.press("Tab");
    await ana.type("a\nb");
    expect(await code(ana).textContent()).toBe("  a\n  b");
    await ana.press("Control+a");
    await ana.press("Shift+Tab");
    expect(await code(ana).textContent()).toBe("a\nb");
    await ana.press("Escape");
    await ana.press("Tab");
    expect(await focused(ana)).not.toBe("Document");
    await code(ana).click();
    await ana.press("Control+End");
    await ana.type("\n\n\nbelow");
    await ben.shows("below");
    expect((await show(ana)).at(-1)).toBe("below");
    await ana.press("ArrowUp");
    await ana.press("End");
    await ana.type("!");
    expect(await code(ana).textContent()).toBe("a\nb!");
  });
});

describe("a callout", () => {
  test("comes from the slash menu, changes its tone by keyboard, and both write in it", async () => {
    await ana.type("/call");
    await ana.page.getByRole("option", { name: "Callout" }).waitFor();
    await ana.press("Enter");
    await ana.type("Mind the gap");
    await ben.shows("Mind the gap");
    await ben.editor.getByRole("note", { name: "Note" }).getByText("Mind").click();
    await ben.press("End");
    await ana.press("Alt+F10");
    expect(await focused(ana)).toBe("Tone: Note");
    await ana.press("Enter");
    await ana.page.getByRole("listbox", { name: "Tone" }).waitFor();
    await ben.type(", please");
    await ana.press("ArrowDown");
    await ana.press("ArrowDown");
    await ana.press("Enter");
    await ben.editor.getByRole("note", { name: "Warning" }).waitFor();
    await ana.shows("Mind the gap, please");
    expect(await violations(ana)).toEqual([]);
    await ana.press("Control+z");
    await ben.editor.getByRole("note", { name: "Note" }).waitFor();
    await ben.shows("Mind the gap, please");
  });

  test("from [!tip]; Enter twice leaves it, Backspace at its start takes it away and the other’s words stay", async () => {
    await ana.type("[!tip] one\ntwo\n\nafter");
    const tip = ana.editor.getByRole("note", { name: "Tip" });
    expect(await tip.locator("p").allTextContents()).toEqual(["one", "two"]);
    expect((await show(ana)).at(-1)).toBe("after");
    await ben.shows("after");
    await shown(ben, "two").click();
    await ben.press("End");
    await shown(ana, "one").click();
    await ana.press("Home");
    await ana.press("Backspace");
    await ben.type(" three");
    await until("both have it all", async () => (await show(ana)).join() === "Title,one,two three,after");
    await until("ben too", async () => (await show(ben)).join() === "Title,one,two three,after");
  });
});

describe("a toggle", () => {
  test("is open or closed for each person, and nobody else hears of it; a caret that comes into it opens it", async () => {
    await ana.type(">> line\nbody\n\nafter");
    await ben.shows("after");
    const inside = shown(ben, "body");
    expect(await inside.isVisible()).toBe(false);
    await button(ben, "Open").click();
    await inside.waitFor();
    await button(ana, "Close").click();
    await shown(ana, "body").waitFor({ state: "hidden" });
    expect(await button(ana, "Open").getAttribute("aria-expanded")).toBe("false");
    expect(await inside.isVisible()).toBe(true);
    expect(await violations(ana)).toEqual([]);
    await shown(ana, "line").click();
    await ana.press("Control+Enter");
    await shown(ana, "body").waitFor();
    await ana.press("ArrowDown");
    await ana.type("some");
    await ben.shows("some");
    await ana.press("Control+Enter");
    await ana.press("End");
    await ana.type("!");
    await ben.shows("line!");
    // The words that are folded away change by undo.
    for (let at = 0; at < 2; at++) await ana.press("Control+z");
    await shown(ana, "body").waitFor();
  });

  test("is as one left it after a reload, on this device and for nobody else", async () => {
    // Made one below the other they would be one within the other.
    await ana.type(">> first\nin the first\n\n>> second\nin the second\n\nafter");
    await ben.shows("after");
    await button(ana, "Close").last().click();
    await shown(ana, "in the second").waitFor({ state: "hidden" });
    await ana.saved();
    for (const window of [ana, ben]) await reopen(window, "after");
    expect(await shown(ana, "in the first").isVisible()).toBe(true);
    expect(await shown(ana, "in the second").isVisible()).toBe(false);
    expect(await shown(ben, "in the first").isVisible()).toBe(false);
    await button(ben, "Open").last().click();
    await button(ana, "Close").click();
    for (const window of [ana, ben]) await reopen(window, "after");
    expect(await shown(ana, "in the first").isVisible()).toBe(false);
    expect(await shown(ben, "in the first").isVisible()).toBe(false);
    expect(await shown(ben, "in the second").isVisible()).toBe(true);
    // Where nothing readable is kept, or nothing can be, all are closed.
    await ben.page.evaluate(() => {
      const spoil = (): void => localStorage.setItem("sheaf:open-toggles", "\u0000 \n\n {");
      addEventListener("pagehide", spoil);
      document.addEventListener("visibilitychange", spoil);
    });
    await reopen(ben, "after");
    expect(await shown(ben, "in the second").isVisible()).toBe(false);
  });

  test("opens for the browser’s own search, is all there on paper, and is closed when the page opens again", async () => {
    await ana.type(">> line\nhidden words\n\nafter");
    await ana.press("Control+z").then(() => ana.press("Control+Shift+z"));
    await button(ana, "Close").click();
    await ana.editor
      .locator("[hidden='until-found']")
      .evaluate((block) => block.dispatchEvent(new Event("beforematch", { bubbles: true })));
    await ana.editor.getByText("hidden words").waitFor();
    await button(ana, "Close").click();
    await ana.page.emulateMedia({ media: "print" });
    await ana.editor.getByText("hidden words").waitFor();
    await ana.page.emulateMedia({ media: "screen" });
    for (const window of [ana, ben]) {
      await window.saved();
      await window.page.reload();
      await window.ready();
      await button(window, "Open").waitFor();
      await window.editor.getByText("hidden words").waitFor({ state: "hidden" });
    }
  });
});

test("a picture’s caption is asked for at the picture, written by both, and left by Enter", async () => {
  await ana.editor.evaluate(
    (editor, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], "file", { type: "image/png" }));
      editor.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    },
    [...makePng(300, 200, 1)],
  );
  await ana.editor.locator(".picture img").click();
  const bar = ana.page.getByRole("toolbar", { name: "Picture" });
  await bar.getByRole("button", { name: "Caption" }).click();
  await ana.type("A view");
  await ben.shows("A view");
  await ben.editor.locator("[data-kind=caption]").click();
  await ben.press("End");
  await ben.type(" of it");
  await ana.shows("A view of it");
  expect(await violations(ana)).toEqual([]);
  await ana.press("End");
  await ana.press("Enter");
  await ana.type("below");
  await until("both have it", async () => (await ben.text()).includes("A view of it\nbelow"));
  await ana.press("ArrowUp");
  await ana.press("ArrowUp");
  await until(
    "the picture is selected",
    async () => (await ana.editor.locator(".ProseMirror-selectednode").count()) === 1,
  );
  await ana.press("ArrowDown");
  await ana.type("1");
  await ben.shows("1");
});

describe("a formula", () => {
  test("in a line is drawn as MathML for both; where the caret is its source shows, with the drawing below", async () => {
    await ana.type("Euler: $$e^{i\\pi}+1=0$$");
    const drawing = ana.editor.locator("p > .math.is-preview math");
    await drawing.waitFor();
    await ben.editor.locator("p > .math:not(.is-preview) math").waitFor();
    expect(await ben.editor.locator(".math-source").isVisible()).toBe(false);
    await ana.type(" indeed");
    await ana.editor.locator("p > .math:not(.is-preview) math").waitFor();
    expect(await violations(ana)).toEqual([]);
    // The arrow keys go into it, a click does too, and both write in it.
    for (let at = 0; at < " indeed".length; at++) await ana.press("ArrowLeft");
    await ana.editor.locator(".math-source").waitFor();
    await ana.press("ArrowLeft");
    await ben.editor.locator("p > .math").click();
    await ben.editor.locator("p > .math.is-preview").waitFor({ state: "attached" });
    await ben.type("2");
    await ana.type("1");
    await ana.shows("+1=102 indeed");
    await ben.shows("+1=102 indeed");
  });

  test("on its own line comes from $$ and Enter; what cannot be drawn says why, and nothing in it can act", async () => {
    await ana.type("$$\n\\frac{a");
    const fault = ana.editor.locator("pre .math-fault");
    await fault.and(ana.editor.getByText(/cannot be drawn.*expected '}'/i)).waitFor();
    await ana.type("}{b} \\fcolorbox{red}{blue}{c} \\pmb{d}");
    await ben.editor.locator("pre > .math math mfrac").waitFor();
    await ana.type(" \\href{javascript:alert(1)}{e}");
    await until(
      "both drew it",
      async () => (await ben.editor.locator("pre > .math").textContent())?.includes("href") === true,
    );
    expect(await ben.editor.locator(".math a, .math [href], .math [style]").count()).toBe(0);
    expect(await code(ben).evaluate((code) => getComputedStyle(code).opacity)).toBe("0");
    await ana.press("ArrowDown");
    await ana.type("below");
    await ben.shows("below");
    await ana.press("ArrowUp");
    await until("the arrow keys go into it", async () => (await ana.editor.locator("pre.has-caret").count()) === 1);
    expect(await violations(ana)).toEqual([]);
  });
});

test("who may only read opens toggles and copies code, and is offered nothing that changes the document", async () => {
  await ana.type("[!tip] one\n\n```ts\nlet a;\n\n\n>> line\nbody\n\nend");
  await ben.shows("end");
  const setEditable = (isEditable: boolean): Promise<void> =>
    ben.editor.evaluate(
      (dom, value) => (dom as unknown as { editor: { setEditable(value: boolean): void } }).editor.setEditable(value),
      isEditable,
    );
  await setEditable(false);
  const names = await ben.editor.getByRole("button").evaluateAll((all) => all.map((each) => each.ariaLabel));
  expect(names).toEqual(["Copy code", "Open"]);
  expect(await violations(ben)).toEqual([]);
  await button(ben, "Open").click();
  await shown(ben, "body").waitFor();
  await has(ben, "keyword", "let");
  await setEditable(true);
});
