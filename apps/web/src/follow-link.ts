import { type DocumentId, parseDocumentId } from "@sheaf/protocol";
import { goToBlock, readBlock } from "./route.ts";

/** Where a link leads, seen from this page. */
export type Destination =
  | { readonly kind: "block"; readonly id: string }
  | { readonly kind: "document"; readonly document: DocumentId }
  | { readonly kind: "elsewhere" };

export function destinationOf(href: string): Destination {
  if (!URL.canParse(href, location.href)) return { kind: "elsewhere" };
  const { origin, pathname, hash } = new URL(href, location.href);
  const document = parseDocumentId(/^\/d\/([^/]+)\/?$/.exec(pathname)?.[1] ?? "");
  if (origin !== location.origin || document === undefined) return { kind: "elsewhere" };
  const id = readBlock(hash);
  if (pathname === location.pathname && id !== undefined) return { kind: "block", id };
  return { kind: "document", document };
}

/** Goes there: in this document at once, to another one in this tab, and anywhere else in a new tab that learns nothing of this one. */
export function followLink(href: string, isNewTab: boolean): void {
  const destination = destinationOf(href);
  if (destination.kind === "block" && !isNewTab) {
    goToBlock(destination.id);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else if (destination.kind === "document" && !isNewTab) location.assign(href);
  else open(href, "_blank", "noopener,noreferrer");
}
