/** The text itself, and what became of words that were pasted, rescued or sent elsewhere. */
export const WRITING = {
  document: "Document",
  /** An empty page teaches one thing. */
  placeholders: {
    title: "Untitled",
    text: "Write, or press / for lists, tables and more",
    line: "Press / for lists, tables and more",
  },

  wordsOnly: "That was too much to take with its form: its words are here, without headings and lists.",
  tooMuch: "That is too much to take at once, and nothing was changed. Paste it in parts, each of a megabyte or so.",
  notText: (name: string) => `${name} was left out: it is not a text file.`,

  you: "you",
  someone: "someone",
  nameAll: (names: readonly string[]) => {
    const last = names.at(-1) ?? "someone";
    return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  },
  keptFromMoved: (names: string) => `Kept what ${names} typed in a paragraph that was moved.`,
  keptFromDeleted: (names: string) => `Kept what ${names} typed in a paragraph that was deleted.`,

  cannotExport: "This could not be fetched from the server. Try again when you are online.",
  isCopied: "Copied as Markdown.",
  picturesMissing: (count: number) =>
    count === 1
      ? "One picture could not be had: the file links to it."
      : `${count} pictures could not be had: the file links to them.`,
};
