import { expect, test } from "vitest";
import { fileName } from "./exporting.ts";

test("a file is called as its document, as far as file systems take it", () => {
  for (const [title, wanted] of [
    ["Minutes of Monday", "Minutes of Monday"],
    ['a/b\\c: *?"<>| d', "a b c d"],
    ["  ..hidden. ", "hidden"],
    ["Ünïcode 漢字 👍", "Ünïcode 漢字 👍"],
    ["tab\tand\u0000null", "tab and null"],
    ["", "Untitled"],
    ["///", "Untitled"],
    ["x".repeat(300), "x".repeat(100)],
  ] as const)
    expect(fileName(title)).toBe(wanted);
});
