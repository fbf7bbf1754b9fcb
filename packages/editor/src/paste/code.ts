import { inside, isBlock, rename } from "./dom.ts";

type Root = Element | DocumentFragment;

/** Code as editors and sites show it, with its colours: preformatted text, and what language it is in. */
export function readCode(root: Root, known?: string): void {
  for (const listing of root.querySelectorAll("table:has(td.blob-code, td.line-number + td, td[data-line-number])"))
    readListing(listing);
  readEditor(root);
  for (const block of root.querySelectorAll<HTMLElement>("pre")) {
    for (const line of block.querySelectorAll("br")) line.replaceWith("\n");
    // A line that is a box of its own has no end of line in its words.
    for (const line of inside(block, "div, p, li")) line.replaceWith(...line.childNodes, endsLine(line) ? "" : "\n");
    const last = block.lastChild?.nodeName === "CODE" ? block.lastChild.lastChild : block.lastChild;
    if (last?.nodeType === Node.TEXT_NODE) last.textContent = (last.textContent ?? "").replace(/\n$/, "");
    const language = known ?? languageOf(block);
    if (language !== undefined) block.setAttribute("data-language", language);
  }
}

const endsLine = ({ textContent, nextSibling }: Element): boolean => textContent.endsWith("\n") || nextSibling === null;

/** A file with a number beside every line. */
function readListing(table: Element): void {
  const block = table.ownerDocument.createElement("pre");
  const lines = [...table.querySelectorAll("tr")].map((row) => row.querySelector("td:last-child")?.textContent ?? "");
  block.textContent = lines.map((line) => line.replace(/\n$/, "")).join("\n");
  table.replaceWith(block);
}

/** An editor's selection is one box of fixed-width lines, each a box. */
function readEditor(root: Root): void {
  const boxes = [...root.children].filter(({ nodeName }) => nodeName !== "META");
  const [box] = boxes;
  if (boxes.length !== 1 || !(box instanceof HTMLElement) || box.nodeName !== "DIV") return;
  if (!box.style.whiteSpace.startsWith("pre") || !/mono|consol|courier|menlo|code/i.test(box.style.fontFamily)) return;
  const lines = [...box.children];
  const isOneLine = lines.length <= 1 && box.querySelector("br") === null;
  // A word of code among words.
  if (isOneLine) box.replaceChildren(code(box.ownerDocument, box.textContent));
  else {
    const text = lines.every((line) => isBlock(line) || line.nodeName === "BR")
      ? lines.map(({ textContent }) => textContent).join("\n")
      : box.textContent;
    const block = rename(box, "pre");
    block.replaceChildren(code(block.ownerDocument, text));
    block.style.cssText = "";
  }
}

function code(document: Document, text: string): HTMLElement {
  const made = document.createElement("code");
  made.textContent = text;
  return made;
}

function languageOf(block: HTMLElement): string | undefined {
  const around = block.parentElement?.getAttribute("class") ?? "";
  const classes = `${block.getAttribute("class") ?? ""} ${block.querySelector("code")?.getAttribute("class") ?? ""} ${around}`;
  return (
    block.getAttribute("data-language") ??
    block.getAttribute("lang") ??
    /(?:^|\s)(?:language|lang|highlight-source|brush:)-?\s*([\w+#]+)/.exec(classes)?.[1]
  );
}
