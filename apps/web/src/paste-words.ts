import type { PasteNews } from "@sheaf/editor";
import { WRITING } from "./words/writing.ts";

/** What became of something pasted or dropped, and what to do. */
export function pasteSentence(news: PasteNews): string {
  switch (news.code) {
    case "words-only":
      return WRITING.wordsOnly;
    case "too-much":
      return WRITING.tooMuch;
    case "unreadable":
      return WRITING.notText(news.name);
  }
}
