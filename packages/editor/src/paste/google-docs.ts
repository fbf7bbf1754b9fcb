import { MAX_INDENT } from "../schema/fields.ts";
import { unwrap } from "./dom.ts";
import { pixels } from "./styles.ts";

/** Points that Google Docs moves each level of a list, as pixels. */
const LEVEL_PIXELS = 48;

/**
 * Google Docs wraps all in a `<b>` that is not bold, says how deep an item is by `aria-level` (as Word in a browser
 * does) or by its margin, and draws the box of a task as a picture.
 */
export function readGoogleDocs(root: Element | DocumentFragment): void {
  for (const wrapper of root.querySelectorAll<HTMLElement>("b[id^='docs-internal-guid'], b, strong"))
    if (wrapper.style.fontWeight === "normal" || wrapper.style.fontWeight === "400") unwrap(wrapper);
  for (const item of root.querySelectorAll<HTMLElement>("li")) {
    const level = Number.parseInt(item.getAttribute("aria-level") ?? item.getAttribute("data-aria-level") ?? "", 10);
    const margin = pixels(item.style.marginLeft);
    const isNested = item.parentElement?.parentElement?.closest("ul, ol") !== null;
    const depth =
      level >= 1 ? level - 1 : !isNested && margin > LEVEL_PIXELS ? Math.round(margin / LEVEL_PIXELS) - 1 : 0;
    if (depth > 0) item.setAttribute("data-indent", String(Math.min(MAX_INDENT, depth)));
    if (item.getAttribute("role") !== "checkbox") continue;
    item.setAttribute("data-checked", String(item.getAttribute("aria-checked") === "true"));
    item.querySelector("img")?.remove();
    // What is done is struck through by itself.
    for (const words of item.querySelectorAll<HTMLElement>("[style]")) words.style.textDecoration = "";
  }
}
