import type { DocumentId } from "@sheaf/protocol";
import { recall, remember } from "./storage.ts";

/** Which toggles were open in the documents left last: a line each, the newest first, of its name and their ids. */
const NAME = "open-toggles";
const MOST_DOCUMENTS = 50;
const MOST_TOGGLES = 100;
/** As ours are; another program's may be anything. */
const ID = /^[\w-]{1,24}$/;

export function recallOpen(document: DocumentId): ReadonlySet<string> {
  const line = lines().find((each) => isOf(document, each)) ?? "";
  return new Set(line.split(" ").slice(1));
}

/** Keeps it on this device whenever the page may be left: nobody else hears of it. */
export function keepOpen(document: DocumentId, open: () => readonly string[]): void {
  const keep = (): void => {
    const ids = open().filter((id) => ID.test(id));
    const others = lines().filter((each) => each !== "" && !isOf(document, each));
    const own = ids.length === 0 ? [] : [[document, ...ids.slice(0, MOST_TOGGLES)].join(" ")];
    const kept = [...own, ...others].slice(0, MOST_DOCUMENTS).join("\n");
    if (kept !== (recall(NAME) ?? "")) remember(NAME, kept === "" ? undefined : kept);
  };
  addEventListener("pagehide", keep);
  // The last that a phone tells of a page it ends.
  globalThis.document.addEventListener("visibilitychange", keep);
}

const lines = (): readonly string[] => recall(NAME)?.split("\n") ?? [];
const isOf = (document: DocumentId, line: string): boolean => line.startsWith(`${document} `);
