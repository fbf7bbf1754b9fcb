/** The panel of headings and figures. */
export const OUTLINE = {
  outline: "Outline",
  headings: "Headings",
  hint: "Headings show here. Type # and a space at the start of a line to make one.",
  words: "Words",
  characters: "Characters",
  partOf: (part: string, all: string) => `${part} of ${all}`,
  readingTime: "Reading time",
  minutes: (minutes: number) => (minutes === 1 ? "1 minute" : `${minutes} minutes`),
};
