import type { Fragment, Mark, Node } from "@tiptap/pm/model";
import { kindOf } from "../blocks-in-selection.ts";
import { COLOURS } from "../schema/fields.ts";
import { renderFields } from "../schema/dom-attributes.ts";
import { rawText, type Raw } from "../schema/raw-value.ts";
import { safeHref } from "../schema/safe-href.ts";
import { COLOUR_VALUES } from "./colours.ts";
import { h, type Html } from "./html.ts";
import { nestMarks, type Inline } from "./inline.ts";
import { type Entry, groups, indentOf, isItem, isQuote, outline } from "./outline.ts";

export interface HtmlOptions {
  /** Where who reads it gets a picture of this document. */
  readonly addressOf: (blob: string) => string;
  /** Says all that we know of a block, as the clipboard does for ourselves, and not only what HTML has words for. */
  readonly isForUs?: boolean;
  /** The numbers of footnotes, by the ids of their blocks. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** What is known while it is written: which notes have been referred to. Only the first place is one to come back to. */
type Writing = HtmlOptions & { readonly referred: Set<number> };

const begin = (options: HtmlOptions): Writing => ({ ...options, referred: new Set() });

/** What others understand: real lists in lists, real tables, and alignment as a style. */
export function writeHtml(content: Fragment, asked: HtmlOptions): readonly Html[] {
  const { firstChild } = content;
  const options = begin(asked);
  if (firstChild === null) return [];
  if (firstChild.isInline) return inline(content, options);
  // Of a selection inside a table.
  if (firstChild.type.spec.group !== "block") return content.content.map((node) => block(node, options));
  return entries(outline(content.content), options);
}

type WriteBlock = (node: Node, options: Writing) => Html;

/** Every node with content of its own, by name; a test holds it against the schema. */
export const HTML_BLOCKS: Readonly<Record<string, WriteBlock>> = {
  textBlock: (node, options) => textBlock({ node, isDeeper: false, children: [] }, options),
  codeBlock: (node, options) =>
    h("pre", { ...known(node, options), "data-language": languageOf(node) }, h("code", {}, ...codeText(node))),
  divider: (node, options) => h("hr", known(node, options)),
  image: (node, options) => picture(node, options),
  callout: (node, options) =>
    h(
      "aside",
      { ...known(node, options), "data-tone": String(node.attrs["tone"]) },
      ...entries(outline(node.content.content), options),
    ),
  toggle: (node, options) => toggle(node, options),
  table: (node, options) => h("table", known(node, options), h("tbody", {}, ...content(node, options))),
  tableRow: (node, options) => h("tr", known(node, options), ...content(node, options)),
  tableCell: (node, options) => cell(node, options),
  unknownBlock: (node) => unknown("div", "data-unknown-block", node),
};

type WriteInline = (node: Node, options: Writing) => Html;

export const HTML_INLINE: Readonly<Record<string, WriteInline>> = {
  text: (node) => node.text ?? "",
  hardBreak: () => h("br", {}),
  footnoteRef: (node, options) => reference(node, options),
  unknownInline: (node) => unknown("span", "data-unknown-inline", node),
};

type WriteMark = (mark: Mark) => readonly [tag: string, attributes: Readonly<Record<string, string>>] | null;

/** The outermost first. A span has a class: without one a blank in it would be taken for one the browser put there. */
export const HTML_MARKS: Readonly<Record<string, WriteMark>> = {
  link: ({ attrs }) => {
    const href = safeHref(attrs["href"]);
    return href === null ? null : ["a", { href }];
  },
  unknownMark: ({ attrs }) => [
    "span",
    { class: "unknown", "data-unknown-mark": String(attrs["name"]), "data-value": JSON.stringify(attrs["value"]) },
  ],
  highlight: ({ attrs }) => [
    "mark",
    { "data-color": String(attrs["color"]), ...styled("background-color", "tint", attrs["color"]) },
  ],
  textColor: ({ attrs }) => [
    "span",
    { class: "coloured", "data-text-color": String(attrs["color"]), ...styled("color", "text", attrs["color"]) },
  ],
  underline: () => ["u", {}],
  superscript: () => ["sup", {}],
  subscript: () => ["sub", {}],
  bold: () => ["strong", {}],
  italic: () => ["em", {}],
  strike: () => ["s", {}],
  code: () => ["code", {}],
  math: () => ["span", { class: "math", "data-math": "" }],
  mention: () => ["span", { class: "mention", "data-mention": "" }],
};

/** A name that this version does not know says only itself. */
function styled(property: string, what: "text" | "tint", name: unknown): { readonly style?: string } {
  const value = COLOURS.find((known) => known === name);
  return value === undefined ? {} : { style: `${property}: ${COLOUR_VALUES[value][what]}` };
}

function block(node: Node, options: Writing): Html {
  const write = HTML_BLOCKS[node.type.name];
  if (write === undefined) throw new Error(`no HTML is written for ${node.type.name}`);
  return write(node, options);
}

const content = (node: Node, options: Writing): Html[] => node.content.content.map((child) => block(child, options));

function entries(all: readonly Entry[], options: Writing): Html[] {
  return groups(all, groupOf).map((group) => {
    const [{ node }] = group as readonly [Entry];
    const tag = groupOf(group[0]!);
    if (tag === null) return node.type.name === "textBlock" ? textBlock(group[0]!, options) : block(node, options);
    return h(tag, {}, ...group.map((entry) => (isItem(entry.node) ? item(entry, options) : textBlock(entry, options))));
  });
}

function groupOf({ node }: Entry): string | null {
  if (isItem(node)) return kindOf(node) === "numbered" ? "ol" : "ul";
  return isQuote(node) ? "blockquote" : null;
}

function item(entry: Entry, options: Writing): Html {
  const { node, children } = entry;
  const isTask = kindOf(node) === "task";
  const box = isTask ? [h("input", { type: "checkbox", disabled: "", checked: isChecked(node) ? "" : undefined })] : [];
  const nested = entries(children, options);
  // Words with something of their own to say, or with other words below them, are a paragraph of the item.
  const isParagraph =
    styleOf(node) !== undefined ||
    children.some((child) => !isItem(child.node)) ||
    (node.textContent.trim() === "" && nested.length > 0);
  const words = inline(node.content, options, nested.length === 0 || isParagraph);
  const depth = deeper(entry);
  const own = known(node, options);
  if (!isParagraph)
    return h("li", depth === undefined ? own : { ...own, "data-indent": depth }, ...box, ...words, ...nested);
  const item = options.isForUs === true ? {} : { "data-indent": depth };
  return h("li", item, ...box, h("p", { ...own, style: styleOf(node) }, ...words), ...nested);
}

function textBlock(entry: Entry, options: Writing): Html {
  const { node } = entry;
  const kind = kindOf(node);
  const tag = kind.startsWith("heading") ? `h${kind.slice("heading".length)}` : "p";
  const number = kind === "footnote" ? options.numbers.get(String(node.attrs["id"])) : undefined;
  const attributes = {
    ...known(node, options),
    ...(kind === "caption" || kind === "footnote" ? ownFields(node) : {}),
    id: number === undefined ? undefined : `fn${number}`,
    role: kind === "footnote" ? "doc-footnote" : undefined,
    style: styleOf(node),
  };
  const depth = deeper(entry);
  // Its blank goes with it when it is read.
  const back = number === undefined ? [] : [h("a", { href: `#fnref${number}`, role: "doc-backlink" }, `${number}. `)];
  return h(
    tag,
    depth === undefined ? attributes : { ...attributes, "data-indent": depth },
    ...back,
    ...inline(node.content, options),
  );
}

/** A reference as everybody writes one; to a note that is not there, what it says of itself. */
function reference({ attrs }: Node, { numbers, referred, isForUs = false }: Writing): Html {
  const note = attrs["note"] as string | null;
  const number = numbers.get(note ?? "");
  if (number === undefined) return h("sup", { "data-note": note ?? "" }, "?");
  const id = referred.has(number) ? undefined : `fnref${number}`;
  referred.add(number);
  return h(
    "sup",
    { "data-note": isForUs ? (note ?? "") : undefined },
    h("a", { href: `#fn${number}`, id, role: "doc-noteref" }, String(number)),
  );
}

/** HTML has captions in figures only, and no notes, so they say themselves what they are; who does that says all of it. */
const ownFields = (node: Node): Readonly<Record<string, string>> => {
  const { "data-id": _id, ...fields } = renderFields(node);
  return fields;
};

/** How deep it is, where its place does not say so. */
const deeper = ({ node, isDeeper }: Entry): string | undefined => (isDeeper ? String(indentOf(node)) : undefined);

/** Its first line is what others show of it while it is closed; for ourselves it is a block as any. */
function toggle(node: Node, options: Writing): Html {
  const [first, ...others] = node.content.content;
  const attributes = { ...known(node, options), open: "" };
  if (options.isForUs === true || first === undefined || !isPlainLine(first) || styleOf(first) !== undefined)
    return h("details", attributes, ...entries(outline(node.content.content), options));
  const line = h("summary", {}, ...inline(first.content, options));
  return h("details", attributes, line, ...entries(outline(others), options));
}

function cell(node: Node, options: Writing): Html {
  const { colspan, rowspan, colwidth, header } = node.attrs as Record<string, unknown>;
  const span = (value: unknown): string | undefined => (value === 1 ? undefined : String(value));
  const attributes = {
    ...known(node, options),
    colspan: span(colspan),
    rowspan: span(rowspan),
    "data-colwidth": colwidth === null ? undefined : JSON.stringify(colwidth),
  };
  const [first] = node.content.content;
  const isOneLine =
    node.childCount === 1 &&
    first !== undefined &&
    isPlainLine(first) &&
    styleOf(first) === undefined &&
    options.isForUs !== true;
  const children = isOneLine ? inline(first.content, options) : entries(outline(node.content.content), options);
  return h(header === true ? "th" : "td", attributes, ...children);
}

/** Words and nothing else: what a cell holds without a paragraph around it. */
export const isPlainLine = (node: Node): boolean =>
  node.type.name === "textBlock" && kindOf(node) === "text" && indentOf(node) === 0 && node.attrs["align"] === "left";

export interface PictureAttributes {
  readonly blob: string | null;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  readonly shown: number;
}

function picture(node: Node, options: Writing): Html {
  const { blob, alt, width, height, shown } = node.attrs as PictureAttributes;
  const size = (pixels: number): string | undefined => (pixels === 0 ? undefined : String(pixels));
  return h("img", {
    ...known(node, options),
    src: blob === null ? undefined : options.addressOf(blob),
    alt,
    width: size(width),
    height: size(height),
    style: shown === 0 ? undefined : `width: ${shown}%`,
  });
}

function codeText(node: Node): string[] {
  return node.content.size === 0 ? [] : [node.textContent];
}

const languageOf = (node: Node): string | undefined => (node.attrs["language"] as string | null) ?? undefined;

const unknown = (tag: string, name: string, { attrs }: Node): Html =>
  h(tag, { [name]: JSON.stringify(attrs["raw"]) }, rawText(attrs["raw"] as Raw));

const isChecked = (node: Node): boolean => node.attrs["checked"] === true;

const known = (node: Node, { isForUs = false }: Writing): Readonly<Record<string, string | undefined>> =>
  isForUs ? renderFields(node) : {};

/** Of what a line cannot say otherwise: how it is aligned, and that the blanks in it are meant. */
function styleOf(node: Node): string | undefined {
  const align = node.attrs["align"] as string | undefined;
  const styles = [
    ...(align === undefined || align === "left" ? [] : [`text-align: ${align}`]),
    ...(/^ | $|  |[\t\r\f]|\n | \n/.test(textOf(node)) ? ["white-space: pre-wrap"] : []),
  ];
  return styles.length === 0 ? undefined : styles.join("; ");
}

const textOf = (node: Node): string => node.textBetween(0, node.content.size, "", ({ isText }) => (isText ? "" : "\n"));

/** @param isEnd - Nothing follows in the same box: a break there is not seen, so it is written twice. */
function inline(fragment: Fragment, options: Writing, isEnd = true): Html[] {
  const { lastChild } = fragment;
  const nested = nestMarks(fragment.content, Object.keys(HTML_MARKS)).map((each) => inlineHtml(each, options));
  const isHidden = isEnd && lastChild?.type.name === "hardBreak" && lastChild.marks.length === 0;
  return isHidden ? [...nested, h("br", {})] : nested;
}

function inlineHtml(each: Inline, options: Writing): Html {
  if (each.kind === "leaf") {
    const write = HTML_INLINE[each.node.type.name];
    if (write === undefined) throw new Error(`no HTML is written for ${each.node.type.name}`);
    return write(each.node, options);
  }
  const write = HTML_MARKS[each.mark.type.name];
  if (write === undefined) throw new Error(`no HTML is written for ${each.mark.type.name}`);
  const [tag, attributes] = write(each.mark) ?? ["span", {}];
  return h(
    tag,
    attributes,
    ...each.children.map((child) => inlineHtml(child, options)),
    ...(needsEnd(each) ? [h("wbr", {})] : []),
  );
}

/**
 * ProseMirror takes a break at the end of an element for one that the browser put there, but knows not of every element
 * that it is one of a line. Something that is nothing has it stand before the end.
 */
export const needsEnd = ({ mark, children }: Inline & { readonly kind: "marked" }): boolean => {
  const last = children.at(-1);
  return mark.type.name === "highlight" && last?.kind === "leaf" && last.node.type.name === "hardBreak";
};

/** One node of a line on its own, as Markdown needs it. */
export const inlineNodeHtml = (node: Node, options: HtmlOptions): Html =>
  inlineHtml({ kind: "leaf", node }, begin(options));

/** One block on its own. */
export const blockHtml = (node: Node, options: HtmlOptions): Html => block(node, begin(options));
