import { DOMParser, type ParseOptions, type Schema, type Slice } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";

/**
 * Reads pasted HTML under the page's `style-src 'self'`, where every `style` attribute that the HTML parser meets is
 * ignored and reported: bold from Google Docs would be lost, and the "not bold" element it wraps everything in would
 * make all of it bold. So styles are set aside before parsing and applied after it.
 */
export function clipboardPlugin(schema: Schema): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML: setStylesAside,
      clipboardParser: new StyledParser(schema, DOMParser.fromSchema(schema).rules),
    },
  });
}

const ASIDE = "data-pasted-style";

/** Renames `style` attributes, in tags only. One hidden behind a `>` in another attribute is merely ignored later. */
export function setStylesAside(html: string): string {
  return html.replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(/(["'\s])style\s*=/gi, `$1${ASIDE}=`));
}

class StyledParser extends DOMParser {
  override parseSlice(dom: globalThis.Node, options?: ParseOptions): Slice {
    if (dom instanceof Element || dom instanceof DocumentFragment) {
      for (const element of dom.querySelectorAll<HTMLElement>(`[${ASIDE}]`)) {
        // Through the CSSOM, which the policy allows. The element is never put into the page.
        element.style.cssText = element.getAttribute(ASIDE) ?? "";
      }
    }
    return super.parseSlice(dom, options);
  }
}
