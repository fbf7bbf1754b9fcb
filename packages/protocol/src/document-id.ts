import { MAX_DOCUMENT_ID_LENGTH } from "./limits.ts";

/** Names a document. Made only by {@link parseDocumentId}: URL-safe, so it needs no escaping in paths, logs or file names. */
export type DocumentId = string & { readonly __brand: "DocumentId" };

const PATTERN = /^[A-Za-z0-9][A-Za-z0-9._~-]*$/;

/** @returns The id, or undefined when `text` is empty, too long, or holds anything but letters, digits and `._~-` (W2). */
export function parseDocumentId(text: string): DocumentId | undefined {
  return text.length <= MAX_DOCUMENT_ID_LENGTH && PATTERN.test(text) ? (text as DocumentId) : undefined;
}
