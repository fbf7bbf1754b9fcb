import type { Node } from "@tiptap/pm/model";
import { copyText } from "./clipboard.ts";
import type { Page, Writing } from "./page.ts";
import { COMMON } from "./words/common.ts";
import { WRITING } from "./words/writing.ts";

/** What can be done with the whole document. None of it leaves the browser but by the person's own hand. */
export type ExportName = "copy-markdown" | "markdown" | "html";

/** Does it, and says what became of it where that is not to be seen. */
export async function exportAs(name: ExportName, page: Page, writing: Writing): Promise<void> {
  const convert = await loadConvert();
  if (convert === undefined) {
    page.news.say(WRITING.cannotExport);
    return;
  }
  const { doc } = writing.editor.state;
  const title = page.title.get();
  const addressOf = writing.addressOf;
  if (name === "html") {
    const { addresses, missing } = await embedPictures(doc, addressOf);
    const text = convert.exportHtml(doc, title, { addressOf: (blob) => addresses.get(blob) ?? addressOf(blob) });
    download(`${fileName(title)}.html`, "text/html", text);
    if (missing > 0) page.news.say(WRITING.picturesMissing(missing));
    return;
  }
  const text = convert.exportMarkdown(doc, { addressOf });
  if (name === "markdown") download(`${fileName(title)}.md`, "text/markdown", text);
  else page.news.say((await copyText(text)) ? WRITING.isCopied : COMMON.copyRefusedSentence);
}

/** Fetched once; asked for when the menu opens, so that it is there when something is chosen. */
export const loadConvert = () => import("@sheaf/editor/convert").catch(() => undefined);

/** What every file system takes, from the title. */
export function fileName(title: string): string {
  const plain = title
    .replaceAll(/[\\/:*?"<>|\p{C}]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .replace(/^[ .]+|[ .]+$/g, "");
  return plain.slice(0, 100).trim().toWellFormed() || COMMON.untitled;
}

function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has it by then, or has asked where to.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

interface Embedded {
  /** By name, the picture itself written as an address. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly missing: number;
}

/** A file that stands for itself has its pictures in it. */
async function embedPictures(doc: Node, addressOf: (blob: string) => string): Promise<Embedded> {
  const blobs = new Set<string>();
  doc.descendants(({ type, attrs, isTextblock }) => {
    if (type.name === "image" && typeof attrs["blob"] === "string") blobs.add(attrs["blob"]);
    return !isTextblock;
  });
  const addresses = new Map<string, string>();
  for (const blob of blobs) {
    const response = await fetch(addressOf(blob)).catch(() => undefined);
    if (response?.ok === true) addresses.set(blob, await asAddress(await response.blob()));
  }
  return { addresses, missing: blobs.size - addresses.size };
}

function asAddress(picture: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result as string)); // asked for as an address
    reader.addEventListener("error", () => reject(reader.error ?? new Error("a picture could not be read")));
    reader.readAsDataURL(picture);
  });
}
