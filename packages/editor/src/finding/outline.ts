import type { Node } from "@tiptap/pm/model";

/** A heading of the document, or its title. */
export interface Heading {
  /** Before the block. */
  readonly position: number;
  /** 0 for the title, 1 to 6. */
  readonly level: number;
  readonly text: string;
}

/** The headings with words in them, in order; the first line is the title, whatever it is. */
export function headingsOf(doc: Node): Heading[] {
  const headings: Heading[] = [];
  doc.descendants((node, position) => {
    const level = position === 0 ? 0 : Number(/^heading(\d)$/.exec(String(node.attrs["kind"]))?.[1] ?? Number.NaN);
    const text = Number.isNaN(level) ? "" : node.textBetween(0, node.content.size, " ", " ").trim();
    if (text !== "") headings.push({ position, level, text });
    return !node.isTextblock;
  });
  return headings;
}

/** How much there is of it. */
export interface TextSize {
  readonly words: number;
  /** As people count them, spaces among them, breaks not. */
  readonly characters: number;
}

/** Made when first asked for: to read the rules of a language takes a browser longer than to start all of this package. */
let segmenters: { readonly word: Intl.Segmenter; readonly character: Intl.Segmenter } | undefined;
const sizes = new WeakMap<Node, TextSize>();

/** Words and characters of a document. Counts again only the blocks it has not met. */
export function sizeOf(doc: Node): TextSize {
  let words = 0;
  let characters = 0;
  doc.descendants((node) => {
    if (!node.isTextblock) return true;
    let size = sizes.get(node);
    if (size === undefined) sizes.set(node, (size = measure(node.textBetween(0, node.content.size, "\n", "\n"))));
    words += size.words;
    characters += size.characters;
    return false;
  });
  return { words, characters };
}

/** The same of a stretch of it. */
export function sizeBetween(doc: Node, from: number, to: number): TextSize {
  return measure(doc.textBetween(from, to, "\n", "\n"));
}

function measure(text: string): TextSize {
  segmenters ??= {
    word: new Intl.Segmenter(undefined, { granularity: "word" }),
    character: new Intl.Segmenter(undefined, { granularity: "grapheme" }),
  };
  let words = 0;
  for (const { isWordLike } of segmenters.word.segment(text)) if (isWordLike === true) words++;
  let characters = 0;
  for (const { segment } of segmenters.character.segment(text)) if (segment !== "\n") characters++;
  return { words, characters };
}
