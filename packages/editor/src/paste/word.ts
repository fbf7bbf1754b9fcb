import { MAX_INDENT } from "../schema/fields.ts";
import { rename, unwrap } from "./dom.ts";
import { writtenStyle } from "./styles.ts";

const KINDS: Readonly<Record<string, string>> = {
  MsoTitle: "h1",
  MsoQuote: "blockquote",
  MsoIntenseQuote: "blockquote",
};

/**
 * Word writes a list as paragraphs: `mso-list: l0 level2 lfo1` says that one is an item and how deep, and the bullet or
 * number itself is text, in a span that other readers are to ignore.
 */
export function readWord(root: Element | DocumentFragment): void {
  for (const paragraph of root.querySelectorAll<HTMLElement>("p, h1, h2, h3, h4, h5, h6")) {
    const level = /mso-list:\s*l\d+\s+level(\d+)/i.exec(writtenStyle(paragraph))?.[1];
    const marker = [...paragraph.querySelectorAll("span")].find((span) =>
      /mso-list:\s*ignore/i.test(writtenStyle(span)),
    );
    const sign = marker?.textContent.trim() ?? "";
    marker?.remove();
    if (level === undefined || paragraph.nodeName !== "P") continue;
    paragraph.setAttribute("data-kind", /^\(?[\p{L}\d]{1,5}(?:\.\d+)*[.)]/u.test(sign) ? "numbered" : "bullet");
    paragraph.setAttribute("data-indent", String(Math.min(MAX_INDENT, Number(level) - 1)));
  }
  for (const element of root.querySelectorAll("*")) {
    if (/mso-hide:\s*all/i.test(writtenStyle(element))) element.remove();
    // `o:p`, `st1:place` and the like: an empty paragraph has a blank in one, so that it has a height.
    else if (element.localName.includes(":") && element.textContent.trim() === "") element.remove();
    else if (element.localName.includes(":")) unwrap(element);
  }
  for (const [name, tag] of Object.entries(KINDS))
    for (const element of root.querySelectorAll(`p.${name}`)) rename(element, tag);
  // Word in a browser: a mark at the end of every paragraph.
  root.querySelectorAll("span.EOP").forEach((mark) => mark.remove());
}
