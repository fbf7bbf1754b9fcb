import { DOMParser, type ParseOptions, type ParseRule, type Schema, type Slice } from "@tiptap/pm/model";
import { cleanForeign } from "./clean.ts";
import { readFootnotes } from "./footnotes.ts";
import { ASIDE, SHEET } from "./styles.ts";

/**
 * What we wrote ourselves, to the clipboard or to a file, says what it means: it is read as it stands. Whoever else
 * says so gains nothing, because the schema alone decides what comes in.
 */
export const OWN = "data-sheaf";

/**
 * Renames `style`, and what would be a script if the policy let it, in tags only. One hidden behind a `>` in another
 * attribute is merely ignored later.
 */
export function setStylesAside(html: string): string {
  return html.replaceAll(/<\/?[a-z][^>]*>/gi, (tag) =>
    /^<\/?style\b/i.test(tag)
      ? // Text to the parser, as it was; the end tag is that of the same element.
        tag.replace(/^<(\/?)style/i, (_, slash: string) => (slash === "" ? `<textarea ${SHEET}` : "</textarea"))
      : tag.replaceAll(/(["'\s/])(style|on[a-z]+)\s*=/gi, (_, before: string, name: string) =>
          name.toLowerCase() === "style" ? `${before}${ASIDE}=` : `${before}data-script=`,
        ),
  );
}

type MarkPictures = (dom: Element | DocumentFragment) => void;

const dropPictures: MarkPictures = (dom) => dom.querySelectorAll("img").forEach((image) => image.remove());

/**
 * Reads pasted HTML under the page's `style-src 'self'`, where every `style` attribute that the HTML parser meets is
 * ignored and reported: bold from Google Docs would be lost, and the "not bold" element it wraps everything in would
 * make all of it bold. So styles are set aside before parsing and applied after it.
 */
export class PastedParser extends DOMParser {
  /** What language the application says it was code of. */
  language: string | undefined;
  readonly #markPictures: MarkPictures;

  /** @param markPictures - Decides about the pictures in it before they are read. */
  constructor(schema: Schema, rules: readonly ParseRule[], markPictures: MarkPictures = dropPictures) {
    super(schema, rules);
    this.#markPictures = markPictures;
  }

  override parseSlice(dom: globalThis.Node, options?: ParseOptions): Slice {
    if (dom instanceof Element || dom instanceof DocumentFragment) {
      for (const element of dom.querySelectorAll<HTMLElement>(`[${ASIDE}]`)) {
        // Through the CSSOM, which the policy allows. The element is never put into the page.
        element.style.cssText = element.getAttribute(ASIDE) ?? "";
      }
      readFootnotes(dom);
      const isOwn = dom.querySelector(`[${OWN}]`) !== null;
      if (!isOwn && dom.querySelector("[data-pm-slice]") === null) cleanForeign(dom, this.language);
      dom.querySelectorAll(`[${SHEET}]`).forEach((sheet) => sheet.remove());
      liftPictures(dom);
      this.#markPictures(dom);
      // Blanks that are there are meant; the parser would take them from the ends of blocks.
      if (isOwn) return super.parseSlice(dom, { ...options, preserveWhitespace: true });
    }
    return super.parseSlice(dom, options);
  }
}

/** A picture is a block here: a paragraph of nothing else would leave an empty line beside it. */
function liftPictures(dom: Element | DocumentFragment): void {
  for (const paragraph of dom.querySelectorAll(":is(p, h1, h2, h3, h4, h5, h6, figure, a):has(img)"))
    if (paragraph.textContent.trim() === "") paragraph.replaceWith(...paragraph.querySelectorAll("img"));
}
