import { DOMParser, type ParseOptions, type ParseRule, type Schema, type Slice } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";

/**
 * Reads pasted HTML under the page's `style-src 'self'`, where every `style` attribute that the HTML parser meets is
 * ignored and reported: bold from Google Docs would be lost, and the "not bold" element it wraps everything in would
 * make all of it bold. So styles are set aside before parsing and applied after it.
 *
 * @param markPictures - Decides about the pictures in it before they are read.
 */
export function clipboardPlugin(schema: Schema, markPictures: MarkPictures = dropPictures): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML: setStylesAside,
      clipboardParser: new PastedParser(schema, DOMParser.fromSchema(schema).rules, markPictures),
    },
  });
}

const ASIDE = "data-pasted-style";

/** Renames `style` attributes, in tags only. One hidden behind a `>` in another attribute is merely ignored later. */
export function setStylesAside(html: string): string {
  return html.replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(/(["'\s])style\s*=/gi, `$1${ASIDE}=`));
}

type MarkPictures = (dom: Element | DocumentFragment) => void;

const dropPictures: MarkPictures = (dom) => dom.querySelectorAll("img").forEach((image) => image.remove());

class PastedParser extends DOMParser {
  readonly #markPictures: MarkPictures;

  constructor(schema: Schema, rules: readonly ParseRule[], markPictures: MarkPictures) {
    super(schema, rules);
    this.#markPictures = markPictures;
  }

  override parseSlice(dom: globalThis.Node, options?: ParseOptions): Slice {
    if (dom instanceof Element || dom instanceof DocumentFragment) {
      this.#markPictures(dom);
      for (const element of dom.querySelectorAll<HTMLElement>(`[${ASIDE}]`)) {
        // Through the CSSOM, which the policy allows. The element is never put into the page.
        element.style.cssText = element.getAttribute(ASIDE) ?? "";
      }
      // Here links have a colour of their own, whatever they had there.
      for (const element of dom.querySelectorAll<HTMLElement>("a[href], a[href] *")) element.style.color = "";
    }
    return super.parseSlice(dom, options);
  }
}
