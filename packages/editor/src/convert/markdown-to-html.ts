import MarkdownIt, { type StateBlock, type StateInline, type Token } from "markdown-it";
import { OWN } from "../paste/parser.ts";
import { toneCalled } from "../schema/containers.ts";

/**
 * Markdown as HTML for the one reader of HTML: CommonMark with tables, tasks and strikethrough, and whatever HTML
 * stands in it. What is safe is decided there, so nothing is judged here, and addresses stay as they are written.
 */
export function markdownToHtml(text: string): string {
  // What is ours is read with its blanks: those that Markdown does not mean, its parser has taken away.
  return `<div ${OWN}>${reader().render(text, {})}</div>`;
}

function reader(): InstanceType<typeof MarkdownIt> {
  const markdown = new MarkdownIt({ html: true });
  markdown.validateLink = () => true;
  markdown.normalizeLink = (address) => address;
  markdown.normalizeLinkText = (address) => address;
  markdown.block.ruler.before("reference", "note", readNote, { alt: ["paragraph", "reference"] });
  markdown.inline.ruler.before("link", "note_reference", readReference);
  markdown.renderer.rules["callout_sign"] = () => "";
  markdown.renderer.rules["note_reference"] = (tokens, at) => {
    const label = markdown.utils.escapeHtml(tokens[at]!.content);
    // No link: it may stand in one.
    return `<sup role="doc-noteref" href="#fn${label}">${label}</sup>`;
  };
  markdown.core.ruler.after("block", "callouts", ({ tokens }) => tokens.forEach(readCallout));
  markdown.core.ruler.before("text_join", "tasks", ({ tokens }) => tokens.forEach(readTask));
  markdown.core.ruler.push("paragraphs", ({ tokens }) => tokens.forEach((token) => void (token.hidden = false)));
  // Blanks at the start of a cell would be taken for those between cells.
  for (const tag of ["th", "td"]) {
    markdown.renderer.rules[`${tag}_open`] = (tokens, at) => `<${tag}><p${alignOf(tokens[at]!)}>`;
    markdown.renderer.rules[`${tag}_close`] = () => `</p></${tag}>`;
  }
  // An end of a line would be read as a break.
  markdown.renderer.rules["softbreak"] = () => " ";
  markdown.renderer.rules["hardbreak"] = () => "<br>";
  for (const name of ["html_block", "html_inline"])
    markdown.renderer.rules[name] = (tokens, at) => unbroken(tokens[at]!.content);
  markdown.renderer.rules["fence"] = (tokens, at) => code(tokens[at]!);
  markdown.renderer.rules["code_block"] = (tokens, at) => code(tokens[at]!);
  markdown.renderer.rules["image"] = (tokens, at) => {
    const image = tokens[at]!;
    const { escapeHtml } = markdown.utils;
    return `<img src="${escapeHtml(String(image.attrGet("src") ?? ""))}" alt="${escapeHtml(words(image.children ?? []))}">`;
  };
  return markdown;

  function readCallout(token: Token, at: number, tokens: Token[]): void {
    const [paragraph, words, end] = tokens.slice(at + 1);
    if (token.type !== "blockquote_open" || paragraph?.type !== "paragraph_open" || words === undefined) return;
    const [sign = "", name = ""] = /^\[!(\w+)\][ \t]*(?:\n|$)/.exec(words.content) ?? [];
    const tone = toneCalled(name);
    if (tone === null) return;
    const close = tokens.find(
      ({ type, level }, next) => next > at && type === "blockquote_close" && level === token.level,
    );
    token.tag = "aside";
    token.attrSet("data-tone", tone);
    if (close !== undefined) close.tag = "aside";
    words.content = words.content.slice(sign.length);
    if (words.content !== "" || end === undefined) return;
    // The sign stood alone: what it is about comes after it.
    for (const each of [paragraph, words, end]) each.type = "callout_sign";
  }

  function readTask(token: Token, at: number, tokens: Token[]): void {
    const text = token.children?.[0];
    const [item, paragraph] = [tokens[at - 2], tokens[at - 1]];
    if (item?.type !== "list_item_open" || paragraph?.type !== "paragraph_open" || text?.type !== "text") return;
    const [box = "", mark] = /^\[([ xX])\](?: |$)/.exec(text.content) ?? [];
    if (mark === undefined) return;
    text.content = text.content.slice(box.length);
    item.attrSet("data-checked", String(mark !== " "));
  }

  function code({ content, info }: Token): string {
    const { escapeHtml, unescapeAll } = markdown.utils;
    const language = /^\S*/.exec(unescapeAll(info).trim())?.[0] ?? "";
    const said = language === "" ? "" : ` data-language="${escapeHtml(language)}"`;
    // Within `code`: a break right after `<pre>` would be lost.
    return `<pre${said}><code>${escapeHtml(content.replace(/\n$/, ""))}</code></pre>\n`;
  }
}

/** What has been read so far of a text's notes: their labels. */
interface Notes {
  readonly labels?: ReadonlySet<string>;
}

/** `[^label]: words`, with what is indented below; its first paragraphs are the lines of the note. */
function readNote(state: StateBlock, start: number, end: number, isSilent: boolean): boolean {
  if (state.sCount[start]! - state.blkIndent >= 4) return false;
  const first = state.src.slice(state.bMarks[start]! + state.tShift[start]!, state.eMarks[start]);
  const [sign, label] = /^\[\^([^\]\s]+)\]:[ \t]*/.exec(first) ?? [];
  if (sign === undefined || label === undefined) return false;
  if (isSilent) return true;
  const next = endOfNote(state, start, end);
  const rest = state.getLines(start + 1, next, state.blkIndent + 4, false);
  const begin = state.tokens.length;
  state.md.block.parse(`${first.slice(sign.length)}\n${rest}`, state.md, state.env, state.tokens);
  nameNote(state, begin, label.toLowerCase());
  state.line = next;
  return true;
}

/** Behind its paragraph, and whatever is indented four or more. */
function endOfNote(state: StateBlock, start: number, end: number): number {
  const rules = state.md.block.ruler.getRules("paragraph");
  let last = start;
  for (let line = start + 1; line < end; line++) {
    if (state.isEmpty(line)) continue;
    const isLazy = last === line - 1 && state.sCount[line]! >= state.blkIndent;
    const isIndented = state.sCount[line]! - state.blkIndent >= 4;
    if (!isIndented && (!isLazy || rules.some((rule) => rule(state, line, end, true)))) break;
    last = line;
  }
  return last + 1;
}

function nameNote(state: StateBlock, begin: number, label: string): void {
  const { tokens } = state;
  const notes = state.env as { labels?: Set<string> };
  notes.labels ??= new Set();
  if (tokens[begin]?.type !== "paragraph_open")
    tokens.splice(begin, 0, new state.Token("paragraph_open", "p", 1), new state.Token("paragraph_close", "p", -1));
  const open = tokens[begin]!;
  open.attrSet("data-kind", "footnote");
  // Of two with one label the first is meant.
  if (!notes.labels.has(label)) open.attrSet("id", `fn${label}`);
  notes.labels.add(label);
  for (
    let at = begin + 2;
    tokens[at]?.type === "paragraph_close" && tokens[at + 1]?.type === "paragraph_open";
    at += 2
  ) {
    const line = new state.Token("html_block", "", 0);
    line.content = "<br>";
    tokens.splice(at, 2, line);
  }
}

function readReference(state: StateInline, isSilent: boolean): boolean {
  const [sign, label = ""] = /^\[\^([^\]\s]+)\]/.exec(state.src.slice(state.pos, state.posMax)) ?? [];
  if (sign === undefined || (state.env as Notes).labels?.has(label.toLowerCase()) !== true) return false;
  if (!isSilent) state.push("note_reference", "", 0).content = label.toLowerCase();
  state.pos += sign.length;
  return true;
}

const alignOf = (cell: Token): string => {
  const align = /text-align:(center|right)/.exec(String(cell.attrGet("style") ?? ""))?.[1];
  return align === undefined ? "" : ` align="${align}"`;
};

const unbroken = (html: string): string => (/<pre\b/i.test(html) ? html : html.replaceAll("\n", " "));

/** What is said of a picture, without signs. */
const words = (tokens: readonly Token[]): string =>
  tokens
    .map(({ type, content, children }) => {
      if (type === "softbreak" || type === "hardbreak") return " ";
      if (type === "image") return words(children ?? []);
      return type === "html_inline" ? "" : content;
    })
    .join("");
