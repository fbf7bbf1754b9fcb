import { fromHexString, toHexString } from "lib0/buffer";
import { type DocumentId, parseDocumentId } from "./document-id.ts";
import type { LogPosition } from "./log-position.ts";

/** Where a document's snapshot is asked for (W80). It answers with a redirect, because only the server knows the newest. */
export const newestSnapshotPath = (document: DocumentId): string => `/api/documents/${document}/snapshot`;

/** Where one snapshot of a document is found, for as long as it is stored (W81). */
export const snapshotPath = (document: DocumentId, { logId, seq }: LogPosition): string =>
  `/api/documents/${document}/snapshots/${toHexString(logId)}-${seq}`;

/** One address per snapshot: no capitals, no leading zeros, no sign. */
const PATTERN = /^\/api\/documents\/([^/]+)\/snapshots\/([0-9a-f]{32})-([1-9][0-9]{0,15})$/;

/** @returns Whose snapshot, and through which row; undefined when `path` is not what {@link snapshotPath} makes. */
export function parseSnapshotPath(
  path: string,
): { readonly document: DocumentId; readonly position: LogPosition } | undefined {
  const [, name = "", hex = "", digits] = PATTERN.exec(path) ?? [];
  const document = parseDocumentId(name);
  const seq = Number(digits);
  if (document === undefined || !Number.isSafeInteger(seq)) return undefined;
  return { document, position: { logId: fromHexString(hex), seq } };
}
