import MarkdownIt, { type Token } from "markdown-it";
import { OWN } from "../paste/parser.ts";

/**
 * Markdown as HTML for the one reader of HTML: CommonMark with tables, tasks and strikethrough, and whatever HTML
 * stands in it. What is safe is decided there, so nothing is judged here, and addresses stay as they are written.
 */
export function markdownToHtml(text: string): string {
  // What is ours is read with its blanks: those that Markdown does not mean, its parser has taken away.
  return `<div ${OWN}>${reader().render(text)}</div>`;
}

function reader(): InstanceType<typeof MarkdownIt> {
  const markdown = new MarkdownIt({ html: true });
  markdown.validateLink = () => true;
  markdown.normalizeLink = (address) => address;
  markdown.normalizeLinkText = (address) => address;
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
