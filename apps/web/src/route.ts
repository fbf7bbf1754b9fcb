import { type DocumentId, parseDocumentId } from "@sheaf/protocol";
import { randomId } from "./random-id.ts";
import { recall, remember } from "./storage.ts";

/** Where this page is. */
export type Route = DocumentRoute | { readonly kind: "join"; readonly key: string };

export interface DocumentRoute {
  readonly kind: "document";
  readonly document: DocumentId;
  /** Made up by this browser, and the server has not heard of it: it can be written in before the server answers. */
  readonly isFresh: boolean;
}

/** Reads the address, and leaves one that can be shown to anybody: `/` becomes a fresh document's, a key goes. */
export function readRoute(): Route {
  if (location.pathname === "/join") return { kind: "join", key: takeKey() };
  const named = parseDocumentId(decode(/^\/d\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? ""));
  return named === undefined ? goToFresh() : { kind: "document", document: named, isFresh: isFresh(named) };
}

export function goTo(document: DocumentId): DocumentRoute {
  history.replaceState(null, "", `/d/${document}`);
  return { kind: "document", document, isFresh: isFresh(document) };
}

/** The part of an address behind `#` that names a block; others may stand beside it, between ampersands. */
const BLOCK = "b-";

/** The block this address leads to. */
export function readBlock(hash: string = location.hash): string | undefined {
  const part = partsOf(hash).find((each) => each.startsWith(BLOCK));
  return part === undefined ? undefined : decode(part.slice(BLOCK.length)) || undefined;
}

/** A link to a block. Nothing else behind the `#` of this page's own address goes with it: a key may be there. */
export const blockAddress = (id: string): string => `${location.origin}${location.pathname}#${partFor(id)}`;

/** Leads this page to a block, whatever else stands behind the `#`. */
export function goToBlock(id: string): void {
  const others = partsOf(location.hash).filter((each) => !each.startsWith(BLOCK));
  history.replaceState(history.state, "", `#${[...others, partFor(id)].join("&")}`);
}

const partsOf = (hash: string): string[] =>
  hash
    .slice(1)
    .split("&")
    .filter((part) => part !== "");
const partFor = (id: string): string => BLOCK + encodeURIComponent(id);

/** So that a reload or a copied link comes back to it. */
export function goToFresh(): DocumentRoute {
  const document = parseDocumentId(randomId());
  if (document === undefined) throw new Error("a random id must be a document id");
  remember(freshName(document), "true");
  return goTo(document);
}

/** The server knows of it now. */
export const forgetFresh = (document: DocumentId): void => remember(freshName(document), undefined);

/** The document this browser opened last, if it opened one. */
export const recallLast = (): DocumentId | undefined => parseDocumentId(recall("last") ?? "");
/** It is not to be come back to. */
export function forgetLast(document: DocumentId): void {
  if (recallLast() === document) remember("last", undefined);
}
export const rememberLast = (document: DocumentId): void => remember("last", document);

const isFresh = (document: DocumentId): boolean => recall(freshName(document)) !== undefined;
const freshName = (document: DocumentId): string => `fresh:${document}`;

/** The key of an invite link. Out of the address at once, where others may read it; a reload still has it. */
function takeKey(): string {
  const state: unknown = history.state;
  const kept = typeof state === "object" && state !== null && "key" in state ? state.key : undefined;
  const key = decode(location.hash.slice(1)) || (typeof kept === "string" ? kept : "");
  history.replaceState({ key }, "", "/join");
  return key;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
