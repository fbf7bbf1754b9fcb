import { DOMSerializer, type Fragment, type Schema } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { htmlToDom } from "../convert/html.ts";
import { writeHtml, type HtmlOptions } from "../convert/write-html.ts";
import { writePlain } from "../convert/write-plain.ts";
import { footnoteNumbers } from "../footnotes/plugin.ts";

/** What is copied: HTML that word processors and mail understand, which says for ourselves all we know, and plain text. */
export function copyPlugin(schema: Schema, addressOf: HtmlOptions["addressOf"]): Plugin {
  const serializer = new CopySerializer(schema, addressOf);
  return new Plugin({
    props: {
      clipboardSerializer: serializer,
      clipboardTextSerializer: ({ content }, { state }) => writePlain(content, footnoteNumbers(state)),
      transformCopied(slice, { state }) {
        serializer.numbers = footnoteNumbers(state);
        return slice;
      },
    },
  });
}

class CopySerializer extends DOMSerializer {
  /** Of the footnotes of the document it is copied from: a piece of it cannot tell. */
  numbers: HtmlOptions["numbers"] = new Map();
  readonly #addressOf: HtmlOptions["addressOf"];

  constructor(schema: Schema, addressOf: HtmlOptions["addressOf"]) {
    super(DOMSerializer.nodesFromSchema(schema), DOMSerializer.marksFromSchema(schema));
    this.#addressOf = addressOf;
  }

  override serializeFragment(
    content: Fragment,
    options: { readonly document?: Document } = {},
    target: HTMLElement | DocumentFragment = (options.document ?? document).createDocumentFragment(),
  ): HTMLElement | DocumentFragment {
    const written = writeHtml(content, { addressOf: this.#addressOf, isForUs: true, numbers: this.numbers });
    const nodes = written.map((html) => htmlToDom(options.document ?? document, html));
    target.append(...nodes);
    return target;
  }
}
