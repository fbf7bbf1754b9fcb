import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Highlighter } from "./highlighter.ts";
import { languageLabel, languageOf, LANGUAGES } from "./languages.ts";
import { moveTokens } from "./tokens.ts";
import { partAround } from "./visible-part.ts";

describe("languages", () => {
  test("every one has a grammar, and no name means two", async () => {
    const highlighter = new Highlighter();
    const names = LANGUAGES.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const language of LANGUAGES) {
      await highlighter.load(language);
      expect(highlighter.knows(language)).toBe(true);
      expect(highlighter.tokensOf("", language)).toEqual([]);
    }
  });

  test("are found by what people type; others keep their name", () => {
    expect(languageOf("TS")?.name).toBe("typescript");
    expect(languageLabel("py")).toBe("Python");
    expect(languageLabel("brainfuck")).toBe("brainfuck");
    expect(languageLabel(null)).toBe("Plain text");
  });
});

describe("tokens", () => {
  test("say what a word is, and code in a string is code", async () => {
    const language = languageOf("ts")!;
    const highlighter = new Highlighter();
    await highlighter.load(language);
    const code = "const sum = `to ${40 + 2}`; // so";
    const tokens = highlighter.tokensOf(code, language).map(({ from, to, look }) => [code.slice(from, to), look]);
    expect(tokens).toEqual([
      ["const", "keyword"],
      ["`to ", "string"],
      ["40", "number"],
      ["2", "number"],
      ["`", "string"],
      ["// so", "comment"],
    ]);
  });

  test("stand in order and apart, whatever the code", async () => {
    const highlighter = new Highlighter();
    for (const language of ["html", "php", "markdown", "diff"].map((name) => languageOf(name)!)) {
      await highlighter.load(language);
      fc.assert(
        fc.property(
          fc.string({ unit: fc.constantFrom(..."< > / ` ' \" = + - # * \n { } $ a é 😀".split(" "), " ") }),
          (code) => {
            let last = 0;
            for (const { from, to } of highlighter.tokensOf(code, language)) {
              expect(from).toBeGreaterThanOrEqual(last);
              expect(to).toBeGreaterThan(from);
              last = to;
            }
            expect(last).toBeLessThanOrEqual(code.length);
          },
        ),
        { numRuns: 50 },
      );
    }
  });

  test("move with their words until they are read again", () => {
    const tokens = [
      { from: 0, to: 5, look: "keyword" },
      { from: 8, to: 12, look: "string" },
    ] as const;
    const moved = (before: string, after: string) =>
      moveTokens(tokens, before, after).map(({ from, to }) => after.slice(from, to));
    expect(moved("const   'ab'", "const b = 'ab'")).toEqual(["const", "'ab'"]);
    expect(moved("const   'ab'", "const   'a+b'")).toEqual(["const", "'a+b'"]);
    expect(moved("const   'ab'", "'ab'")).toEqual(["'ab'"]);
    expect(moved("const   'ab'", "")).toEqual([]);
  });

  test("stay in the text and apart through any edit", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n") });
    fc.assert(
      fc.property(text, text, text, text, fc.nat(), fc.nat(), (head, old, tail, next, a, b) => {
        const before = head + old + tail;
        const after = head + next + tail;
        const [from, to] = [a % (before.length + 1), b % (before.length + 1)].sort((x, y) => x - y) as [number, number];
        const tokens = [
          { from: 0, to: from, look: "keyword" as const },
          { from, to, look: "string" as const },
        ].filter((token) => token.from < token.to);
        let last = 0;
        for (const token of moveTokens(tokens, before, after)) {
          expect(token.from).toBeGreaterThanOrEqual(last);
          expect(token.to).toBeGreaterThan(token.from);
          last = token.to;
        }
        expect(last).toBeLessThanOrEqual(after.length);
      }),
    );
  });
});

describe("the part of a large block that is read", () => {
  const lines = Array.from({ length: 5000 }, (_, at) => (at % 60 === 0 ? `function f${at}() {` : `    call(${at});`));
  const code = lines.join("\n");

  test("begins where the code is indented least, holds what is seen, and does not follow the block's length", () => {
    const first = code.indexOf("call(2530)");
    const last = code.indexOf("call(2570)");
    const { from, to } = partAround(code, first, last);
    expect(code.slice(from)).toMatch(/^function f2460/);
    expect(to).toBeGreaterThanOrEqual(last);
    expect(to - from).toBeLessThan(4000);
  });

  test("of a line without an end is a piece around what is seen", () => {
    const minified = "x=1;".repeat(50_000);
    const { from, to } = partAround(minified, 100_000, 104_000);
    expect(from).toBeLessThanOrEqual(100_000);
    expect(to).toBeGreaterThanOrEqual(104_000);
    expect(to - from).toBeLessThanOrEqual(16_000);
  });
});
