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
  /** Takes one away; does nothing when the word is not there. */
  erase(word: string): void;
  /** Changes how something looks, and no word. */
  format(chance: Chance): void;
  /**
   * Changes what blocks there are, which writes words anew in other places, takes some away, and may type some.
   *
   * @param word - Makes one that nobody has typed yet.
   * @returns What was done.
   */
  restructure(chance: Chance, word: () => string): string;
  /** Takes back the newest of what was done here, or does again what was taken back; nothing where there is no such thing. */
  undo(chance: Chance): string;
}

/** Words as `wordOf` makes them; whatever is left of one counts as a word of its own, which nobody typed. */
export const wordsIn = (text: string): string[] => text.match(/[\u4e00-\u9fff]\d+[\u4e00-\u9fff]|\S/g) ?? [];

/** Places where a word may begin. */
export const gapsIn = (text: string): number[] => [0, ...[...text.matchAll(/\s/g)].map(({ index }) => index + 1)];

/** From where to where a word stands, with the space behind it; undefined when it does not. */
export function placeOf(word: string, text: string): readonly [from: number, to: number] | undefined {
  const from = text.indexOf(word);
  const to = from + word.length;
  return from < 0 ? undefined : [from, text[to] === " " ? to + 1 : to];
}
