/** What became of something pasted or dropped that did not come in as it was. The page says it. */
export type PasteNews =
  /** Its words came in, and nothing of how they looked. */
  | { readonly code: "words-only" }
  /** Nothing came in, and nothing that was there went. */
  | { readonly code: "too-much" }
  /** A file that is no text, whatever its name says. */
  | { readonly code: "unreadable"; readonly name: string };

export type TellPasteNews = (news: PasteNews) => void;
