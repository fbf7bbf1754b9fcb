import type { PasteNews } from "@sheaf/editor";

/** What became of something pasted or dropped, and what to do. */
export function pasteSentence(news: PasteNews): string {
  switch (news.code) {
    case "words-only":
      return "That was too much to take with its form: its words are here, without headings and lists.";
    case "too-much":
      return "That is too much to take at once, and nothing was changed. Paste it in parts, each of a megabyte or so.";
    case "unreadable":
      return `${news.name} was left out: it is not a text file.`;
  }
}
