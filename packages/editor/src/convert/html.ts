/** An element or text of what is written as HTML: to the clipboard as nodes, to a file as text. */
export type Html = string | HtmlElement;

export interface HtmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Html[];
}

/** Attributes that are undefined are left out. */
export function h(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>>,
  ...children: readonly Html[]
): HtmlElement {
  const given = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { tag, attributes: Object.fromEntries(given), children };
}

export function htmlToDom(document: Document, html: Html): Node {
  if (typeof html === "string") return document.createTextNode(html);
  const element = document.createElement(html.tag);
  for (const [name, value] of Object.entries(html.attributes)) {
    // The page's policy blocks the attribute, and allows this.
    if (name === "style") element.style.cssText = value;
    else element.setAttribute(name, value);
  }
  element.append(...html.children.map((child) => htmlToDom(document, child)));
  return element;
}

/**
 * On one line.
 *
 * @param escape - How words are written that stand in it.
 */
export function htmlToText(html: Html, escape: (text: string) => string = escapeText): string {
  if (typeof html === "string") return escape(html);
  const children = html.children.map((child) => htmlToText(child, escape)).join("");
  return startTag(html) + (VOID.has(html.tag) ? "" : `${children}</${html.tag}>`);
}

/** With blocks on lines of their own, and no blank beside words, where it would be read as one of theirs. */
export function htmlToLines(html: Html, indent = ""): string {
  if (typeof html === "string" || VOID.has(html.tag) || !html.children.some(isBlock)) return htmlToText(html);
  const inner = `${indent}  `;
  let isInline = false;
  let lines = startTag(html);
  html.children.forEach((child, at) => {
    const isBeside = isInline || !isBlock(child) || (at === 0 && html.tag === "li");
    lines += (isBeside ? "" : `\n${inner}`) + htmlToLines(child, inner);
    isInline = !isBlock(child);
  });
  return `${lines}\n${indent}</${html.tag}>`;
}

function startTag({ tag, attributes }: HtmlElement): string {
  const written = Object.entries(attributes).map(([name, value]) =>
    value === "" ? ` ${name}` : ` ${name}="${escapeAttribute(value)}"`,
  );
  return `<${tag}${written.join("")}>`;
}

const isBlock = (html: Html): html is HtmlElement => typeof html !== "string" && BLOCKS.has(html.tag);

const BLOCKS = new Set(
  "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre hr table tbody tr td th div figure details summary img".split(" "),
);
const VOID = new Set(["br", "hr", "img", "input", "wbr"]);

const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\u00a0", "&nbsp;");

const escapeAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
