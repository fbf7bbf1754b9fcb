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
  // In code the first one takes the code only.
  for (const keys of ["Control+a", "Control+a", "Backspace", "Control+Alt+0", "T", "Enter"]) await ana.press(keys);
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
  "word-footnotes": {
    "footnotes are footnotes, without the line above them and the signs that led back and forth": (blocks) =>
      expect(blocks).toEqual([
        "The mill[1] stood till 1911.[2]",
        "footnote 1: Of <em>oak</em>.",
        "footnote 2: It burnt.",
      ]),
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
  "github-footnotes": {
    "a footnote that is referred to twice, without the heading and the arrows; any other link stays one": (blocks) =>
      expect(blocks).toEqual([
        'The mill[1] burnt, and again[1]. See <a href="https://github.com/example/tool#usage">usage</a> and <a href="https://github.com/example/tool#user-content-fn-1-ab12">the note</a>.',
        "footnote 1: Of <em>oak</em>.",
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
  },
};

describe.each(Object.entries(TRAITS))("from %s", (name, traits) => {
  let blocks: readonly string[] = [];
  beforeAll(async () => {
    blocks = await paste(html(name));
  });

  test.each(Object.entries(traits))("%s", (_, check) => check(blocks));
});

const CODE = "export function half(n) {\n\n  return n < 2 ? 0 : n / 2;\n}";

test("no script of what was pasted ran", async () => {
  expect(await ana.page.evaluate(() => "__stolen" in globalThis)).toBe(false);
});

test("from VS Code: code is a code block in the language that it names; one line of it is code among words", async () => {
  const { data } = html("vscode");
  expect(await paste({ data: { ...data, "vscode-editor-data": '{"version":1,"mode":"typescript"}' } })).toEqual([
    `code typescript: ${CODE}`,
  ]);
  expect(await paste(html("vscode"))).toEqual([`code -: ${CODE}`]);
  const line = `<meta charset='utf-8'><div style="font-family: Menlo, monospace;white-space: pre;"><div><span>let x = 1</span></div></div>`;
  expect(await paste({ data: { "text/html": line } })).toEqual(["<code>let x = 1</code>"]);
});

test("from pages with a box, a break or a numbered row for every line of code: the lines", async () => {
  for (const listing of [
    "<pre><code class='hljs language-py'><div>a = 1</div><div>b = 2</div></code></pre>",
    "<pre lang='py'>a = 1<br>b = 2</pre>",
  ])
    expect(await paste({ data: { "text/html": listing } })).toEqual(["code py: a = 1\nb = 2"]);
  const numbered = ["a = 1", "b = 2"].map(
    (line, at) => `<tr><td class="blob-num" data-line-number="${at + 1}"></td><td class="blob-code">${line}</td></tr>`,
  );
  expect(await paste({ data: { "text/html": `<table class="highlight">${numbered.join("")}</table>` } })).toEqual([
    "code -: a = 1\nb = 2",
  ]);
});

describe("plain text", () => {
  const MARKDOWN =
    "## Shopping\n\n- [x] bread\n- cheese\n  1. **old** one\n\n> quick\n\n| a | b |\n| --- | --- |\n| 1 | `x` |\n";

  test("that is Markdown comes in as what it means, and one undo takes it back", async () => {
    expect(await paste({ data: { "text/plain": MARKDOWN } })).toEqual([
      "heading2: Shopping",
      "task done: bread",
      "bullet: cheese",
      "numbered/1: <strong>old</strong> one",
      "quote: quick",
      "[*a | *b] [1 | <code>x</code>]",
    ]);
    await ana.press("Control+z");
    expect(await shapeOf(ana)).toEqual(["T", ""]);
  });

  test("of Markdown with HTML in it brings no script and no link to one", async () => {
    const text = [
      "- [a](javascript:window.__stolen=1) and [b](data:text/html,x)",
      '- <a href="java&#9;script:window.__stolen=2" onclick="window.__stolen=3">c</a>',
      "- <https://example.org/d>",
      "",
      "<script>window.__stolen = 4</script>",
      '<img src="x" onerror="window.__stolen = 5"><iframe srcdoc="<script>parent.__stolen = 6</script>"></iframe>',
      "",
      '<div style="position: fixed; inset: 0" data-kind="quote" data-extra="{">e</div>',
    ].join("\n");
    expect(await paste({ data: { "text/plain": text } })).toEqual([
      "bullet: a and b",
      "bullet: c",
      'bullet: <a href="https://example.org/d">https://example.org/d</a>',
      "e",
    ]);
    expect(await ana.page.evaluate(() => "__stolen" in globalThis)).toBe(false);
  });

  test("of Markdown stays text when it is pasted without form", async () => {
    await empty();
    await ana.page.keyboard.down("Shift");
    await carry(ana, "paste", { data: { "text/plain": "# One\n\n- two", "text/html": "<h1>One</h1>" } });
    await ana.page.keyboard.up("Shift");
    expect(await shapeOf(ana)).toEqual(["T", "# One", "- two"]);
  });

  test("that only looks a little like it stays what it is", async () => {
    for (const text of ["# a comment\nmake all;", "5 * 3 * 2", "snake_case and *", "a - b\nc - d"])
      expect((await paste({ data: { "text/plain": text } })).join("\n")).toBe(text);
  });

  test("with tabs in every line is a table", async () => {
    const text = 'Item\tPrice\nTea\t"3.20\nor less"\n';
    expect(await paste({ data: { "text/plain": text } })).toEqual(["[Item | Price] [Tea | 3.20 + or less]"]);
  });
});

describe("too much", () => {
  /** Made in the page: 20 MB would be long on their way into it. */
  const pasteLarge = (types: Readonly<Record<string, readonly [part: string, times: number]>>): Promise<void> =>
    ana.editor.evaluate((editor, given) => {
      const data = new DataTransfer();
      for (const [type, [part, times]] of Object.entries(given)) data.setData(type, part.repeat(times));
      editor.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    }, types);
  const told = (words: string) => ana.page.getByText(words).waitFor();

  test("20 MB of text are refused with a sentence, and what was selected is still there", async () => {
    await empty();
    await ana.type("words that stay");
    await ana.press("Control+a");
    await pasteLarge({ "text/plain": ["word ", 4_000_000] });
    await told("That is too much to take at once, and nothing was changed.");
    expect(await shapeOf(ana)).toEqual(["T", "words that stay"]);
  });

  test("of 20 MB of HTML the words are taken", async () => {
    await empty();
    await pasteLarge({ "text/html": ["<p>a word</p>", 1_600_000], "text/plain": ["word ", 1000] });
    await told("its words are here, without headings and lists");
    expect((await shapeOf(ana))[1]).toHaveLength(5000);
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("dropped", () => {
  test("HTML goes among the words it falls on", async () => {
    await empty();
    await ana.type("first");
    await carry(ana, { dropOn: "first" }, { data: { "text/html": "<h2>Dropped</h2><ul><li>item</li></ul>" } });
    await until("it is there", async () => (await shapeOf(ana)).join().includes("Dropped"));
    expect((await shapeOf(ana)).slice(-2)).toEqual(["firstDropped", "bullet: item"]);
  });

  test("a Markdown, an HTML and a text file are read where they fall; any other is left out, with a sentence", async () => {
    await empty();
    await ana.type("last");
    await carry(
      ana,
      { dropOn: "T" },
      {
        files: [
          [bytes("# Read *me*\n\n1. first\n"), "text/markdown", "readme.md"],
          [bytes("<title>No</title><p>From a <b>page</b></p>"), "text/html", "page.html"],
          [bytes("plain\nlines"), "text/plain", "notes.txt"],
        ],
      },
    );
    await until("the last file is there", async () => (await shapeOf(ana)).join().includes("lines"));
    expect([...(await shapeOf(ana))].sort()).toEqual(
      [
        "T",
        "heading1: Read <em>me</em>",
        "numbered: first",
        "From a <strong>page</strong>",
        "plain",
        "lines",
        "last",
      ].sort(),
    );
    await carry(ana, { dropOn: "T" }, { files: [[Uint8Array.of(0, 1, 2), "text/plain", "program.txt"]] });
    await ana.page.getByText("program.txt was left out").waitFor();
  });
});

test("what is copied is lists in lists for others, a readable text, and the same blocks for ourselves", async () => {
  await paste({ data: { "text/plain": "## Plan\n\n- [x] one\n- two\n  1. deep\n  2. deeper\n\n**end**" } });
  await ana.press("Control+a");
  const copied = await ana.editor.evaluate((editor) => {
    const data = new DataTransfer();
    editor.dispatchEvent(new ClipboardEvent("copy", { bubbles: true, cancelable: true, clipboardData: data }));
    return { html: data.getData("text/html"), text: data.getData("text/plain") };
  });
  const bare = copied.html.replaceAll(/ data-[a-z-]+="[^"]*"/g, "");
  expect(bare).toBe(
    '<p>T</p><h2>Plan</h2><ul><li><input type="checkbox" disabled="" checked="">one</li><li>two<ol><li>deep</li><li>deeper</li></ol></li></ul><p><strong>end</strong></p>',
  );
  expect(copied.text).toBe("T\nPlan\n[x] one\n• two\n  1. deep\n  2. deeper\nend");
  expect(await paste({ data: { "text/html": copied.html } })).toEqual([
    "T",
    "heading2: Plan",
    "task done: one",
    "bullet: two",
    "numbered/1: deep",
    "numbered/1: deeper",
    "<strong>end</strong>",
  ]);
});
