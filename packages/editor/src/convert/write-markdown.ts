import { Fragment, type Node } from "@tiptap/pm/model";
import { isFootnote, kindOf } from "../blocks-in-selection.ts";
import { numberNotes } from "../footnotes/numbers.ts";
import { htmlToText } from "./html.ts";
import { ENTITY, html, markdownText, type MarkdownNotes } from "./markdown-text.ts";
import { type Entry, groups, indentOf, isItem, isQuote, outline } from "./outline.ts";
import { blockHtml, type HtmlOptions, isPlainLine, type PictureAttributes, writeHtml } from "./write-html.ts";

export type MarkdownOptions = Pick<HtmlOptions, "addressOf">;

type Writing = MarkdownOptions & MarkdownNotes;

/** CommonMark with tables, tasks and strikethrough; HTML for what has no signs there. Reading it gives the same blocks. */
export function writeMarkdown(content: Fragment, options: MarkdownOptions): string {
  const numbers = numberNotes(content);
  const signed = new Set(content.content.filter(hasSign).map(({ attrs }) => numbers.get(String(attrs["id"]))));
  return `${blocks(content.content, { ...options, numbers, signed }).join("\n\n")}\n`;
}

type WriteBlock = (node: Node, options: Writing) => string;

/** Every block, by name; a test holds it against the schema. */
export const MARKDOWN_BLOCKS: Readonly<Record<string, WriteBlock>> = {
  textBlock: (node, options) => {
    if (isFootnote(node)) return note(node, options);
    return kindOf(node) === "caption" ? asHtml(node, options) : line(node, options);
  },
  codeBlock: (node, options) => codeBlock(node, options),
  divider: () => "---",
  image: ({ attrs }, { addressOf }) => {
    const { blob, alt, width, height, shown } = attrs as PictureAttributes;
    const size =
      width === 0 && height === 0 && shown === 0 ? "" : `#${width}x${height}${shown === 0 ? "" : `,${shown}%`}`;
    return `![${markdownAlt(alt)}](${blob === null ? "" : addressOf(blob) + size})`;
  },
  table: (node, options) => (isGrid(node) ? grid(node, options) : asHtml(node, options)),
  callout: (node, options) => callout(node, options),
  toggle: (node, options) => asHtml(node, options),
  unknownBlock: (node, options) => asHtml(node, options),
};

function blocks(nodes: readonly Node[], options: Writing): string[] {
  return entries(
    outline(nodes, (node) => isItem(node) && !isAligned(node)),
    options,
  );
}

function entries(all: readonly Entry[], options: Writing): string[] {
  return groups(all, groupOf).map((group) => {
    const [first] = group as readonly [Entry, ...Entry[]];
    const { node } = first;
    if (isItem(node) && isAligned(node)) return html(htmlToText(listOf(first, options)));
    const written = isItem(node) ? list(group, options) : isQuote(node) ? quote(group, options) : write(node, options);
    return wrapped(first, written);
  });
}

/** Those written together: of one list, or of one quote, at one depth. */
function groupOf(entry: Entry): string | null {
  const { node, isDeeper } = entry;
  if (isAligned(node)) return null;
  const depth = isDeeper ? indentOf(node) : "";
  if (isItem(node)) return `${kindOf(node) === "numbered" ? "numbered" : "bullet"} ${depth}`;
  return isQuote(node) ? `quote ${depth}` : null;
}

function write(node: Node, options: Writing): string {
  const writeBlock = MARKDOWN_BLOCKS[node.type.name];
  if (writeBlock === undefined) throw new Error(`no Markdown is written for ${node.type.name}`);
  return writeBlock(node, options);
}

/** Alignment, and a depth that its place does not say: a box around it, in which Markdown goes on. */
function wrapped({ node, isDeeper }: Entry, written: string): string {
  const align = isAligned(node) ? ` align="${String(node.attrs["align"])}"` : "";
  const depth = isDeeper ? ` data-indent="${indentOf(node)}"` : "";
  return align + depth === "" ? written : `<div${depth}${align}>\n\n${written}\n\n</div>`;
}

const isAligned = (node: Node): boolean => (node.attrs["align"] ?? "left") !== "left";

function list(group: readonly Entry[], options: Writing): string {
  const items = group.map((entry, at) => item(entry, at, options));
  const isLoose = group.some(isSpread);
  return items.join(isLoose ? "\n\n" : "\n");
}

/** There is more in it than one paragraph and lists. */
const isSpread = ({ node, children }: Entry): boolean =>
  children.some((child) => !isItem(child.node) || isAligned(child.node) || child.isDeeper) ||
  (children.length > 0 && node.content.size === 0 && kindOf(node) !== "task");

function item(entry: Entry, at: number, options: Writing): string {
  const { node, children } = entry;
  const kind = kindOf(node);
  const sign = kind === "numbered" ? `${at + 1}. ` : "- ";
  const box = kind === "task" ? (node.attrs["checked"] === true ? "[x] " : "[ ] ") : "";
  const words = box + markdownText(node.content.content, false, options);
  const inner = [words === "" ? EMPTY : words.trimEnd(), ...entries(children, options)].join(
    isSpread(entry) ? "\n\n" : "\n",
  );
  return sign + indented(inner, " ".repeat(sign.length));
}

const indented = (text: string, blanks: string): string => text.replaceAll(/\n(?!\n|$)/g, `\n${blanks}`);

function quote(group: readonly Entry[], options: Writing): string {
  return quoted(group.map(({ node }) => line(node, options)).join("\n\n"));
}

const quoted = (text: string): string => text.replaceAll(/^(?=.)/gm, "> ").replaceAll(/^$/gm, ">");

/** As GitHub and Obsidian write it: a quote that says what it is. Plain words follow at once, for those who read no other. */
function callout(node: Node, options: Writing): string {
  const inner = blocks(node.content.content, options).join("\n\n");
  const gap = /^[\p{L}\p{N}]/u.test(inner) ? "\n" : "\n\n";
  return quoted(`[!${String(node.attrs["tone"]).toUpperCase()}]${gap}${inner}`);
}

/** A paragraph of no words, which Markdown has no sign for. */
const EMPTY = "<p></p>";

function line(node: Node, options: Writing): string {
  const kind = kindOf(node);
  const isHeading = kind.startsWith("heading");
  const words = markdownText(node.content.content, isHeading, options);
  if (!isHeading) return words === "" ? EMPTY : words;
  // Signs at the end of a heading belong to it and not to the words.
  return `${"#".repeat(Number(kind.slice("heading".length)))} ${words.replace(/(^|\s)(#*)#$/, "$1$2\\#")}`.trimEnd();
}

/** Standing by itself, where a note of Markdown can stand. */
const hasSign = (node: Node): boolean => isFootnote(node) && !isAligned(node) && indentOf(node) === 0;

function note(node: Node, options: Writing): string {
  const number = options.numbers.get(String(node.attrs["id"]));
  if (number === undefined || !options.signed.has(number) || !hasSign(node)) return asHtml(node, options);
  return `[^${number}]: ${indented(markdownText(node.content.content, false, options), "    ")}`.trimEnd();
}

function codeBlock(node: Node, options: Writing): string {
  const language = (node.attrs["language"] as string | null) ?? "";
  if (!/^[\w+#.-]*$/.test(language) || language !== (node.attrs["language"] ?? "")) return asHtml(node, options);
  const text = node.textContent;
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Fits the tables of Markdown: a head of one row, and one line of words in each cell. */
function isGrid(table: Node): boolean {
  const [head] = table.content.content;
  return (
    head !== undefined &&
    head.childCount > 0 &&
    table.content.content.every(
      (row) =>
        row.childCount === head.childCount &&
        row.content.content.every(
          ({ attrs, childCount, firstChild }) =>
            attrs["header"] === (row === head) &&
            attrs["colspan"] === 1 &&
            attrs["rowspan"] === 1 &&
            attrs["colwidth"] === null &&
            childCount === 1 &&
            firstChild !== null &&
            isPlainLine(firstChild),
        ),
    )
  );
}

function grid(table: Node, options: Writing): string {
  const rows = table.content.content.map((row) =>
    row.content.content.map((cell) => cellText(cell.firstChild!, options)),
  );
  const [head = [], ...others] = rows;
  return [head, head.map(() => "---"), ...others].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const cellText = (node: Node, options: Writing): string =>
  markdownText(node.content.content, true, options).replaceAll("|", "\\|");

const markdownAlt = (alt: string): string => alt.replaceAll(/[\\`*_[\]<~!]/g, "\\$&").replaceAll(ENTITY, "&amp;");

const asHtml = (node: Node, options: Writing): string => html(htmlToText(blockHtml(node, options)));

const listOf = ({ node }: Entry, options: Writing) => writeHtml(Fragment.from(node), options)[0]!;
