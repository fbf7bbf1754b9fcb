/** Without case and accents: who looks for "resume" means "Résumé", too. */
export const fold = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();

/** More words than this no label has, and what is tried grows with them. */
const MOST_WORDS = 16;

/**
 * How well what somebody typed fits a label: each of its words is made of beginnings of the label's words, in order, so
 * that "h2" finds "Heading 2" and "tl" "Task list".
 *
 * @returns Smaller is better; undefined when it does not fit.
 */
export function fit(label: string, wanted: string): number | undefined {
  const words = wordsOf(label);
  let cost = 0;
  for (const token of wordsOf(wanted)) {
    const found = fitFrom(words, 0, token);
    if (found === undefined) return undefined;
    cost += found;
  }
  return cost;
}

/** Whether every word of what somebody typed is the beginning of one of these, in any order. */
export function beginsWords(words: string, wanted: string): boolean {
  const all = wordsOf(words);
  return wordsOf(wanted).every((token) => all.some((word) => word.startsWith(token)));
}

const wordsOf = (text: string): string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .slice(0, MOST_WORDS);

/** The words it takes, and how far from the start the first of them is. */
function fitFrom(words: readonly string[], start: number, rest: string): number | undefined {
  if (rest === "") return 0;
  let best: number | undefined;
  for (let at = start; at < words.length; at++) {
    const word = words[at] ?? "";
    for (let length = commonStart(word, rest); length > 0; length--) {
      const after = fitFrom(words, at + 1, rest.slice(length));
      if (after === undefined) continue;
      const cost = 2 + (at - start) + (length === word.length ? 0 : 1) + after;
      if (best === undefined || cost < best) best = cost;
      break;
    }
  }
  return best;
}

function commonStart(word: string, other: string): number {
  let length = 0;
  while (length < word.length && word[length] === other[length]) length++;
  return length;
}
