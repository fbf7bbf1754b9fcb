import type { TextFile } from "@sheaf/editor";

const HANDED_OVER = "handed-over";

/**
 * Keeps a file for the document that this tab goes to next: a page shows one document only.
 *
 * @returns False when the browser will not keep it, or it is too large for that.
 */
export function handOver(file: TextFile): boolean {
  try {
    sessionStorage.setItem(HANDED_OVER, JSON.stringify(file));
    return true;
  } catch {
    return false;
  }
}

/** What the page before this one kept; once. */
export function takeHandedOver(): TextFile | undefined {
  try {
    const kept = sessionStorage.getItem(HANDED_OVER);
    sessionStorage.removeItem(HANDED_OVER);
    // Written above, by the same build.
    return kept === null ? undefined : (JSON.parse(kept) as TextFile);
  } catch {
    return undefined;
  }
}
