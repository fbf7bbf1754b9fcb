import type { DOMOutputSpec, Node as ProseMirrorNode } from "@tiptap/pm/model";
import { parseFields, renderFields } from "./dom-attributes.ts";
import { MAX_INDENT, type Json, type Kind } from "./fields.ts";

export const textBlockToDom = (node: ProseMirrorNode): DOMOutputSpec =>
  textBlockOf(node.attrs["kind"] as Kind, renderFields(node));

/** The element each kind is shown as; lists are one list per item, numbered by the stylesheet's counters. */
export function textBlockOf(kind: Kind, attributes: Readonly<Record<string, string>>): DOMOutputSpec {
  switch (kind) {
    case "text":
    case "caption":
      return ["p", attributes, 0];
    case "bullet":
      return ["ul", attributes, ["li", 0]];
    case "numbered":
      return ["ol", attributes, ["li", 0]];
    case "task":
      return ["ul", attributes, ["li", ["div", 0]]];
    case "footnote":
      return ["div", { ...attributes, role: "doc-footnote" }, ["p", 0]];
    case "quote":
      return ["blockquote", attributes, 0];
    default:
      return [`h${kind.slice("heading".length)}`, attributes, 0];
  }
}

/**
 * The attributes of a block met in HTML, ours or foreign: nested lists become indent, quoted paragraphs quotes, and an
 * element that only wraps other blocks is refused so that they are read instead.
 *
 * @returns false when `element` is not itself a text block.
 */
export function textBlockFromHtml(element: HTMLElement, kind: Kind): Record<string, Json> | false {
  if (wrapsBlocks(element)) return false;
  const own = parseFields("textBlock", carrierOf(element));
  if (own["kind"] !== undefined || own["id"] !== undefined) return own;
  return { ...placeOf(element, kind), ...alignmentOf(element), ...own };
}

/** What an element is by where it stands: in a list, in a quote, at a depth. */
function placeOf(element: HTMLElement, kind: Kind): Record<string, Json> {
  let item: Element | null = element;
  let isFirst = true;
  let isQuoted = false;
  let said: number | null = null;
  for (; item !== null && item.nodeName !== "LI"; item = isCell(item) ? null : item.parentElement) {
    isQuoted ||= item.nodeName === "BLOCKQUOTE";
    isFirst &&= !hasEarlierContent(item);
    said ??= saidIndent(item);
  }
  const shape = kind === "text" && isQuoted ? "quote" : kind;
  if (said !== null) return { kind: shape, indent: said };
  if (item === null) return { kind: shape };
  const depth = indentOf(item);
  // Only the first block of an item carries the bullet; those after it stand where its words do.
  if (!isFirst || (shape !== "text" && shape !== "bullet"))
    return { kind: shape === "bullet" ? "text" : shape, indent: Math.min(MAX_INDENT, isFirst ? depth : depth + 1) };
  const checked = checkboxOf(item);
  const list = checked !== null ? "task" : item.closest("ul, ol")?.nodeName === "OL" ? "numbered" : "bullet";
  return { kind: list, indent: depth, ...(checked === true ? { checked } : {}) };
}

/** How deep an element is: in how many lists, counted from the nearest element around it that says so itself. */
function indentOf(element: Element): number {
  let lists = 0;
  for (let at: Element | null = element; at !== null && !isCell(at); at = at.parentElement) {
    if (at.nodeName === "UL" || at.nodeName === "OL") lists++;
    const said = saidIndent(at);
    if (said !== null) return Math.min(MAX_INDENT, said + (at.nodeName === "LI" ? lists : Math.max(0, lists - 1)));
  }
  return Math.min(MAX_INDENT, Math.max(0, lists - 1));
}

function saidIndent(element: Element): number | null {
  const said = Number.parseInt(element.getAttribute("data-indent") ?? "", 10);
  return said >= 0 ? Math.min(MAX_INDENT, said) : null;
}

const isCell = ({ nodeName }: Element): boolean => nodeName === "TD" || nodeName === "TH";

/** Our own lists hold one item and carry the data on the list element. */
function carrierOf(element: HTMLElement): HTMLElement {
  if (element.nodeName !== "LI" || element.hasAttribute("data-kind")) return element;
  const parent = element.parentElement;
  return parent !== null && parent.getAttribute("data-kind") !== null ? parent : element;
}

const BLOCKS = new Set("P H1 H2 H3 H4 H5 H6 DIV PRE TABLE BLOCKQUOTE HR UL OL SECTION ARTICLE".split(" "));

function isBlank(child: ChildNode): boolean {
  return (child.nodeName === "#text" || child.nodeName === "#comment") && (child.textContent ?? "").trim() === "";
}

/** True when the first thing inside is itself a block, so that this element is a wrapper and not text. */
function wrapsBlocks(element: HTMLElement): boolean {
  if (element.nodeName !== "LI" && element.nodeName !== "BLOCKQUOTE") return false;
  if (carrierOf(element).getAttribute("data-kind") !== null) return false;
  const first = Array.from(element.childNodes).find(
    (child) => !isBlank(child) && child.nodeName !== "INPUT" && child.nodeName !== "LABEL",
  );
  return first !== undefined && BLOCKS.has(first.nodeName);
}

function hasEarlierContent(element: Element): boolean {
  for (let at = element.previousSibling; at !== null; at = at.previousSibling)
    if (!isBlank(at) && at.nodeName !== "INPUT" && at.nodeName !== "LABEL") return true;
  return false;
}

/** The state of the checkbox a task list item of any common dialect begins with; null when there is none. */
function checkboxOf(item: Element): boolean | null {
  const own = item.getAttribute("data-checked");
  if (own !== null) return own === "true";
  for (const child of Array.from(item.childNodes)) {
    if (isBlank(child)) continue;
    const box = child.nodeName === "LABEL" || child.nodeName === "P" ? child.firstChild : child;
    if (box?.nodeName !== "INPUT") return null;
    const input = box as HTMLInputElement;
    return input.getAttribute("type") === "checkbox" ? input.hasAttribute("checked") : null;
  }
  return null;
}

function alignmentOf(element: HTMLElement): Record<string, Json> {
  for (let at: HTMLElement | null = element; at !== null; at = isCell(at) ? null : at.parentElement) {
    const align = at.nodeName === "CENTER" ? "center" : at.style.textAlign || at.getAttribute("align")?.toLowerCase();
    if (align === "center" || align === "right" || align === "justify") return { align };
    if (align === "left" || align === "start") break;
  }
  return {};
}
