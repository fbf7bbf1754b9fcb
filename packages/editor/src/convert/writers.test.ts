import { describe, expect, test } from "vitest";
import type { Node } from "@tiptap/pm/model";
import { numberNotes } from "../footnotes/numbers.ts";
import { schema } from "../testing/host.ts";
import { htmlToText } from "./html.ts";
import { HTML_BLOCKS, HTML_INLINE, HTML_MARKS, writeHtml } from "./write-html.ts";
import { MARKDOWN_BLOCKS, writeMarkdown } from "./write-markdown.ts";
import { markdownToHtml } from "./markdown-to-html.ts";
import { writePlain } from "./write-plain.ts";

// That what is written is read as the same is asked in a browser: test/e2e/convert.test.ts.

const nodes = Object.values(schema.nodes);

describe("every node and mark of the schema is written", () => {
  test.each(nodes.filter((type) => !type.isInline && type !== schema.topNodeType).map(({ name }) => name))(
    "the block %s as HTML",
    (name) => expect(Object.keys(HTML_BLOCKS)).toContain(name),
  );
  test.each(nodes.filter((type) => type.isInline).map(({ name }) => name))("%s in a line as HTML", (name) =>
    expect(Object.keys(HTML_INLINE)).toContain(name),
  );
  test.each(Object.keys(schema.marks))("the mark %s as HTML", (name) =>
    expect(Object.keys(HTML_MARKS)).toContain(name),
  );
  test.each(nodes.filter((type) => type.isInGroup("block")).map(({ name }) => name))(
    "the block %s as Markdown",
    (name) => expect(Object.keys(MARKDOWN_BLOCKS)).toContain(name),
  );
});

const options = { addressOf: (blob: string) => `/pictures/${blob.slice(0, 4)}` };
const text = (words: string, ...marks: readonly string[]): Node =>
  schema.text(
    words,
    marks.map((name) => schema.mark(name)),
  );
const line = (
  kind: string,
  words: string | readonly Node[],
  attributes: Readonly<Record<string, unknown>> = {},
): Node =>
  schema.node(
    "textBlock",
    { kind, ...attributes },
    typeof words === "string" ? (words === "" ? [] : [text(words)]) : words,
  );
const doc = (...blocks: readonly Node[]): Node => schema.node("doc", null, blocks);
const cell = (words: string, header = false): Node => schema.node("tableCell", { header }, [line("text", words)]);
const markdown = (...blocks: readonly Node[]): string => writeMarkdown(doc(...blocks).content, options).trimEnd();
const html = (...blocks: readonly Node[]): string =>
  writeHtml(doc(...blocks).content, { ...options, numbers: numberNotes(doc(...blocks).content) })
    .map((each) => htmlToText(each))
    .join("");

const LIST = [
  line("bullet", "one"),
  line("task", "done", { indent: 1, checked: true }),
  line("numbered", "first", { indent: 2 }),
  line("numbered", "second", { indent: 2 }),
  line("text", "below one", { indent: 1 }),
  line("bullet", "two"),
];

describe("Markdown", () => {
  test("has headings, lists in lists, quotes and code as people write them", () => {
    expect(markdown(line("heading2", "Plan"), ...LIST, line("quote", "so"), line("quote", "be it"))).toBe(
      "## Plan\n\n- one\n\n  - [x] done\n    1. first\n    2. second\n\n  below one\n\n- two\n\n> so\n>\n> be it",
    );
    expect(markdown(schema.node("codeBlock", { language: "ts" }, [schema.text("a ```\nb")]))).toBe(
      "````ts\na ```\nb\n````",
    );
  });

  test("has marks in each other, and HTML for those it has no signs for, or whose signs would not be read", () => {
    expect(
      markdown(line("text", [text("a "), text("bold", "bold"), text(" and both", "bold", "italic"), text(".")])),
    ).toBe("a **bold_ and both_**.".replace("_ and both_", "<em> and both</em>"));
    expect(
      markdown(line("text", [text("under", "underline"), text("in"), text("side", "italic"), text("words")])),
    ).toBe("<u>under</u>in<em>side</em>words");
  });

  test.each([
    ["# not a heading", "\\# not a heading"],
    ["1. not a list", "1\\. not a list"],
    ["- nor this", "\\- nor this"],
    ["> nor this", "\\> nor this"],
    ["2 * 3 * 4", "2 \\* 3 \\* 4"],
    ["snake_case stays", "snake_case stays"],
    ["_so_", "\\_so\\_"],
    ["<b> &amp; [x](y)", "\\<b> &amp;amp; \\[x\\](y)"],
    [" edges ", "&#32;edges&#32;"],
    ["R&D, 5 < 6", "R&D, 5 \\< 6"],
  ])("writes %j such that it is read as words", (words, wanted) => expect(markdown(line("text", words))).toBe(wanted));

  test("has a table where it can, and HTML where cells are merged", () => {
    const row = (...cells: readonly Node[]): Node => schema.node("tableRow", null, cells);
    const grid = schema.node("table", null, [row(cell("a|b", true), cell("c", true)), row(cell("1"), cell(""))]);
    expect(markdown(grid)).toBe("| a\\|b | c |\n| --- | --- |\n| 1 |  |");
    const wide = schema.node("tableCell", { colspan: 2 }, [line("text", "wide"), line("bullet", "item")]);
    expect(markdown(schema.node("table", null, [row(wide)]))).toBe(
      '<table><tbody><tr><td colspan="2"><p>wide</p><ul><li>item</li></ul></td></tr></tbody></table>',
    );
  });

  test("has callouts as GitHub and Obsidian read and write them, and a quote is one only when its sign stands alone", () => {
    const callout = schema.node("callout", { tone: "tip" }, [line("text", "Words"), line("bullet", "item")]);
    expect(markdown(callout)).toBe("> [!TIP]\n> Words\n>\n> - item");
    expect(markdown(schema.node("callout", null, [line("bullet", "item")]))).toBe("> [!NOTE]\n>\n> - item");
    expect(markdownToHtml("> [!IMPORTANT]\n> Words")).toContain('<aside data-tone="note">\n<p>Words</p>\n</aside>');
    expect(markdownToHtml("> [!tip]\n>\n> - item")).toContain('<aside data-tone="tip">\n<ul>');
    for (const quote of ["> [!NOTE] words", "> \\[!NOTE]\n> words", "> [!WHAT]\n> words"])
      expect(markdownToHtml(quote)).toContain("<blockquote>");
  });

  test("keeps what it has no words for in a box around it", () => {
    expect(markdown(line("text", "middle", { align: "center" }), line("bullet", "deep", { indent: 3 }))).toBe(
      '<div align="center">\n\nmiddle\n\n</div>\n\n<div data-indent="3">\n\n- deep\n\n</div>',
    );
  });

  test("names a picture with its size behind the address", () => {
    const picture = schema.node("image", { blob: "ab".repeat(32), alt: "A [b]", width: 4, height: 3, shown: 50 });
    expect(markdown(picture)).toBe("![A \\[b\\]](/pictures/abab#4x3,50%)");
  });
});

const reference = (note: string, ...marks: readonly string[]): Node =>
  schema.node(
    "footnoteRef",
    { note },
    [],
    marks.map((name) => schema.mark(name)),
  );
const NOTES = [
  line("text", [reference("b"), text(": one"), reference("a", "link"), text("!"), reference("b"), reference("gone")]),
  line("footnote", "said", { id: "a" }),
  line("footnote", [text("two"), schema.node("hardBreak"), text("lines")], { id: "b" }),
  line("footnote", "spare", { id: "c" }),
];

test("footnotes are those of Markdown, HTML and plain text, numbered by the order of the text", () => {
  expect(markdown(...NOTES)).toBe(
    '[^1]\\: one[^2]\\![^1]<sup data-note="gone">?</sup>\n\n[^2]: said\n\n[^1]: two\\\n    lines\n\n<p data-kind="footnote" role="doc-footnote">spare</p>',
  );
  expect(html(...NOTES)).toBe(
    '<p><sup><a href="#fn1" id="fnref1" role="doc-noteref">1</a></sup>: one' +
      '<sup><a href="#fn2" id="fnref2" role="doc-noteref">2</a></sup>!' +
      '<sup><a href="#fn1" role="doc-noteref">1</a></sup><sup data-note="gone">?</sup></p>' +
      '<p data-kind="footnote" id="fn2" role="doc-footnote"><a href="#fnref2" role="doc-backlink">2. </a>said</p>' +
      '<p data-kind="footnote" id="fn1" role="doc-footnote"><a href="#fnref1" role="doc-backlink">1. </a>two<br>lines</p>' +
      '<p data-kind="footnote" role="doc-footnote">spare</p>',
  );
  const { content } = doc(...NOTES);
  expect(writePlain(content, numberNotes(content))).toBe("[1]: one[2]![1][?]\n[2] said\n[1] two\n    lines\nspare");
});

test("a note that Markdown has no place for is HTML, and so is what refers to it", () => {
  expect(markdown(line("text", [text("see"), reference("a")]), line("footnote", "in", { id: "a", indent: 1 }))).toBe(
    'see<sup><a href="#fn1" id="fnref1" role="doc-noteref">1</a></sup>\n\n<div data-indent="1">\n\n<p data-kind="footnote" data-indent="1" id="fn1" role="doc-footnote"><a href="#fnref1" role="doc-backlink">1. </a>in</p>\n\n</div>',
  );
});

describe("HTML", () => {
  test("has lists in lists", () => {
    expect(html(...LIST)).toBe(
      '<ul><li><p>one</p><ul><li><input type="checkbox" disabled checked>done<ol><li>first</li><li>second</li></ol></li></ul><p>below one</p></li><li>two</li></ul>',
    );
  });

  test("has no link to a script, and no tag of what is written", () => {
    const link = schema.mark("link", { href: "javascript:alert(1)" });
    expect(html(line("text", [schema.text('<img src="x">', [link])]))).toBe('<p><span>&lt;img src="x"&gt;</span></p>');
  });
});

test("plain text has the signs of lists, counts them, and puts tabs between cells", () => {
  const table = schema.node("table", null, [schema.node("tableRow", null, [cell("a"), cell("b")])]);
  expect(writePlain(doc(line("heading1", "Plan"), ...LIST, table).content, new Map())).toBe(
    "Plan\n• one\n  [x] done\n    1. first\n    2. second\n  below one\n• two\na\tb",
  );
  expect(writePlain(doc(line("bullet", "alone")).content, new Map())).toBe("alone");
});
