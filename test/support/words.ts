/** Words that occur nowhere else, so that each can be counted: `ana0`, `ana1`, … */
export const wordsOf = (author: string, count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `${author}${from + index}`);

/** What became of typed words: the final judge of every scenario. */
export interface WordCount {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

export const ALL_ONCE: WordCount = { lost: [], doubled: [] };

export function countWords(typed: readonly string[], text: string): WordCount {
  const seen = new Map<string, number>();
  for (const word of text.split(/[^A-Za-z0-9]+/)) seen.set(word, (seen.get(word) ?? 0) + 1);
  return {
    lost: typed.filter((word) => !seen.has(word)),
    doubled: typed.filter((word) => (seen.get(word) ?? 0) > 1),
  };
}
