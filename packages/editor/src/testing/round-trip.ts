import { EditorState } from "@tiptap/pm/state";
import { Fragment, type Node } from "@tiptap/pm/model";
import { EditorView } from "@tiptap/pm/view";
import * as Y from "yjs";
import { Binding } from "../binding/binding.ts";
import { DOCUMENT } from "../binding/y-types.ts";
import { htmlToLines } from "../convert/html.ts";
import { markdownToHtml } from "../convert/markdown-to-html.ts";
import { writeHtml } from "../convert/write-html.ts";
import { writeMarkdown } from "../convert/write-markdown.ts";
import { isFootnote } from "../blocks-in-selection.ts";
import { numberNotes } from "../footnotes/numbers.ts";
import { OWN } from "../paste/parser.ts";
import { paste, type Paste } from "../paste/plugin.ts";
import { pastedPictures } from "../pictures/pasted.ts";
import type { PicturesPort } from "../pictures/port.ts";
import { schema } from "./host.ts";
import { randomDocument } from "./random-document.ts";
import { randomFrom } from "./words.ts";

const PLACE = "https://sheaf.example/blobs/";
const addressOf = (blob: string): string => PLACE + blob;
const pictures: PicturesPort = {
  addressOf,
  blobAt: (address) => /^https:\/\/sheaf\.example\/blobs\/([0-9a-f]{64})/.exec(address)?.[1] ?? null,
  canFetch: () => false,
  begin: () => ({ key: "", dom: document.createElement("div") }),
  leftOut: () => {},
  onReturn: () => () => {},
};

export type Format = "markdown" | "html";

/** Writes documents and reads them again, as the page does, in a browser. */
export class RoundTrip {
  readonly #view: EditorView;
  readonly #paste: Paste;

  constructor() {
    const binding = new Binding(schema, new Y.Doc().getXmlFragment(DOCUMENT));
    this.#paste = paste({ schema, binding, pictures: pastedPictures(pictures), tell: () => {} });
    this.#view = new EditorView(null, { state: EditorState.create({ schema, plugins: [this.#paste.plugin] }) });
  }

  readMarkdown(text: string): Fragment {
    return this.#paste.read(this.#view, markdownToHtml(text))?.content ?? Fragment.empty;
  }

  readHtml(text: string): Fragment {
    return this.#paste.read(this.#view, text)?.content ?? Fragment.empty;
  }

  write(doc: Node, format: Format): string {
    if (format === "markdown") return writeMarkdown(doc.content, { addressOf });
    return `<div ${OWN}>\n${writeHtml(doc.content, { addressOf, numbers: numberNotes(doc.content) })
      .map((html) => htmlToLines(html))
      .join("\n")}\n</div>`;
  }

  /** @returns what went wrong, of the first that did. */
  check(format: Format, from: number, to: number): string | undefined {
    for (let seed = from; seed < to; seed++) {
      const doc = randomDocument(randomFrom(seed));
      doc.check();
      const text = this.write(doc, format);
      const found = bare(named(format === "markdown" ? this.readMarkdown(text) : this.readHtml(text)));
      const wanted = bare(named(doc.content));
      if (found.eq(wanted)) continue;
      const at = wanted.findDiffStart(found) ?? 0;
      const around = (fragment: Fragment): string => {
        let [index, position] = [0, 0];
        while (index < fragment.childCount - 1 && position + fragment.child(index).nodeSize <= at)
          position += fragment.child(index++).nodeSize;
        return JSON.stringify(fragment.maybeChild(index)?.toJSON());
      };
      return `seed ${seed}\nwanted ${around(wanted)}\nfound  ${around(found)}\nin\n${text}`;
    }
    return undefined;
  }
}

/** With references that name their notes by where they stand; the names of blocks are nobody's outside of a document. */
function named(fragment: Fragment): Fragment {
  const notes: unknown[] = [];
  fragment.descendants((node) => void (isFootnote(node) && notes.push(node.attrs["id"])));
  const renamed = (content: Fragment): Fragment =>
    Fragment.from(
      content.content.map((node) => {
        if (node.type.name !== "footnoteRef") return node.isText ? node : node.copy(renamed(node.content));
        const at = notes.indexOf(node.attrs["note"]);
        return node.type.create({ note: at < 0 ? "nothing" : String(at) }, null, node.marks);
      }),
    );
  return renamed(fragment);
}

/** Without what no file carries: the ids of blocks. */
function bare(fragment: Fragment): Fragment {
  const nodes: Node[] = [];
  fragment.forEach((node) => {
    const attrs = "id" in node.attrs ? { ...node.attrs, id: null } : node.attrs;
    nodes.push(node.isText ? node : node.type.create(attrs, bare(node.content), node.marks));
  });
  return Fragment.from(nodes);
}
