import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Window } from "../support/browser.ts";
import { carry, type Carried } from "../support/carry.ts";
import { shapeOf } from "../support/shape.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/paste");

const stage = setStage();
let ana: Window;

// One page for all: what is asked is what comes in, and not how a page starts.
beforeAll(async () => {
  const context = await stage.browser.newContext();
  await stage.signIn(context);
  ana = await Window.openIn(context, stage.addressOf(stage.newDocument()));
  await ana.ready();
});
afterAll(() => ana.close());

/** Leaves a title and an empty line with the caret in it. */
async function empty(): Promise<void> {
  await ana.editor.focus();
  for (const keys of ["Control+a", "Backspace", "Control+Alt+0", "T", "Enter"]) await ana.press(keys);
  await until("the page is empty", async () => JSON.stringify(await shapeOf(ana)) === '["T",""]');
}

/** What stands below the title after a paste. */
async function paste(carried: Carried): Promise<readonly string[]> {
  await empty();
  const before = JSON.stringify(await shapeOf(ana));
  await carry(ana, "paste", carried);
  await until("something came in", async () => JSON.stringify(await shapeOf(ana)) !== before);
  const [title, ...blocks] = await shapeOf(ana);
  expect(title).toBe("T");
  return blocks;
}

const html = (name: string): Carried => ({
  data: { "text/html": readFileSync(join(FIXTURES, `${name}.html`), "utf8").replace(/^<!-- Origin:.*?-->\n/s, "") },
});

/** By fixture: a trait of the application, and what is there of it. */
const TRAITS: Readonly<Record<string, Readonly<Record<string, (blocks: readonly string[]) => void>>>> = {
  word: {
    "a title, and a heading that is not bold besides": (blocks) =>
      expect(blocks.slice(0, 2)).toEqual(["heading1: Harvest report", "heading1: What was planted"]),
    "marks, also those said by class, and links, but none to a place in the file": (blocks) =>
      expect(blocks[2]).toBe(
        'Rye and <strong>barley</strong>, some <em>late</em>, in Marlow. See <a href="https://example.org/fields?a=1&amp;b=2">the map</a> and below.',
      ),
    "paragraphs with mso-list are items, as deep as they say, without the bullet in their words": (blocks) =>
      expect(blocks.slice(3, 6)).toEqual(["bullet: North field", "bullet/1: Wet corner", "bullet/2: Reeds"]),
    "numbers and letters are numbered": (blocks) =>
      expect(blocks.slice(6, 8)).toEqual(["numbered: Mow", "numbered/1: Before noon"]),
    "a quotation by its style": (blocks) => expect(blocks[8]).toBe("quote: Dry hay first."),
    alignment: (blocks) => expect(blocks[9]).toBe("center: A line in the middle"),
    "hidden words stay out": (blocks) => expect(blocks[10]).toBe("Seen."),
    "a table with its head, and two paragraphs in a cell": (blocks) =>
      expect(blocks[11]).toBe("[*Field | *Tons] [North | 12 + of 14]"),
    "no empty lines, no VML, nothing of conditional comments": (blocks) => expect(blocks).toHaveLength(12),
  },
  "word-online": {
    "a heading by its role": (blocks) => expect(blocks[0]).toBe("heading2: Minutes"),
    "lists of one item each, as deep as they say": (blocks) =>
      expect(blocks.slice(1)).toEqual(["bullet: Budget", "bullet/1: <strong>Next year</strong>"]),
  },
  "google-docs": {
    "the wrapper that is not bold makes nothing bold, and marks said by style are kept": (blocks) =>
      expect(blocks.slice(0, 2)).toEqual([
        "heading1: A walk by the canal",
        'Past the <strong>old lock</strong>, which is <em>narrow</em><s> and deep</s>: <a href="https://example.org/lock">how it works</a>',
      ]),
    "lists in lists, by aria-level": (blocks) =>
      expect(blocks.slice(2, 5)).toEqual(["bullet: Boots", "bullet/1: Laces", "numbered/2: Wax them"]),
    "a checked item is a task that is done, without the picture of its box": (blocks) =>
      expect(blocks[5]).toBe("task done: Ask for the key"),
    "alignment, a table, a line across, and nothing of the empty lines": (blocks) =>
      expect(blocks.slice(6)).toEqual(["center: Midway", "[Lock | Depth]", "divider"]),
  },
  "google-sheets": {
    "a table with bold cells, alignment, a break in a cell and one that is merged": (blocks) =>
      expect(blocks).toEqual([
        "[<strong>Month</strong> | right: <strong>Visitors</strong>] [2 high May and<br>June | right: 120] []",
      ]),
  },
  excel: {
    "a table whose form is said by class, without hidden rows": (blocks) =>
      expect(blocks).toEqual(["[<strong>Item</strong> | <strong>Price</strong>] [Tea | center: 3.20]"]),
  },
  notion: {
    "boxes in words are tasks, and what is below them is deeper": (blocks) =>
      expect(blocks.slice(0, 4)).toEqual([
        "heading2: Reading list",
        "task: The long one",
        "task done: The short one",
        "bullet/1: Second edition",
      ]),
    "quotes, and the words of a callout": (blocks) =>
      expect(blocks.slice(4, 6)).toEqual(["quote: Worth it.", "💡 Ask the library first."]),
    "code with its language": (blocks) =>
      expect(blocks.slice(6)).toEqual(["code javascript: const pages = 300;", "Order with <code>isbn</code> only."]),
  },
  github: {
    "headings without the link beside them": (blocks) => expect(blocks[0]).toBe("heading2: Install"),
    "code with its language and without its colours": (blocks) =>
      expect(blocks[1]).toBe("code shell: npm ci\nnpm run build"),
    "tasks in tasks": (blocks) =>
      expect(blocks.slice(2, 5)).toEqual(["task done: Parser", "task: Printer", "task/1: Dark"]),
    "a table, links and emoji": (blocks) =>
      expect(blocks.slice(5)).toEqual([
        "[*Flag | *center: Default] [<code>--fast</code> | center: off]",
        'See <a href="https://github.com/example/tool/issues/7">#7</a> 🎉',
      ]),
  },
  "web-page": {
    "words and structure, however deep the boxes": (blocks) =>
      expect(blocks.slice(0, 3)).toEqual([
        "By A. Writer",
        "heading1: Bridge reopens",
        "After four years, people cross again.",
      ]),
    "links to pages are kept; of links to scripts and data only the words": (blocks) =>
      expect(blocks[3]).toBe(
        'The <a href="https://news.example/river">river</a> was high. Subscribe, listen or share.',
      ),
    "a table that only places is none": (blocks) =>
      expect(blocks[4]).toBe("Words in a box that is there for its place."),
    "quotes, and lists whose items are boxes": (blocks) =>
      expect(blocks.slice(5, 10)).toEqual([
        "quote: I waited.",
        "quote: So did the dog.",
        "bullet: North side",
        "bullet/1: Stairs",
        "bullet: South side",
      ]),
    "definitions and breaks": (blocks) => expect(blocks.slice(10)).toEqual(["Length", "212 m", "Line one<br>line two"]),
    "nothing that is hidden, navigates, tracks or asks": (blocks) =>
      expect(blocks.join(" ")).not.toMatch(
        /Home|advert|Not|Keywords|frames|objects|Logo|Share this|Daily|Never|scripts on/,
      ),
    "no script ran": async () => expect(await ana.page.evaluate(() => "__stolen" in globalThis)).toBe(false),
  },
};

describe.each(Object.entries(TRAITS))("from %s", (name, traits) => {
  let blocks: readonly string[] = [];
  beforeAll(async () => {
    blocks = await paste(html(name));
  });

  test.each(Object.entries(traits))("%s", async (_, check) => {
    await check(blocks);
  });
});

const CODE = "export function half(n) {\n\n  return n < 2 ? 0 : n / 2;\n}";

test("from VS Code: code is a code block in the language that it names; one line of it is code among words", async () => {
  const { data } = html("vscode");
  expect(await paste({ data: { ...data, "vscode-editor-data": '{"version":1,"mode":"typescript"}' } })).toEqual([
    `code typescript: ${CODE}`,
  ]);
  expect(await paste(html("vscode"))).toEqual([`code -: ${CODE}`]);
  const line = `<meta charset='utf-8'><div style="font-family: Menlo, monospace;white-space: pre;"><div><span>let x = 1</span></div></div>`;
  expect(await paste({ data: { "text/html": line } })).toEqual(["<code>let x = 1</code>"]);
});
