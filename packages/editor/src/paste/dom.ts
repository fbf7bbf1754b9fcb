type Root = Element | DocumentFragment;

/** Puts what is in an element in its place. */
export function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

/** Makes an element another one; what is said of it stays. */
export function rename(element: Element, tag: string): HTMLElement {
  const made = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) {
    // The policy blocks it, and it is in `style` below.
    if (name !== "style") made.setAttribute(name, value);
  }
  if (element instanceof HTMLElement) made.style.cssText = element.style.cssText;
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

/** Innermost first, so that what is done to one is known to those around it. */
export const inside = (root: Root, selector: string): HTMLElement[] =>
  [...root.querySelectorAll<HTMLElement>(selector)].toReversed();

const BLOCK_NAMES =
  "ADDRESS ARTICLE ASIDE BLOCKQUOTE CENTER DD DETAILS DIV DL DT FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION SUMMARY TABLE UL";
const BLOCKS: ReadonlySet<string> = new Set(BLOCK_NAMES.split(" "));

export const isBlock = ({ nodeName }: Node): boolean => BLOCKS.has(nodeName);

export const isBlank = (node: Node | null): boolean =>
  node === null || node.nodeType === Node.COMMENT_NODE || (node.nodeType === Node.TEXT_NODE && isSpace(node));

const isSpace = ({ textContent }: Node): boolean => !/[^\s\u00a0\u200b]/.test(textContent ?? "");

/** No words, and nothing that is seen. */
export const isEmpty = (element: Element): boolean =>
  isSpace(element) &&
  element.querySelector("img, hr, table, input, iframe, [data-unknown-inline], [data-note]") === null;
