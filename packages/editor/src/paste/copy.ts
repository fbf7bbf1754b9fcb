import { DOMSerializer, type Fragment, type Schema } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { htmlToDom } from "../convert/html.ts";
import { writeHtml, type HtmlOptions } from "../convert/write-html.ts";
import { writePlain } from "../convert/write-plain.ts";

/** What is copied: HTML that word processors and mail understand, which says for ourselves all we know, and plain text. */
export function copyPlugin(schema: Schema, addressOf: HtmlOptions["addressOf"]): Plugin {
  return new Plugin({
    props: {
      clipboardSerializer: new CopySerializer(schema, { addressOf, isForUs: true }),
      clipboardTextSerializer: ({ content }) => writePlain(content),
    },
  });
}

class CopySerializer extends DOMSerializer {
  readonly #options: HtmlOptions;

  constructor(schema: Schema, options: HtmlOptions) {
    super(DOMSerializer.nodesFromSchema(schema), DOMSerializer.marksFromSchema(schema));
    this.#options = options;
  }

  override serializeFragment(
    content: Fragment,
    options: { readonly document?: Document } = {},
    target: HTMLElement | DocumentFragment = (options.document ?? document).createDocumentFragment(),
  ): HTMLElement | DocumentFragment {
    const nodes = writeHtml(content, this.#options).map((html) => htmlToDom(options.document ?? document, html));
    target.append(...nodes);
    return target;
  }
}
