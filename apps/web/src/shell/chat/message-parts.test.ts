import { expect, test } from "vitest";
import { mentionsIn, partsOf } from "./message-parts.ts";

/** Links as `<address>`, mentions as `[@name]`. */
const shown = (text: string, ...names: readonly string[]): string =>
  partsOf(text, names)
    .map((part) => (part.kind === "link" ? `<${part.href}>` : part.kind === "mention" ? `[${part.text}]` : part.text))
    .join("");

test.each([
  ["see https://example.org/a.", "see <https://example.org/a>."],
  ["(https://example.org/a_(b)), or", "(<https://example.org/a_(b)>), or"],
  ["www.example.org and ana@example.org", "<https://www.example.org> and <mailto:ana@example.org>"],
  ["javascript:alert(1) data:text/html,x file:///etc", "javascript:alert(1) data:text/html,x file:///etc"],
  ["<b>bold</b> notes.md", "<b>bold</b> notes.md"],
])("addresses in %o are links when one may follow them", (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test.each([
  ["@Ana, look", "[@Ana], look"],
  ["(@Ana Lind)", "([@Ana Lind])"],
  ["@Anatole and mail@Ana", "@Anatole and mail@Ana"],
  ["@A.*\n@Ana", "[@A.*]\n[@Ana]"],
  ["@Ana https://example.org/@Ana", "[@Ana] <https://example.org/@Ana>"],
])("names behind an at sign in %o are mentions", (text, expected) => {
  expect(shown(text, "Ana", "Ana Lind", "A.*", "(")).toBe(expected);
});

test("whoever is mentioned is, once", () => {
  expect(mentionsIn("@Ana and @Ben: @Ana", ["Ben", "Ana", "Cleo"])).toEqual(["Ana", "Ben"]);
});

test.each(["", " ", "@", "@@Ana\n\n(@Ana)", "https://", "x@y.z @a|b $& \\ ] 🙂 https://example.org))", "@$&@Ana"])(
  "nothing of %o is lost or doubled, whoever is called what",
  (text) => {
    const parts = partsOf(text, ["Ana", "a|b", "$&", "\\", "]", "@", "🙂"]);
    expect(parts.map((part) => part.text).join("")).toBe(text);
  },
);
