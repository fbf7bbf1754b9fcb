import { readCode } from "./code.ts";
import { inside, isBlank, isBlock, isEmpty, rename, unwrap } from "./dom.ts";
import { readGoogleDocs } from "./google-docs.ts";
import { applySheets, pixels } from "./styles.ts";
import { readWord } from "./word.ts";

type Root = Element | DocumentFragment;

/**
 * Makes what another application put on the clipboard say with elements what it means, and takes away what nobody
 * wrote or saw. The schema decides what is safe; this decides what is meant.
 *
 * @param language - Of the code it is, where the application says so.
 */
export function cleanForeign(root: Root, language?: string): void {
  applySheets(root);
  root.querySelectorAll(NEVER_TEXT).forEach((element) => element.remove());
  root.querySelectorAll<HTMLElement>("*").forEach((element) => {
    if (isUnseen(element)) element.remove();
  });
  readWord(root);
  readGoogleDocs(root);
  readCode(root, language);
  readTasks(root);
  readTables(root);
  readHeadings(root);
  nameParagraphs(root);
  dropEmpty(root);
}

const NEVER_TEXT = [
  ..."script style template noscript iframe object embed svg canvas audio video map head meta link title".split(" "),
  ..."nav button select textarea option dialog".split(" "),
  "input:not([type='checkbox'])",
  "[role='navigation']",
  "[hidden]",
  // Signs beside headings, and formulas said a second time for the eye.
  "[aria-hidden='true']",
  "annotation",
].join(", ");

function isUnseen(element: HTMLElement): boolean {
  const { style } = element;
  if (style === undefined || style.length === 0) return element.nodeName === "IMG" && isPixel(element);
  return (
    style.display === "none" ||
    style.visibility === "hidden" ||
    style.opacity === "0" ||
    pixels(style.fontSize) === 0 ||
    (element.nodeName === "IMG" && isPixel(element))
  );
}

/** Sent along to be told that somebody read the page. */
function isPixel(image: HTMLElement): boolean {
  const sides = (["width", "height"] as const).map((side) => {
    const said = image.getAttribute(side);
    return said === null ? pixels(image.style[side]) : Number.parseFloat(said);
  });
  return sides.some((side) => side <= 2);
}

/** A box at the start of an item in words, as Notion writes it. */
function readTasks(root: Root): void {
  for (const item of root.querySelectorAll("li")) {
    const text = firstText(item);
    const [box = "", mark] = /^\s*\[([ xX])\]\s+/.exec(text?.data ?? "") ?? [];
    if (text === null || mark === undefined) continue;
    text.data = text.data.slice(box.length);
    item.setAttribute("data-checked", String(mark !== " "));
  }
}

function firstText(node: Node): Text | null {
  for (const child of node.childNodes) {
    if (isBlank(child)) continue;
    return child.nodeType === Node.TEXT_NODE ? (child as Text) : child.nodeName === "UL" ? null : firstText(child);
  }
  return null;
}

function readTables(root: Root): void {
  for (const caption of root.querySelectorAll("caption")) caption.closest("table")?.before(rename(caption, "p"));
  for (const table of inside(root, "table")) {
    const cells = [...table.querySelectorAll<HTMLElement>("td, th")].filter((cell) => cell.closest("table") === table);
    if (table.getAttribute("role") === "presentation" || table.getAttribute("role") === "none" || cells.length === 1) {
      // One that only says where things are on a page.
      table.replaceWith(...cells.map((cell) => rename(cell, "div")));
      continue;
    }
    for (const cell of cells) {
      if (cell.closest("thead") !== null) cell.setAttribute("data-header", "true");
      const isAligned = cell.style.textAlign !== "" || cell.hasAttribute("align");
      if (!isAligned || [...cell.children].some(isBlock)) continue;
      const line = cell.ownerDocument.createElement("p");
      line.append(...cell.childNodes);
      cell.append(line);
    }
  }
}

const BOLD_ITSELF = ":is(h1, h2, h3, h4, h5, h6, th, thead td)";

function readHeadings(root: Root): void {
  for (const heading of root.querySelectorAll("[role='heading']:not(h1, h2, h3, h4, h5, h6)"))
    rename(heading, `h${Math.min(6, Math.max(1, Number(heading.getAttribute("aria-level")) || 2))}`);
  // A heading and the head of a table are bold by themselves, and a link has its own line and colour.
  for (const element of root.querySelectorAll<HTMLElement>(`${BOLD_ITSELF} :is(b, strong)`)) unwrap(element);
  for (const element of root.querySelectorAll<HTMLElement>(`${BOLD_ITSELF}[style], ${BOLD_ITSELF} [style]`))
    element.style.fontWeight = "";
  for (const element of root.querySelectorAll<HTMLElement>("a u")) unwrap(element);
  for (const element of root.querySelectorAll<HTMLElement>("a[style], a [style]")) {
    element.style.textDecoration = "";
    element.style.color = "";
  }
  // A place on the page it comes from.
  for (const element of root.querySelectorAll("a[href^='#'], a:not([href])")) unwrap(element);
}

/** Any box of words is a paragraph, and knows its place in a list and its alignment as one. */
function nameParagraphs(root: Root): void {
  // Blanks between the blocks of one that is not known as a box would be taken for words.
  for (const box of inside(root, "main, center, details, span, font, ins, del, label"))
    if (!isBlock(box) || box.nodeName !== "DIV") if ([...box.children].some(isBlock)) rename(box, "div");
  for (const box of inside(root, "div, section, article, aside, dt, dd, figcaption, summary, address, center")) {
    const hasBlocks = [...box.children].some(
      (child) => isBlock(child) || child.querySelector("p, div, ul, table") !== null,
    );
    if (hasBlocks || isEmpty(box)) continue;
    if (box.nodeName === "CENTER") box.setAttribute("align", "center");
    rename(box, "p");
  }
}

/** Lines left empty for their height: here blocks keep their distance by themselves. */
function dropEmpty(root: Root): void {
  for (const line of root.querySelectorAll("br")) {
    const { nextSibling, previousSibling, parentNode } = line;
    const isAfter = previousSibling === null || isBlank(previousSibling) || isBlock(previousSibling);
    const isBefore = isLast(line) || (nextSibling !== null && isBlock(nextSibling));
    if (isBefore && (isAfter || (parentNode !== null && isBlock(parentNode)))) line.remove();
  }
  for (const element of inside(root, "p, div, h1, h2, h3, h4, h5, h6, blockquote, ul, ol"))
    if (isEmpty(element) && element.parentElement?.nodeName !== "LI") element.remove();
}

function isLast(node: Node): boolean {
  for (let at = node.nextSibling; at !== null; at = at.nextSibling) if (!isBlank(at)) return false;
  return true;
}
