import { type DocumentId, parseDocumentId } from "@sheaf/protocol";
import { randomId } from "./random-id.ts";

/** Where this page is: which document, and whether it was made up just now. */
export interface Route {
  readonly document: DocumentId;
  /** Nobody can have written in it, so it can be typed into before the server answers. */
  readonly isFresh: boolean;
}

/** Reads the address. `/` becomes a fresh document's address, so that a reload or a copied link comes back to it. */
export function enterRoute(): Route {
  const named = parseDocumentId(decode(/^\/d\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? ""));
  if (named !== undefined) return { document: named, isFresh: false };
  const document = parseDocumentId(randomId());
  if (document === undefined) throw new Error("a random id must be a document id");
  history.replaceState(null, "", `/d/${document}`);
  return { document, isFresh: true };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
