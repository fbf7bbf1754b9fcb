/** A file as text, and what it calls itself. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export type FileKind = "markdown" | "html" | "text";

const KINDS: Readonly<Record<string, FileKind>> = {
  md: "markdown",
  markdown: "markdown",
  mdown: "markdown",
  html: "html",
  htm: "html",
  xhtml: "html",
  txt: "text",
  text: "text",
};

/** What can be read here; undefined for anything else. */
export function kindOfFile(name: string, type = ""): FileKind | undefined {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return (
    KINDS[ending] ??
    (type === "text/markdown" ? "markdown" : type === "text/html" ? "html" : type === "text/plain" ? "text" : undefined)
  );
}

/** @returns null for what is no text. */
export async function readFile(file: File): Promise<TextFile | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  const text = new TextDecoder(encoding).decode(bytes);
  return text.includes("\0") ? null : { name: file.name, text };
}
