import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { DOCUMENT } from "../binding/y-types.ts";
import { element, text } from "../testing/index.ts";
import { Host } from "../testing/host.ts";
import { Finder, replaceMatches, type Wanted } from "./find.ts";
import { headingsOf, sizeBetween, sizeOf } from "./outline.ts";

const PLAIN: Omit<Wanted, "text"> = { isCaseSensitive: false, isWhole: false };

function hostOf(...blocks: Y.XmlElement[]): Host {
  const doc = new Y.Doc();
  doc.getXmlFragment(DOCUMENT).push(blocks);
  return new Host(doc);
}
const line = (words: string | Y.XmlText, attributes = {}): Y.XmlElement => element("textBlock", attributes, [words]);
const found = ({ state }: Host, wanted: Wanted): string[] =>
  new Finder(wanted).in(state.doc).map(({ from, to }) => state.doc.textBetween(from, to, "|", "|"));

describe("finding", () => {
  test.each([
    ["any case", { ...PLAIN, text: "straße" }, ["Straße", "straße"]],
    ["this case", { ...PLAIN, text: "straße", isCaseSensitive: true }, ["straße"]],
    ["whole words", { ...PLAIN, text: "lamp", isWhole: true }, ["Lamp", "lamp"]],
    ["parts of words", { ...PLAIN, text: "lamp" }, ["Lamp", "lamp", "lamp"]],
    ["what means something elsewhere", { ...PLAIN, text: ".*[(" }, [".*[("]],
    ["nothing", { ...PLAIN, text: "" }, []],
    ["over a change of look", { ...PLAIN, text: "reading room" }, ["reading room"]],
    ["not over the end of a block", { ...PLAIN, text: "room the" }, []],
  ])("%s", (_name, wanted, words) => {
    const host = hostOf(
      line("Straße straße Lamp, lamp; lamps .*[("),
      line(text({ insert: "the rea" }, { insert: "ding ro", attributes: { bold: {} } }, { insert: "om" })),
      line("the end"),
    );
    expect(found(host, wanted)).toEqual(words);
  });

  test("positions hold behind breaks, in tables and in code", () => {
    const cell = element("tableCell", {}, [line("a\nword")]);
    const host = hostOf(
      line("one\nword"),
      element("table", {}, [element("tableRow", {}, [cell])]),
      element("codeBlock", {}, ["x\nword"]),
    );
    expect(found(host, { ...PLAIN, text: "word" })).toEqual(["word", "word", "word"]);
  });

  test("after an edit the others are where they are now", () => {
    const host = hostOf(line("a word"), line("a word"));
    const finder = new Finder({ ...PLAIN, text: "word" });
    const before = finder.in(host.state.doc);
    host.dispatch(host.state.tr.insertText("not ", before[1]!.from));
    expect(finder.in(host.state.doc)).toEqual([before[0], { from: before[1]!.from + 4, to: before[1]!.to + 4 }]);
  });

  test("all are replaced, in the look of what was there, and what others type in between stays", () => {
    const host = hostOf(
      line(text({ insert: "red, " }, { insert: "red", attributes: { bold: {} } }, { insert: " red" })),
    );
    const matches = new Finder({ ...PLAIN, text: "red" }).in(host.state.doc);
    ((host.fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(4, "dark ");
    const again = new Finder({ ...PLAIN, text: "red" }).in(host.state.doc);
    expect(again).toHaveLength(matches.length);
    host.dispatch(replaceMatches(host.state, again, "green"));
    expect(host.state.doc.textContent).toBe("green,dark  green green");
    expect(JSON.stringify(host.fragment.toJSON())).toContain("<bold>green</bold>");
  });
});

describe("the outline", () => {
  const document = () =>
    hostOf(
      line("The title"),
      line("not a heading"),
      line("One", { kind: "heading1" }),
      line("", { kind: "heading2" }),
      line("One and\na half", { kind: "heading3" }),
    );

  test("has the title and the headings with words in them", () => {
    expect(headingsOf(document().state.doc)).toEqual([
      { position: 0, level: 0, text: "The title" },
      { position: 26, level: 1, text: "One" },
      { position: 33, level: 3, text: "One and a half" },
    ]);
  });

  test("words and characters are those people count", () => {
    const { doc } = hostOf(line("Don’t stop, 2,5 km!"), line("日本語です"), line("👩‍👩‍👧 é")).state;
    expect(sizeOf(doc)).toEqual({ words: 4 + 2 + 1, characters: 19 + 5 + 3 });
    expect(sizeBetween(doc, 1, 12)).toEqual({ words: 2, characters: 11 });
  });
});
