import * as Y from "yjs";
import { DOCUMENT } from "../binding/y-types.ts";
import { foreignText } from "./foreign-text.ts";

/** What a list calls a document: its title, or the first words of one that another application made. Reading only. */
export function titleOf(doc: Y.Doc): string {
  return isForeign(doc) ? foreignTitle(foreignText(doc)) : readTitle(doc.getXmlFragment(DOCUMENT));
}

/** The first line of what {@link foreignText} gave. */
export const foreignTitle = (text: string): string => cut(text.trimStart().split("\n", 1)[0] ?? "");

export const LONGEST_TITLE = 200;

/** The words of the first block that is no picture and no caption, cut to {@link LONGEST_TITLE}; empty when there are none. Reading only. */
export function readTitle(fragment: Y.XmlFragment): string {
  return cut(plainText(firstBlock(fragment)));
}

function firstBlock(fragment: Y.XmlFragment): unknown {
  for (let at = 0; at < fragment.length; at++) {
    const block: unknown = fragment.get(at);
    const isPicture = block instanceof Y.XmlElement && block.nodeName === "image";
    const isCaption = block instanceof Y.XmlElement && block.getAttribute("kind") === "caption";
    if (!isPicture && !isCaption) return leaf(block);
  }
  return null;
}

/** Of a callout or toggle the first block inside it. */
function leaf(block: unknown): unknown {
  let found = block;
  while (
    found instanceof Y.XmlElement &&
    (found.nodeName === "callout" || found.nodeName === "toggle") &&
    found.length > 0
  )
    found = found.get(0);
  return found;
}

/** Calls `listener` at once and whenever the title changes. @returns a function that stops it. */
export function observeTitle(fragment: Y.XmlFragment, listener: (title: string) => void): () => void {
  let last: string | null = null;
  const read = () => {
    const title = readTitle(fragment);
    if (title === last) return;
    last = title;
    listener(title);
  };
  fragment.observeDeep(read);
  read();
  return () => fragment.unobserveDeep(read);
}

function plainText(type: unknown): string {
  if (type instanceof Y.XmlText) {
    const delta = type.toDelta() as { insert: unknown }[];
    return delta.map(({ insert }) => (typeof insert === "string" ? insert : "")).join("");
  }
  return type instanceof Y.XmlElement ? type.toArray().map(plainText).join("") : "";
}

const cut = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, LONGEST_TITLE);

/** Our root holds blocks; asked by its name, anything else there would be taken for one. */
function isForeign(doc: Y.Doc): boolean {
  let first = doc.share.get(DOCUMENT)?._start ?? null;
  while (first?.deleted === true) first = first.right;
  return !(first?.content instanceof Y.ContentType && first.content.type instanceof Y.XmlElement);
}
