import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DOCUMENT, SCHEMA_VERSION } from "@sheaf/editor";
import { element, text } from "@sheaf/editor/testing";
import { violations } from "../support/axe.ts";
import { Window, type WindowOptions } from "../support/browser.ts";
import type { OwnClient } from "../support/own-client.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";
import { countWords } from "../support/words.ts";

const stage = setStage();
let author: OwnClient;
let ana: Window;
let ben: Window;
const windows: Window[] = [];

async function open(options: WindowOptions = {}, hash = ""): Promise<Window> {
  const context = await stage.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
  await stage.signIn(context);
  const window = await (await Window.openIn(context, stage.addressOf("menus") + hash)).ready();
  windows.push(window);
  return window;
}

beforeAll(async () => {
  author = await stage.owner.open("menus", SCHEMA_VERSION).synced();
  write();
  await until("saved", () => author.status === "saved");
  [ana, ben] = [await open(), await open()];
});
afterAll(async () => {
  author?.close();
  for (const window of windows) await window.close();
});

/** The same few lines for every scenario; they carry other names each time, so that each knows its own. */
function write(): void {
  round++;
  const fragment = author.doc.getXmlFragment(DOCUMENT);
  author.doc.transact(() => {
    fragment.delete(0, fragment.length);
    fragment.push([
      element("textBlock", { id: `title${round}` }, ["Title"]),
      ...["one", "two", "three"].map((word) => element("textBlock", { id: `${word}${round}` }, [`${word} words`])),
      element("textBlock", { id: `link${round}` }, [
        text(
          { insert: "see " },
          { insert: "the site", attributes: { link: { href: "https://site.example/page" } } },
          { insert: " there" },
        ),
      ]),
    ]);
  });
}
let round = 0;

beforeEach(async () => {
  await ana.press("Escape");
  write();
  for (const window of [ana, ben])
    await window.page.locator(`.ProseMirror > [data-id="link${round}"]`).waitFor({ state: "attached" });
  await ana.editor.click({ position: { x: 60, y: 5 } });
});

const lines = async (window: Window): Promise<string[]> => (await window.text()).split("\n");
const ids = (window: Window): Promise<(string | undefined)[]> =>
  window.editor.evaluate((editor) =>
    [...editor.children].map((block) => (block as HTMLElement).dataset["id"]?.replace(/\d+$/, "")).filter(Boolean),
  );
const handle = () => ana.page.getByRole("button", { name: "Block menu" });
const block = (window: Window, word: string) => window.page.locator(`.ProseMirror > [data-id="${word}${round}"]`);

/** Points at a block. Until the page has heard of it, the handle stands beside the one with the caret. */
async function pointAt(word: string): Promise<void> {
  await block(ana, word).hover();
  await until("the handle is beside it", async () => {
    const [its, bar] = [(await block(ana, word).boundingBox())!, (await handle().boundingBox())!];
    return bar.y < its.y + its.height && bar.y + bar.height > its.y;
  });
}

/** Presses the handle of a block and goes to the middle of another. */
async function drag(from: string, to: string): Promise<void> {
  await pointAt(from);
  await handle().hover();
  const start = (await handle().boundingBox())!;
  const end = (await block(ana, to).boundingBox())!;
  await ana.page.mouse.down();
  await ana.page.mouse.move(start.x + 12, end.y + end.height - 2, { steps: 4 });
  await ana.page.locator(".drop-line").waitFor();
}

describe("the handle beside a block", () => {
  test("comes with the pointer, goes with a key, and moves no line", async () => {
    const tops = () =>
      ana.editor.evaluate((editor) => [...editor.children].map((each) => each.getBoundingClientRect().top));
    await block(ana, "two").click();
    const before = await tops();
    await block(ana, "three").hover();
    await handle().waitFor();
    expect(await tops()).toEqual(before);
    await ana.type("x");
    await handle().waitFor({ state: "detached" });
    expect(await tops()).toEqual(before);
  });

  test("opens a menu by click: duplicate, and the caret is in the copy", async () => {
    await pointAt("two");
    await handle().click();
    expect(await violations(ana)).toEqual([]);
    await ana.page.getByRole("menuitem", { name: "Duplicate" }).click();
    await until("there are two", async () => (await lines(ana)).filter((line) => line === "two words").length === 2);
    await ana.type("!");
    await until("it goes on in the copy", async () => (await lines(ana))[3] === "two words!");
  });

  test("opens a menu by keyboard, turns the block, and Escape goes back to the text", async () => {
    await block(ana, "three").click();
    await ana.press("Control+Shift+Enter");
    await ana.page.getByRole("menuitem", { name: "Turn into" }).waitFor();
    await until("the menu has the focus", () => ana.page.evaluate(() => document.activeElement?.role === "menuitem"));
    await ana.press("Enter");
    await until("its kinds are there", () => ana.page.evaluate(() => document.activeElement?.role === "menuitemradio"));
    await ana.press("b");
    await ana.press("Enter");
    await ana.page.locator(`ul[data-id="three${round}"]`).waitFor();
    await ana.press("Control+Shift+Enter");
    await until("the menu is back", () => ana.page.evaluate(() => document.activeElement?.role === "menuitem"));
    await ana.press("Escape");
    await until("the text has the focus", () => ana.editor.evaluate((editor) => document.activeElement === editor));
  });

  test("drags a block in which someone is typing: it keeps its name, and every word", async () => {
    await block(ben, "one").click();
    await ben.press("End");
    const words = ["ben1", "ben2", "ben3", "ben4"];
    await Promise.all([
      (async () => {
        await drag("one", "three");
        await ana.page.mouse.up();
      })(),
      (async () => {
        for (const word of words) await ben.page.keyboard.insertText(` ${word}`);
      })(),
    ]);
    for (const window of [ana, ben]) {
      await until("it has moved", async () => (await ids(window)).indexOf("one") === 3);
      await until("every word is there", async () => countWords(words, await window.text()).lost.length === 0);
      expect(countWords(words, await window.text()).doubled).toEqual([]);
    }
  });

  test("drags all selected blocks, Escape leaves them, and one step takes the drag back", async () => {
    await block(ana, "one").click();
    await ana.press("Home");
    for (const keys of ["Shift+ArrowDown", "Shift+End"]) await ana.press(keys);
    await drag("two", "link");
    await ana.press("Escape");
    await ana.page.mouse.up();
    expect(await ids(ana)).toEqual(["title", "one", "two", "three", "link"]);
    await drag("two", "three");
    await ana.page.mouse.up();
    await until("both have moved", async () => (await ids(ana)).join() === "title,three,one,two,link");
    await ana.press("Control+z");
    await until("both are back", async () => (await ids(ana)).join() === "title,one,two,three,link");
  });

  test("copies a link to the block, which leads there, marks it, and keeps what else the address holds", async () => {
    await pointAt("three");
    await handle().click();
    await ana.page.getByRole("menuitem", { name: "Copy link to block" }).click();
    await until("it says so", async () => (await ana.page.getByRole("menu").innerText()).includes("Link copied"));
    const address = await ana.page.evaluate(() => navigator.clipboard.readText());
    expect(address).toBe(`${stage.addressOf("menus")}#b-three${round}`);
    await ana.press("Escape");
    const reader = await open({ viewport: { width: 900, height: 320 } }, `#key&b-three${round}`);
    const { page } = reader;
    await page.locator(".block-shade").waitFor();
    expect(await block(reader, "three").evaluate((each) => each.getBoundingClientRect().top < innerHeight)).toBe(true);
    expect(await page.evaluate(() => [location.hash, document.activeElement === document.body])).toEqual([
      `#key&b-three${round}`,
      true,
    ]);
    await page.evaluate((gone) => (location.hash = gone), "#b-gone");
    await page.getByText("is not here any more").waitFor();
  });
});

describe("the palette", () => {
  const field = () => ana.page.getByRole("combobox", { name: "Command or document" });

  test("finds by beginnings of words, does it where the caret was, and shows it first the next time", async () => {
    await block(ana, "two").click();
    await ana.press("Control+k");
    await ana.type("h3");
    await ana.page.getByRole("option", { name: /^Heading 3/, selected: true }).waitFor();
    expect(await violations(ana)).toEqual([]);
    await ana.press("Enter");
    await ana.page.locator(`h3[data-id="two${round}"]`).waitFor();
    await until("the caret is back", () => ana.editor.evaluate((editor) => document.activeElement === editor));
    await ana.press("Control+p");
    await field().waitFor();
    await ana.page
      .getByRole("group", { name: "Recent" })
      .getByRole("option", { name: /^Heading 3/ })
      .waitFor();
    // What cannot be done is not there.
    expect(await ana.page.getByRole("option", { name: /^(Delete row|Remove link|Wider)/ }).count()).toBe(0);
    await ana.type("zzzz");
    await ana.page.getByText("Nothing here is called").waitFor();
    await ana.press("Escape");
    await field().waitFor({ state: "detached" });
  });

  test("finds documents by title, without accents, and opens one", async () => {
    const other = await stage.owner.open("other", SCHEMA_VERSION).synced();
    other.doc.getXmlFragment(DOCUMENT).push([element("textBlock", { id: "t" }, ["Résumé of the year"])]);
    await until("saved", () => other.status === "saved");
    other.close();
    const reader = await open();
    const option = reader.page.getByRole("option", { name: /^Résumé of the year/ });
    await until("the list has it", async () => {
      await reader.press("Control+p");
      await reader.type("resume");
      const isThere = await option.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
      if (!isThere) await reader.press("Escape");
      return isThere;
    });
    await reader.press("Enter");
    await reader.page.waitForURL("**/d/other");
    await reader.shows("Résumé of the year");
  });
});

describe("keys", () => {
  test("Mod+S says whether it is saved; Mod+/ lists every shortcut and fewer as one types", async () => {
    await ana.press("Control+s");
    await ana.page.getByRole("dialog", { name: "Saving" }).waitFor();
    await ana.press("Escape");
    await ana.press("Control+/");
    const sheet = ana.page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.getByText("Duplicate", { exact: true }).waitFor();
    await ana.type("dupl");
    await until("only that is left", async () => (await sheet.locator("dt").allInnerTexts()).join() === "Duplicate");
    await ana.press("Control+/");
    await sheet.waitFor({ state: "hidden" });
  });

  test("Mod+Shift+V pastes the characters and nothing else", async () => {
    await block(ana, "two").click();
    await ana.press("End");
    await ana.page.evaluate(async () => {
      const part = (type: string, words: string) => [type, new Blob([words], { type })];
      const parts = [part("text/html", "<b>bold</b> https://a.example"), part("text/plain", " https://a.example")];
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(parts))]);
    });
    await ana.press("Control+Shift+V");
    await until("the words are there", async () => (await lines(ana))[2]?.includes("https://a.example") === true);
    expect(await block(ana, "two").locator("strong, a").count()).toBe(0);
  });

  test("one Backspace takes back what typing did: a heading, a divider, bold, a link", async () => {
    for (const [typed, made] of [
      ["## ", "h2"],
      ["---", "hr"],
      ["**b**", "strong"],
      ["www.a.example ", 'a[href="https://www.a.example"]'],
    ] as const) {
      await block(ana, "three").click();
      await ana.press("End");
      await ana.press("Enter");
      await ana.type(typed);
      await ana.editor.locator(made).first().waitFor();
      await ana.press("Backspace");
      await ana.editor.locator(made).first().waitFor({ state: "detached" });
      expect(await lines(ana)).toContain(typed);
    }
  });
});

describe("quotes", () => {
  test("stay as they are typed, or are curly for who wants that: kept on the device, for this person only, and one Backspace takes one back", async () => {
    await block(ana, "three").click();
    await ana.press("End");
    await ana.press("Enter");
    await ana.type('"so" ');
    const choose = async (label: string): Promise<void> => {
      await ana.page.getByRole("button", { name: /^You:/ }).click();
      await ana.page.getByRole("radio", { name: label }).check();
      expect(await violations(ana)).toEqual([]);
      await ana.press("Escape");
      await ana.editor.focus();
    };
    await choose("“Curly”");
    await ana.type(`"it's"'`);
    await ana.press("Backspace");
    await ben.shows(`"so" “it’s”'`);
    await ben.editor.getByText("it’s").click();
    await ben.press("End");
    await ben.type(' "mine"');
    await ana.shows(`"so" “it’s”' "mine"`);
    await ana.saved();
    await ana.page.reload();
    await ana.ready();
    await block(ana, "three").click();
    await ana.press("End");
    await ana.type(' "again"');
    await ben.shows("three words “again”");
    await choose("As typed");
    await ana.type(' "straight"');
    await ben.shows('“again” "straight"');
  });
});

describe("links", () => {
  const card = () => ana.page.getByRole("toolbar", { name: "Link" });

  test("a pointer over one shows where it leads; it is copied, edited and removed from there", async () => {
    await ana.editor.getByRole("link", { name: "the site" }).hover();
    await card().getByRole("link", { name: "Open site.example/page" }).waitFor();
    expect(await violations(ana)).toEqual([]);
    await card().getByRole("button", { name: "Copy address" }).click();
    expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe("https://site.example/page");
    await card().getByRole("button", { name: "Edit link" }).click();
    await ana.page.getByLabel("Address", { exact: true }).fill("javascript:alert(1)");
    await ana.press("Enter");
    await ana.page.getByText("This is not an address a link can have.").waitFor({ state: "attached" });
    await ana.page.getByLabel("Address", { exact: true }).fill("other.example");
    await ana.press("Enter");
    await ben.editor.locator('a[href="https://other.example"]').waitFor();
    await ana.editor.getByRole("link", { name: "the site" }).hover();
    await card().getByRole("button", { name: "Remove link" }).click();
    await ben.editor.locator("a").waitFor({ state: "detached" });
    expect(await lines(ana)).toContain("see the site there");
  });

  test("by keyboard: the caret in one shows the card, Alt+F10 goes there, Mod+K edits, Escape comes back", async () => {
    await block(ana, "link").click();
    await ana.press("Home");
    for (let at = 0; at < 6; at++) await ana.press("ArrowRight");
    await card().waitFor();
    await ana.press("Alt+F10");
    await until("the card has the focus", () => card().evaluate((each) => each.contains(document.activeElement)));
    await ana.press("Escape");
    await until("the text has the focus", () => ana.editor.evaluate((editor) => document.activeElement === editor));
    await ana.press("Control+k");
    await ana.page.getByLabel("Address", { exact: true }).fill("");
    await ana.press("Enter");
    await ana.editor.locator("a").waitFor({ state: "detached" });
  });

  test("an address pasted over words links them, one of our documents is called by its title, and one of this page's blocks is a jump", async () => {
    const paste = (words: string) =>
      ana.editor.evaluate((editor, plain) => {
        const data = new DataTransfer();
        data.setData("text/plain", plain);
        editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      }, words);
    await block(ana, "two").click();
    await ana.press("End");
    await paste("javascript:alert(1)");
    await until("that is no link", async () => (await lines(ana))[2] === "two wordsjavascript:alert(1)");
    expect(await block(ana, "two").locator("a").count()).toBe(0);
    await ana.press("Shift+Home");
    await paste(stage.addressOf("other"));
    const link = block(ana, "two").getByRole("link", { name: "two wordsjavascript:alert(1)" });
    expect(await link.getAttribute("href")).toBe(stage.addressOf("other"));
    await link.hover();
    await card().getByRole("link", { name: "Open Résumé of the year" }).waitFor();

    await block(ana, "one").click();
    await ana.press("Home");
    await ana.press("Shift+End");
    await paste(`${stage.addressOf("menus")}#b-three${round}`);
    await block(ana, "one").getByRole("link").hover();
    await card().getByRole("link", { name: "Open three words" }).click();
    await ana.page.locator(".block-shade").waitFor();
    expect(new URL(ana.page.url()).hash).toBe(`#b-three${round}`);
  });
});

describe("the toolbar in a row of its own", () => {
  test("is a choice kept on the device, has room from the first paint, and goes by keys", async () => {
    await ana.page.getByRole("button", { name: /^You: / }).click();
    await ana.page.getByLabel("Always").check();
    await ana.press("Escape");
    await ana.page.reload();
    await ana.ready();
    const toolbar = ana.page.getByRole("toolbar", { name: "Formatting" });
    await toolbar.waitFor();
    expect(await violations(ana)).toEqual([]);
    await block(ana, "two").dblclick({ position: { x: 10, y: 10 } });
    await ana.press("Alt+F10");
    await until("it has the focus", () => toolbar.evaluate((each) => each.contains(document.activeElement)));
    await until("bold is reached", async () => {
      await ana.press("ArrowRight");
      return ana.page.evaluate(() => document.activeElement?.getAttribute("aria-label") === "Bold");
    });
    await ana.press("Enter");
    await ana.press("Escape");
    await block(ana, "two").locator("strong").waitFor();
    await until("the text has the focus", () => ana.editor.evaluate((editor) => document.activeElement === editor));
  });
});

test("words and shortcuts in panels and menus stand on one line: “Outline and word count” had three", async () => {
  await block(ana, "two").click();
  await ana.press("Shift+Home");
  await ana.page.getByRole("toolbar", { name: "Formatting" }).waitFor();
  const panels = await ana.page.locator("[popover].panel").evaluateAll((all) => all.map(({ id }) => id));
  expect(panels).toEqual(expect.arrayContaining(["more", "me"]));
  for (const id of panels) {
    const panel = ana.page.locator(`#${id}`);
    await panel.evaluate((element) => (element as HTMLElement).showPopover());
    await panel.locator("> *").first().waitFor();
    const broken = await panel.locator(".list-button").evaluateAll((rows) =>
      rows
        .filter((row) => {
          const range = document.createRange();
          const isOneLine = (node: ChildNode) => (range.selectNodeContents(node), range.getClientRects().length <= 1);
          return ![...row.childNodes].filter((node) => node instanceof Text).every(isOneLine);
        })
        .map((row) => row.textContent),
    );
    expect(broken, id).toEqual([]);
    await panel.evaluate((element) => (element as HTMLElement).hidePopover());
  }
});

describe("on a phone", () => {
  test.each(["light", "dark"] as const)("the block menu is in the row above the keyboard, %s", async (colorScheme) => {
    const phone = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme });
    await block(phone, "two").tap();
    await phone.page.getByRole("button", { name: "Block menu" }).tap();
    await phone.page.getByRole("menuitem", { name: "Move up" }).waitFor();
    expect(await violations(phone)).toEqual([]);
    await phone.page.getByRole("menuitem", { name: "Move up" }).tap();
    await until("it has moved", async () => (await ids(phone)).join() === "title,two,one,three,link");
  });

  test("a tap the browser has not told of yet counts before what a button does", async () => {
    const phone = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await block(phone, "three").tap();
    const tools = phone.page.getByRole("toolbar");
    await tools.waitFor();
    // A busy device tells of it when the button was pressed already.
    await phone.page.evaluate(() =>
      window.document.addEventListener(
        "selectionchange",
        (event) => event.isTrusted && event.stopImmediatePropagation(),
        true,
      ),
    );
    await block(phone, "two").tap();
    await tools.getByRole("button", { name: "Block menu" }).tap();
    await phone.page.getByRole("menuitem", { name: "Move up" }).tap();
    await until("it has moved", async () => (await ids(phone)).join() === "title,two,one,three,link");
  });

  test("the list a slash opens ended between two rows, as if there were no more: it ends within one, however much room there is", async () => {
    const phone = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await block(phone, "two").tap();
    await phone.press("End");
    await phone.press("Enter");
    for (const height of [844, 700, 640, 568]) {
      await phone.page.setViewportSize({ width: 390, height });
      await phone.type("/");
      const list = phone.page.getByRole("listbox");
      await list.waitFor();
      const share = await list.evaluate((element) => {
        const { bottom } = element.getBoundingClientRect();
        const last = [...element.children]
          .map((row) => row.getBoundingClientRect())
          .findLast(({ top }) => top < bottom)!;
        return (bottom - last.top) / last.height;
      });
      expect(share, `of the last row at ${height}`).toBeGreaterThan(0.25);
      expect(share, `of the last row at ${height}`).toBeLessThan(0.75);
      await phone.press("Backspace");
      await list.waitFor({ state: "detached" });
    }
  });
});
