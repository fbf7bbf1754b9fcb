/** The card of a footnote, beside what refers to it. */
export const FOOTNOTES = {
  footnote: "Footnote",
  goTo: "Go to the footnote",
  goToWhat: (words: string) => `Go to the footnote: ${words}`,
  isEmpty: "Nothing is written in this footnote yet.",
  isGone: "This footnote is not here any more.",
  removeReference: "Remove the reference",
};
