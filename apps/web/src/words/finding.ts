/** Find and replace. */
export const FINDING = {
  label: "Find in this document",
  find: "Find",
  matchCase: "Match case",
  wholeWords: "Whole words",
  previous: "Previous",
  previousTip: "Previous  Shift+Enter",
  next: "Next",
  nextTip: "Next  Enter",
  findAndReplace: "Find and replace",
  onlyFind: "Only find",
  replaceWith: "Replace with",
  replace: "Replace",
  replaceAll: "Replace all",
  none: "None",
  standing: (at: number, count: number) => `${at} of ${count}`,
  replaced: (count: number) =>
    count === 0 ? "Nothing was replaced." : count === 1 ? "1 was replaced." : `${count} were replaced.`,
};
