import type { DOMOutputSpec, Node as ProseMirrorNode } from "@tiptap/pm/model";
import { parseFields, renderFields } from "./dom-attributes.ts";
import { MAX_INDENT, type Json, type Kind } from "./fields.ts";

/** The element each kind is shown as; lists are one list per item, numbered by the stylesheet's counters. */
export function textBlockToDom(node: ProseMirrorNode): DOMOutputSpec {
  const kind = node.attrs["kind"] as Kind;
  const attributes = renderFields(node);
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
  const list = listAround(element);
  const own = parseFields("textBlock", carrierOf(element));
  if (own["kind"] !== undefined || own["id"] !== undefined) return own;
  if (list === null) {
    if (kind === "bullet") return { kind };
    return { kind: kind === "text" && isInside(element, "BLOCKQUOTE") ? "quote" : kind, ...alignmentOf(element) };
  }
  // Only the first block of an item carries the bullet; those after it are text at the same depth.
  if (!list.isFirst || kind.startsWith("heading")) return { kind: list.isFirst ? kind : "text" };
  return { kind: list.kind, indent: Math.min(MAX_INDENT, list.depth), ...(list.checked ? { checked: true } : {}) };
}

interface List {
  readonly kind: Kind;
  readonly depth: number;
  readonly isFirst: boolean;
  readonly checked: boolean;
}

function listAround(element: HTMLElement): List | null {
  let item: Element | null = element;
  let isFirst = true;
  while (item !== null && item.nodeName !== "LI") {
    if (item.nodeName === "TD" || item.nodeName === "TH") return null;
    isFirst &&= !hasEarlierContent(item);
    item = item.parentElement;
  }
  if (item === null) return null;
  let depth = -1;
  let nearest: Element | null = null;
  for (
    let at = item.parentElement;
    at !== null && at.nodeName !== "TD" && at.nodeName !== "TH";
    at = at.parentElement
  ) {
    if (at.nodeName !== "UL" && at.nodeName !== "OL") continue;
    nearest ??= at;
    depth++;
  }
  const box = checkboxOf(item);
  const kind: Kind = box !== null ? "task" : nearest?.nodeName === "OL" ? "numbered" : "bullet";
  return { kind, depth: Math.max(0, depth), isFirst, checked: box ?? false };
}

/** Our own lists hold one item and carry the data on the list element. */
function carrierOf(element: HTMLElement): HTMLElement {
  if (element.nodeName !== "LI") return element;
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

function isInside(element: HTMLElement, nodeName: string): boolean {
  return element.parentElement?.closest(nodeName) !== null && element.parentElement !== null;
}

function alignmentOf(element: HTMLElement): Record<string, Json> {
  const align = element.style.textAlign || element.getAttribute("align");
  return align === "center" || align === "right" || align === "justify" ? { align } : {};
}
