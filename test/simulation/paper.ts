import type { Chance } from "./chance.ts";

/**
 * How somebody writes in a document, word by word. A word is inserted whole with a space behind it, always
 * between words: nobody's word can end up inside another.
 */
export interface Paper {
  /** What is read now, in order. */
  readonly words: readonly string[];
  /** What a reader sees, with formatting and structure; equal for equal documents. */
  readonly content: unknown;
  insert(word: string, chance: Chance): void;
  /** Does nothing when the word is not there. */
  erase(word: string): void;
  /** Changes how something looks, and no word. */
  format(chance: Chance): void;
  /** Changes what blocks there are. Words may be written anew in other places by it. */
  restructure(chance: Chance): void;
}

export const wordsIn = (text: string): string[] => text.split(" ").filter((word) => word !== "");

/** Places where a word may begin. */
export const gapsIn = (text: string): number[] => [0, ...[...text.matchAll(/ /g)].map(({ index }) => index + 1)];

/** Where a word begins, or undefined. */
export function placeOf(word: string, text: string): number | undefined {
  const at = ` ${text}`.indexOf(` ${word} `);
  return at < 0 ? undefined : at;
}
