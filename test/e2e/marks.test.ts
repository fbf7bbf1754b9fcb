import { COLOURS } from "@sheaf/editor";
import { describe, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import type { Window } from "../support/browser.ts";
import { copied, paste } from "../support/clipboard.ts";
import { shareWindows, write } from "../support/shared-windows.ts";
import { setStage } from "../support/stage.ts";
import { choose } from "../support/toolbar.ts";
import { until } from "../support/until.ts";

const stage = setStage();
const windows = shareWindows(
  stage,
  { viewport: { width: 1280, height: 860 } },
  { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
);

/** A line in front of both, all of it selected by the first. */
async function begin(line: string): Promise<readonly [Window, Window]> {
  const [ana, ben] = [windows[0]!, windows[1]!];
  await write(ana, line);
  await ben.shows(line);
  await ana.editor.locator("p").last().click();
  await selectLine(ana);
  return [ana, ben];
}

async function selectLine(window: Window): Promise<void> {
  await window.press("Home");
  await window.press("Shift+End");
}

/** Selects letters of the last line; by keys another's caret on the way is a step of its own. */
async function select(window: Window, from: number, to: number): Promise<void> {
  await window.editor.locator("p").last().click();
  await window.editor
    .locator("p")
    .last()
    .evaluate(
      (element, [start, end]) => {
        type Chain = { setTextSelection(range: { from: number; to: number }): unknown };
        const { editor } = element.parentElement as unknown as {
          editor: { commands: Chain; state: { doc: { firstChild: { nodeSize: number } } } };
        };
        const first = editor.state.doc.firstChild.nodeSize + 1;
        editor.commands.setTextSelection({ from: first + start, to: first + end });
      },
      [from, to] as const,
    );
}

/** The last line's HTML without what the page adds to it. */
const line = (window: Window): Promise<string> =>
  window.editor
    .locator("p, h2")
    .last()
    .evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement;
      for (const widget of copy.querySelectorAll('[class*="ProseMirror-"]')) widget.remove();
      for (const caret of copy.querySelectorAll(".caret-selection")) caret.replaceWith(...caret.childNodes);
      // What somebody has selected is drawn apart.
      return copy.innerHTML.replaceAll(/<\/(mark|strong)><\1[^>]*>/g, "");
    });

const shows = (window: Window, html: string): Promise<unknown> =>
  until(html, async () => (await line(window)) === html).catch(async () => expect(await line(window)).toBe(html));

describe("words", () => {
  test("are highlighted, lowered, raised and cleared by shortcuts", async () => {
    const [ana, ben] = await begin("water");
    await ana.press("Control+Alt+h");
    await shows(ben, '<mark data-color="yellow">water</mark>');
    await ana.press("Control+,");
    await shows(ben, '<mark data-color="yellow"><sub>water</sub></mark>');
    await ana.press("Control+.");
    await shows(ben, '<mark data-color="yellow"><sup>water</sup></mark>');
    await ana.press("Control+Shift+,");
    await shows(ben, "water");
  });

  test("are coloured by name from the toolbar, by mouse and by keyboard, and each theme has its own colour for it", async () => {
    const [ana, ben] = await begin("water");
    await choose(ana, "Colour", "Text blue");
    await ana.page.getByRole("button", { name: "Colour", exact: true }).click();
    await ana.page.getByRole("menuitemcheckbox", { name: "Highlight green" }).click();
    await shows(ben, '<mark data-color="green"><span data-text-color="blue">water</span></mark>');
    const coloursOf = (window: Window) =>
      window.editor
        .locator("mark > span")
        .evaluate((element) => [
          getComputedStyle(element).color,
          getComputedStyle(element.parentElement!).backgroundColor,
        ]);
    expect(await coloursOf(ana)).toEqual(["rgb(31, 87, 168)", "rgb(213, 239, 211)"]);
    expect(await coloursOf(ben)).toEqual(["rgb(147, 191, 245)", "rgb(30, 66, 34)"]);
    await choose(ana, "Colour", "No highlight");
    await shows(ben, '<span data-text-color="blue">water</span>');
    await ana.press("Control+z");
    await shows(ben, '<mark data-color="green"><span data-text-color="blue">water</span></mark>');
  });

  test("that two people colour at once, where they overlap, look the same to both", async () => {
    const [ana, ben] = await begin("one two three");
    await select(ana, 0, 7);
    await select(ben, 4, 13);
    await Promise.all([ana.press("Control+Alt+h"), ben.press("Control+b")]);
    const both = '<mark data-color="yellow">one <strong>two</strong></mark><strong> three</strong>';
    for (const window of [ana, ben]) await shows(window, both);
  });

  test("keep their colours when they are copied, and take the nearest from elsewhere", async () => {
    const [ana, ben] = await begin("water");
    await choose(ana, "Colour", "Highlight pink");
    const { html } = await copied(ana);
    await write(ana, "");
    await ana.editor.locator("p").last().click();
    await paste(ana, { "text/html": html });
    await shows(ben, '<mark data-color="pink">water</mark>');
    await selectLine(ana);
    await paste(ana, {
      "text/html": `<meta charset="utf-8"><p style="color:#222"><span style="background-color:#ffff00;color:rgb(0,0,0)">a</span><span style="color:#cc0000;background-color:transparent">b</span><mark>c</mark><a href="https://example.org/" style="color:#1155cc"><span style="color:#1155cc">d</span></a>H<sub>2</sub>x<span style="vertical-align:super">3</span></p>`,
    });
    const link = '<a href="https://example.org/" rel="noopener noreferrer nofollow" target="_blank">d</a>';
    await shows(
      ben,
      `<mark data-color="yellow">a</mark><span data-text-color="red">b</span><mark data-color="yellow">c</mark>${link}H<sub>2</sub>x<sup>3</sup>`,
    );
  });

  test("of every colour, and the menu of colours, are fine with axe in light and dark", async () => {
    const [ana, ben] = await begin("water");
    const content = COLOURS.map((color, at) => ({
      type: "text",
      text: `${color} on ${COLOURS.at(at - 1)} `,
      marks: [
        { type: "highlight", attrs: { color: COLOURS.at(at - 1) } },
        { type: "textColor", attrs: { color } },
      ],
    }));
    await write(ana, { type: "textBlock", content });
    await until("all are there", async () => (await ben.editor.locator("mark > span").count()) === COLOURS.length);
    await ana.editor.locator("p").last().click();
    await selectLine(ana);
    await ana.page.getByRole("button", { name: "Colour", exact: true }).click();
    await ana.page.getByRole("menu", { name: "Colour" }).waitFor();
    for (const window of [ana, ben]) expect(await violations(window)).toEqual([]);
    await ana.press("Escape");
  });
});

describe("lines", () => {
  test("are aligned by shortcut and from the toolbar", async () => {
    const [ana, ben] = await begin("water");
    const aligned = (value: string) =>
      until(value, () =>
        ben.editor
          .locator("p")
          .last()
          .evaluate((element, wanted) => getComputedStyle(element).textAlign === wanted, value),
      );
    for (const [keys, value] of [
      ["e", "center"],
      ["r", "end"],
      ["j", "justify"],
      ["l", "start"],
    ] as const) {
      await ana.press(`Control+Shift+${keys}`);
      await aligned(value);
    }
    await choose(ana, "More", "Align centre");
    await aligned("center");
  });

  test("begin on the right where their words do, alone and beside others", async () => {
    const [ana, ben] = await begin("שלום");
    const directions = () =>
      ben.editor.locator("p").evaluateAll((lines) => lines.map((each) => getComputedStyle(each).direction));
    await until("it does", async () => (await directions()).join(" ") === "ltr rtl");
    await ana.press("End");
    await ana.press("Enter");
    await ana.type("water");
    await until("the next does not", async () => (await directions()).join(" ") === "ltr rtl ltr");
  });
});

test("on a phone colours and alignment are in the row above the keyboard", async () => {
  const ana = await stage.open(stage.newDocument(), {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await write(ana, "water");
  await ana.editor.locator("p").last().tap();
  await selectLine(ana);
  const toolbar = ana.page.getByRole("toolbar", { name: "Formatting" });
  await toolbar.getByRole("button", { name: "Colour", exact: true }).tap();
  await ana.page.getByRole("menuitemcheckbox", { name: "Text teal" }).tap();
  await shows(ana, '<span data-text-color="teal">water</span>');
  await toolbar.getByRole("button", { name: "More", exact: true }).tap();
  await ana.page.getByRole("menuitemcheckbox", { name: "Align right" }).tap();
  await ana.editor.locator('[data-align="right"]').waitFor();
});
