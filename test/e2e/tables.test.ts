import { describe, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { Window } from "../support/browser.ts";
import { setStage } from "../support/stage.ts";
import { shareWindows, tableOf, write } from "../support/shared-windows.ts";
import { copied, paste } from "../support/clipboard.ts";
import { choose } from "../support/toolbar.ts";
import { until } from "../support/until.ts";
import { ALL_ONCE, countWords, wordsOf } from "../support/words.ts";

const stage = setStage();
const windows = shareWindows(stage, { viewport: { width: 1280, height: 860 } }, {});

/** The table as it is on the page: the words of each cell, row by row. */
const cells = (window: Window): Promise<string[][]> =>
  window.editor.evaluate((editor) =>
    [...editor.querySelectorAll("tr")].map((row) =>
      [...row.children].map((cell) => {
        const copy = cell.cloneNode(true) as HTMLElement;
        for (const widget of copy.querySelectorAll(".ProseMirror-widget")) widget.remove();
        return copy.textContent;
      }),
    ),
  );

async function showCells(window: Window, expected: readonly (readonly string[])[]): Promise<void> {
  const wanted = JSON.stringify(expected);
  await until(`the table is ${wanted}`, async () => JSON.stringify(await cells(window)) === wanted).catch(async () =>
    expect(await cells(window)).toEqual(expected),
  );
}

const cell = (window: Window, words: string) => window.editor.locator("td, th", { hasText: words }).first();

/** Puts a letter table in front of both. */
async function begin(...rows: readonly string[]): Promise<readonly [Window, Window]> {
  const [ana, ben] = [windows[0]!, windows[1]!];
  const letters = rows.map((row) => Array.from(row, (letter) => letter.replace(".", "")));
  await write(ana, tableOf(letters), "after");
  await showCells(ben, letters);
  return [ana, ben];
}

/** As when a person's role changes while they look. */
const setEditable = (window: Window, isEditable: boolean): Promise<void> =>
  window.editor.evaluate((element, value) => {
    (element as unknown as { editor: { setEditable(value: boolean): void } }).editor.setEditable(value);
  }, isEditable);

describe("a table", () => {
  test("is made, filled, shaped and left by keyboard alone", async () => {
    const [ana, ben] = [windows[0]!, windows[1]!];
    await write(ana, "");
    await ana.toEnd();
    await ana.type("/table");
    await ana.page.getByRole("listbox").waitFor();
    await ana.press("Enter");
    await ana.editor.locator("table").waitFor();
    for (const word of ["day", "who", "what", "mon", "ana", "lamps", "tue", "ben", "signs"]) {
      await ana.type(word);
      await ana.press("Tab");
    }
    await ana.type("wed");
    await showCells(ben, [
      ["day", "who", "what"],
      ["mon", "ana", "lamps"],
      ["tue", "ben", "signs"],
      ["wed", "", ""],
    ]);
    await ana.press("Shift+Tab");
    await choose(ana, "Table", "Move row up");
    await choose(ana, "Table", "Duplicate column");
    await choose(ana, "Table", "Delete column");
    await showCells(ben, [
      ["day", "who", "what"],
      ["tue", "ben", "signs"],
      ["mon", "ana", "lamps"],
      ["wed", "", ""],
    ]);
    for (let row = 0; row < 4; row++) await ana.press("ArrowDown");
    await ana.type("below");
    await until("the line is there", async () => (await ben.text()).endsWith("\nbelow"));
  });

  test("has cells selected by Shift and arrows, which are merged, split, cleared and deleted by keyboard", async () => {
    const [ana, ben] = await begin("abc", "def", "ghi");
    await cell(ana, "a").click();
    await ana.press("Shift+ArrowRight");
    await ana.press("Shift+ArrowDown");
    await until("four are selected", async () => (await ana.editor.locator(".selectedCell").count()) === 4);
    await choose(ana, "Table", "Merge cells");
    await showCells(ben, [["abde", "c"], ["f"], ["g", "h", "i"]]);
    await choose(ana, "Table", "Split cell");
    await showCells(ben, [
      ["abde", "", "c"],
      ["", "", "f"],
      ["g", "h", "i"],
    ]);
    await cell(ana, "g").click();
    await ana.press("Shift+ArrowRight");
    await ana.press("Shift+ArrowRight");
    await ana.press("Delete");
    await showCells(ben, [
      ["abde", "", "c"],
      ["", "", "f"],
      ["", "", ""],
    ]);
    await ana.press("Delete");
    await showCells(ben, [
      ["abde", "", "c"],
      ["", "", "f"],
    ]);
    await choose(ana, "Table", "Delete table");
    await until("it is gone", async () => (await ben.editor.locator("table").count()) === 0);
  });

  test("has handles at its edges for the mouse: rows and columns come, move and go, and its header", async () => {
    const [ana, ben] = await begin("ab", "cd");
    const tool = (name: string) => ana.page.locator(`[data-tool="${name}"]`);
    const pick = async (menu: string, item: string): Promise<void> => {
      const name = new RegExp(`^${item}$`);
      await ana.page.getByRole("menu", { name: menu }).locator("button", { hasText: name }).click();
    };
    await cell(ana, "d").hover();
    await tool("column").click();
    await pick("Column", "Move column left");
    await showCells(ben, [
      ["b", "a"],
      ["d", "c"],
    ]);
    await cell(ana, "c").hover();
    await tool("row").click();
    await pick("Row", "Insert row above");
    await showCells(ben, [
      ["b", "a"],
      ["", ""],
      ["d", "c"],
    ]);
    await cell(ana, "c").hover();
    await tool("row").click();
    await pick("Row", "Header row");
    await until("they are", async () => (await ben.editor.locator("tr:first-child > th").count()) === 2);
    await cell(ana, "c").hover();
    await tool("more-rows").click();
    await cell(ana, "c").hover();
    await tool("more-columns").click();
    await showCells(ben, [
      ["b", "a", ""],
      ["", "", ""],
      ["d", "c", ""],
      ["", "", ""],
    ]);
    await cell(ana, "b").hover();
    await ana.page.mouse.down();
    await cell(ana, "c").hover();
    await ana.page.mouse.up();
    await until("six are selected", async () => (await ana.editor.locator(".selectedCell").count()) === 6);
    const size = await tool("row").boundingBox();
    expect(Math.min(size!.width, size!.height)).toBeGreaterThanOrEqual(24);
  });

  test("has columns sized by dragging their edge and by the menu, the same for everybody", async () => {
    const [ana, ben] = await begin("abc", "def");
    const widthOf = async (window: Window, words: string) =>
      // A cell that is just drawn anew has none.
      Math.round((await cell(window, words).boundingBox())?.width ?? 0);
    await cell(ana, "d").hover();
    const edge = (await ana.page.locator('[data-tool="edge"]').boundingBox())!;
    const before = await widthOf(ana, "d");
    const at = [edge.x + edge.width / 2, edge.y + edge.height / 2] as const;
    await ana.page.mouse.move(...at);
    await ana.page.mouse.down();
    await ana.page.mouse.move(at[0] - 60, at[1], { steps: 4 });
    await ana.page.mouse.up();
    const dragged = before - 60;
    for (const window of [ana, ben])
      await until("it is narrower", async () => Math.abs((await widthOf(window, "d")) - dragged) <= 1);
    await ana.page.mouse.move(5, 5);
    await cell(ana, "d").click();
    await choose(ana, "Table", "Even column widths");
    await until("all are one", async () => (await widthOf(ben, "d")) === (await widthOf(ben, "e")));
  });

  test("wider than the page scrolls in its own box, and a header row stays in sight where it need not", async () => {
    const [ana] = [windows[0]!];
    await write(ana, tableOf([Array.from({ length: 14 }, (_, at) => `c${at}`)]));
    await ana.editor.locator(".table-box[data-wide]").waitFor();
    expect(await ana.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
    await cell(ana, "c13").scrollIntoViewIfNeeded();
    expect(await ana.editor.locator(".table-box").evaluate((box) => box.scrollLeft)).toBeGreaterThan(0);
    await write(ana, tableOf(Array.from({ length: 60 }, (_, at) => [`row${at}.`, ""])));
    await cell(ana, "row0.").click();
    await choose(ana, "Table", "Header row");
    await cell(ana, "row59.").scrollIntoViewIfNeeded();
    const header = (await cell(ana, "row0.").boundingBox())!;
    expect(Math.round(header.y)).toBe(48);
  });

  test("keeps the words of who types in a column while it is moved, and in a row", async () => {
    const [ana, ben] = await begin("ab", "cd");
    const typed = wordsOf("ben", 40);
    await cell(ben, "a").click();
    await ben.press("End");
    await ben.type(" ");
    // Ben's words begin with the same letter.
    const hers = ana.editor.locator("td, th", { hasText: /^b$/ });
    const moving = (async () => {
      for (const label of ["Move column left", "Move row down", "Move column right", "Move row up"]) {
        await hers.click();
        await choose(ana, "Table", label);
      }
    })();
    // Word by word, as a phone's keyboard does: letters of one may be put back behind letters typed since.
    const typing = (async () => {
      for (const word of typed) await ben.page.keyboard.insertText(`${word} `);
    })();
    await Promise.all([moving, typing]);
    for (const window of [ana, ben]) {
      await window.saved();
      const count = async () => countWords([...typed, "b", "c", "d"], (await cells(window)).flat().join(" "));
      await until("all words", async () => (await count()).lost.length === 0);
      expect(await count()).toEqual(ALL_ONCE);
    }
    expect(await cells(ana)).toEqual(await cells(ben));
  });

  test("is a rectangle for both when both add to it at once", async () => {
    const [ana, ben] = await begin("ab", "cd", "ef");
    await cell(ana, "a").click();
    await cell(ben, "f").click();
    await Promise.all([choose(ana, "Table", "Insert column right"), choose(ben, "Table", "Insert column right")]);
    await Promise.all([choose(ana, "Table", "Insert column right"), choose(ben, "Table", "Insert row below")]);
    for (const window of [ana, ben])
      await until("it is one", async () => {
        const widths = (await cells(window)).map((row) => row.length);
        return widths.length === 4 && widths.every((width) => width === 5);
      });
    expect(await cells(ana)).toEqual(await cells(ben));
  });

  test("goes to a spreadsheet and comes from one, as HTML and as text", async () => {
    const [ana, ben] = await begin("ab", "cd");
    await cell(ana, "a").click();
    for (const keys of ["ArrowRight", "ArrowDown"]) await ana.press(`Shift+${keys}`);
    await until("all are selected", async () => (await ana.editor.locator(".selectedCell").count()) === 4);
    const { text, html } = await copied(ana);
    expect(text).toBe("a\tb\nc\td");
    expect(html.match(/<t[dh][\s>]/g)).toHaveLength(4);
    await cell(ana, "d").click();
    const sheet = `<html><body><!--StartFragment--><table style="width:96pt"><col width=64><tr height=20><td>1</td><td align=right>2</td></tr><tr><td>3</td><td></td></tr></table><!--EndFragment--></body></html>`;
    await paste(ana, { "text/html": sheet, "text/plain": "1\t2\r\n3\t\r\n" });
    await showCells(ben, [
      ["a", "b", ""],
      ["c", "1", "2"],
      ["", "3", ""],
    ]);
    await cell(ana, "a").click();
    await paste(ana, { "text/plain": "x\ty\r\n" });
    await showCells(ben, [
      ["x", "y", ""],
      ["c", "1", "2"],
      ["", "3", ""],
    ]);
    await ana.press("Control+z");
    await showCells(ben, [
      ["a", "b", ""],
      ["c", "1", "2"],
      ["", "3", ""],
    ]);
  });

  test("has nothing to press for those who may only read", async () => {
    const [ana] = await begin("ab", "cd");
    await cell(ana, "a").hover();
    await ana.page.locator('[data-tool="row"]').waitFor();
    await setEditable(ana, false);
    await ana.page.locator('[data-tool="row"]').waitFor({ state: "detached" });
    await setEditable(ana, true);
  });

  test("and its tools and menus are fine with axe", async () => {
    const [ana] = await begin("abcdefghijklmn", "opqrstuvwxyz..");
    await ana.editor.locator(".table-box[data-wide]").waitFor();
    await cell(ana, "a").click();
    await cell(ana, "p").hover();
    await ana.page.locator('[data-tool="column"]').click();
    await ana.page.getByRole("menu", { name: "Column" }).waitFor();
    expect(await violations(ana)).toEqual([]);
    await ana.press("Escape");
    await setEditable(ana, false);
    await ana.editor.locator(".table-box[tabindex]").waitFor();
    expect(await violations(ana)).toEqual([]);
    await setEditable(ana, true);
    await ana.editor.locator(".table-box:not([tabindex])").waitFor();
  });
});

test("a row that somebody deletes while another types in it takes none of those words with it", async () => {
  const document = stage.newDocument();
  const ana = await stage.open(document);
  await write(ana, tableOf(["ab", "cd"].map((row) => Array.from(row))));
  const context = await stage.browser.newContext();
  await stage.signIn(context);
  /** What Ben's page has sent while its way to the server was shut. */
  let held: (() => void)[] | null = null;
  await context.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => (held === null ? server.send(message) : void held.push(() => server.send(message))));
  });
  const ben = await (await Window.openIn(context, stage.addressOf(document))).ready();
  await cell(ben, "d").click();
  await ben.press("End");
  held = [];
  await ben.type(" kilo lima");
  await cell(ana, "c").click();
  await choose(ana, "Table", "Delete row");
  await showCells(ben, [["a", "b"]]);
  for (const send of held) send();
  held = null;
  for (const window of [ana, ben]) {
    await window.saved();
    await window.shows("kilo lima");
    expect(countWords(["kilo", "lima"], await window.text())).toEqual(ALL_ONCE);
    await showCells(window, [["a", "b"]]);
  }
  await ben.close();
});

test("on a phone a table is shaped from the row above the keyboard", async () => {
  const ana = await stage.open(stage.newDocument(), {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await write(
    ana,
    tableOf([
      ["a", "b"],
      ["c", "d"],
    ]),
  );
  await cell(ana, "d").tap();
  await ana.page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name: "Table" }).tap();
  await ana.page.getByRole("menuitem", { name: "Insert row below" }).tap();
  await showCells(ana, [
    ["a", "b"],
    ["c", "d"],
    ["", ""],
  ]);
});
