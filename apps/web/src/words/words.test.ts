import { describe, expect, test } from "vitest";
import type { Catalogue } from "./catalogue.ts";

const FILES = import.meta.glob<Catalogue[keyof Catalogue]>(["./*.ts", "!./*.test.ts", "!./catalogue.ts"], {
  eager: true,
});
/** The files are those of the type: the test below says so. */
const ENGLISH = Object.fromEntries(
  Object.entries(FILES).map(([path, words]) => [path.slice("./".length, -".ts".length), words]),
) as unknown as Catalogue;

/** Every area by its name. A type has no names at run time, so this is what the compiler holds against it. */
const AREAS: Readonly<Record<keyof Catalogue, true>> = {
  actions: true,
  bar: true,
  blocks: true,
  chat: true,
  "command-palette": true,
  common: true,
  documents: true,
  finding: true,
  footnotes: true,
  formatting: true,
  joining: true,
  keys: true,
  language: true,
  links: true,
  notices: true,
  outline: true,
  people: true,
  pictures: true,
  saving: true,
  share: true,
  shortcuts: true,
  suggesting: true,
  tables: true,
  together: true,
  writing: true,
};

/** Another language, as far as the compiler is concerned: what is said, in brackets. */
function inBrackets<T>(words: T): T;
function inBrackets(words: unknown): unknown {
  if (typeof words === "string") return `[${words}]`;
  if (typeof words === "function") return (...said: unknown[]) => inBrackets(words(...said));
  if (Array.isArray(words)) return words.map(inBrackets);
  return Object.fromEntries(Object.entries(words as object).map(([name, each]) => [name, inBrackets(each)]));
}

test("the catalogue is every file of the folder", () => {
  expect(Object.keys(ENGLISH).sort()).toEqual(Object.keys(AREAS).sort());
});

describe.each(Object.entries(ENGLISH))("%s", (_area, words) => {
  test("every entry is something to read, or says it of what it is given", () => {
    const read: string[] = [];
    (function collect(entry: unknown): void {
      if (typeof entry === "string") read.push(entry);
      // A digit stands for a name, a figure and a list of one.
      else if (typeof entry === "function") collect(entry("2", "3"));
      else if (typeof entry === "object" && entry !== null) Object.values(entry).forEach(collect);
      else expect.fail(`${String(entry)} is nothing to read`);
    })(words);
    expect(read.length).toBeGreaterThan(0);
    for (const each of read) expect(each).toMatch(/^(?!.*(?:undefined|NaN|\[object)).+$/s);
  });
});

test("another language is the same entries, in its own words", () => {
  const other: Catalogue = inBrackets(ENGLISH);
  expect(other.common.COMMON.close).toBe("[Close]");
  expect(other.share.ROLES.viewer).toBe("[Can read]");
  expect(other.finding.FINDING.replaced(1)).toBe("[1 was replaced.]");
});

test("an entry that is missing or of another form does not compile", () => {
  const german: Catalogue["outline"]["OUTLINE"] = {
    outline: "Gliederung",
    headings: "Überschriften",
    hint: "Hier stehen Überschriften. # und ein Leerzeichen am Anfang einer Zeile machen eine.",
    words: "Wörter",
    characters: "Zeichen",
    partOf: (part, all) => `${part} von ${all}`,
    readingTime: "Lesezeit",
    minutes: (minutes) => (minutes === 1 ? "1 Minute" : `${minutes} Minuten`),
  };
  expect(german.minutes(1)).toBe("1 Minute");
  // @ts-expect-error it asks for an emoji as well
  const short: Catalogue["suggesting"]["SUGGESTING"] = { block: "", mention: "", document: "" };
  // @ts-expect-error how many minutes is what it is asked
  const deaf: Catalogue["outline"]["OUTLINE"] = { ...german, minutes: "Minuten" };
  expect([short, deaf]).toHaveLength(2);
});
