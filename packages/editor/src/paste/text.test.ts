import { describe, expect, test } from "vitest";
import { kindOfFile, readFile } from "./file.ts";
import { looksLikeMarkdown } from "./looks-like-markdown.ts";
import { tableInText } from "./table-in-text.ts";

describe("text that was pasted", () => {
  test.each(
    [
      "- one\n- two",
      "1. one\n2. two",
      "```js\nlet a;\n```",
      "| a | b |\n|---|---|\n| 1 | 2 |",
      "See [the map](https://example.org/map).",
      "- [ ] one task",
      "**Note** and `code`",
      "> one\n> two",
    ].map((text) => ({ text })),
  )("$text is Markdown", ({ text }) => expect(looksLikeMarkdown(text)).toBe(true));

  test.each(
    [
      "# One sign alone\n\nmay be a comment",
      "# One sign alone\n\nmay be a comment",
      "Just words, and more of them.",
      "#!/bin/sh\n# a comment\nls",
      "# setting\nkey = 1\n# other\nkey = 2",
      "a * b * c = d",
      "int main() {\n  return 0;\n}\n// - x\n",
      "snake_case_name and other_name",
      "-1\n-2",
      "5. May",
      "a | b",
      "[1] A footnote",
    ].map((text) => ({ text })),
  )("$text is not", ({ text }) => expect(looksLikeMarkdown(text)).toBe(false));

  test("is a table when every line has as many tabs, with breaks in quoted cells", () => {
    expect(tableInText('a\tb\n1\t"two ""2""\nlines"\n')).toEqual([
      ["a", "b"],
      ["1", 'two "2"\nlines'],
    ]);
    expect(tableInText("a\t\n\tb\r\n")).toEqual([
      ["a", ""],
      ["", "b"],
    ]);
    for (const text of ["a\tb", "a\tb\nc", "\tindented\n\tcode", "no tabs\nat all"])
      expect(tableInText(text)).toBeNull();
  });
});

describe("a file", () => {
  test("is what its name says, or else its type", () => {
    expect(["a.md", "b.HTML", "c.txt", "d.exe", "e"].map((name) => kindOfFile(name))).toEqual([
      "markdown",
      "html",
      "text",
      undefined,
      undefined,
    ]);
    expect(kindOfFile("notes", "text/markdown")).toBe("markdown");
  });

  test("is read as UTF-8 or UTF-16, and not when it is no text", async () => {
    const file = (...bytes: readonly number[]) => readFile(new File([Uint8Array.from(bytes)], "a.txt"));
    expect((await file(0xef, 0xbb, 0xbf, 0xc3, 0xa9))?.text).toBe("é");
    expect((await file(0xff, 0xfe, 0xe9, 0x00))?.text).toBe("é");
    expect(await file(1, 0, 2)).toBeNull();
  });
});
