import type { Slice } from "@tiptap/pm/model";

/** Characters of HTML that are read; pictures written into it do not count. It takes a slow machine a few seconds. */
export const MAX_PASTED_HTML = 8_000_000;
/** Bytes that what is pasted may become in the shared document; one edit has to fit into one message to the server. */
export const MAX_PASTED_BYTES = 2_500_000;

/** What one block and one marked run cost besides their words. */
const BLOCK_BYTES = 64;
const RUN_BYTES = 24;

export function weightOf({ content }: Slice): number {
  let bytes = 0;
  content.descendants((node) => {
    bytes += node.isText ? utf8Length(node.text ?? "") + RUN_BYTES : BLOCK_BYTES;
    return bytes <= MAX_PASTED_BYTES;
  });
  return bytes;
}

export const isTooMuchHtml = (html: string): boolean =>
  html.length > MAX_PASTED_HTML && html.replaceAll(/data:image\/[^"'\s)]+/g, "").length > MAX_PASTED_HTML;

export const isTooMuchText = (text: string): boolean =>
  text.length > MAX_PASTED_BYTES || (text.length > MAX_PASTED_BYTES / 3 && utf8Length(text) > MAX_PASTED_BYTES);

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;
