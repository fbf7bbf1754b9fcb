import { Fragment, Slice, type Node } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { Binding } from "../binding/binding.ts";
import { isFootnote } from "../blocks-in-selection.ts";
import { commands } from "../commands/commands.ts";
import { Host } from "../testing/host.ts";
import { openNetwork } from "../testing/network.ts";
import { element, text } from "../testing/odd-document.ts";
import { typingRulesPlugins } from "../typing-rules.ts";
import { Undo } from "../undo.ts";
import { footnoteNumbers, footnotesPlugin } from "./plugin.ts";

const plugins = { plugins: (binding: Binding) => [...typingRulesPlugins(), footnotesPlugin(binding)] };
const to = (note: string) => ({ insert: { footnoteRef: { note } } });
const line = (id: string, ...words: Parameters<typeof text>) => element("textBlock", { id }, [text(...words)]);
const note = (id: string, words: string) => element("textBlock", { id, kind: "footnote" }, [words]);

function seed(fragment: Y.XmlFragment): void {
  fragment.push([
    line("title", { insert: "Title" }),
    line("a", { insert: "one" }, to("n1"), { insert: " two" }, to("n2")),
    line("b", { insert: "again" }, to("n1"), { insert: " gone" }, to("nothing")),
    note("n1", "first"),
    note("n2", "second"),
    note("n3", "spare"),
  ]);
}

function open(write: (fragment: Y.XmlFragment) => void = seed, first?: number): Host & { readonly undo: Undo } {
  const doc = new Y.Doc();
  write(doc.getXmlFragment("document"));
  const host = new Host(doc, { ...plugins, ...(first !== undefined && { first }) });
  return Object.assign(host, { undo: new Undo(host.binding) });
}

/** The document in short: words, `[n]` where it refers to a note that is there, `[?]` to one that is not, `n:` before a note. */
function shape({ state }: Host): string[] {
  const numbers = footnoteNumbers(state);
  const words = (block: Node): string =>
    block.textBetween(0, block.content.size, "", ({ type, attrs }) =>
      type.name === "footnoteRef" ? `[${numbers.get(String(attrs["note"])) ?? "?"}]` : "/",
    );
  return state.doc.content.content.map((block) =>
    isFootnote(block) ? `${numbers.get(String(block.attrs["id"])) ?? "-"}: ${words(block)}` : words(block),
  );
}

function caret(host: Host, block: number, offset: number): void {
  let start = 1;
  for (let at = 0; at < block; at++) start += host.state.doc.child(at).nodeSize;
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, start + offset)));
}

const SEEDED = ["Title", "one[1] two[2]", "again[1] gone[?]", "1: first", "2: second", "-: spare"];

/** Blocks as a paste brings them, to before the block at `index`. */
function bring(host: Host, index: number, ...blocks: readonly Node[]): void {
  let at = 0;
  for (let before = 0; before < index; before++) at += host.state.doc.child(before).nodeSize;
  host.dispatch(host.state.tr.replace(at, at, new Slice(Fragment.from(blocks), 0, 0)));
}

describe("numbers", () => {
  test("a reference has its number while its note waits to be shown; it said that there was none until then", () => {
    const host = open(seed, 3);
    expect(shape(host).slice(1)).toEqual(["one[1] two[2]", "again[1] gone[3]"]);
    host.binding.showRest();
    expect(shape(host).slice(1, 4)).toEqual(["one[1] two[2]", "again[1] gone[?]", "1: first"]);
  });

  test("go by the first place that refers to a note; what is missing on either side has none", () => {
    expect(shape(open())).toEqual(SEEDED);
  });

  test("follow what comes, goes and moves, for whoever looks", () => {
    const network = openNetwork(2, seed, plugins);
    const [ana, ben] = network.hosts as [Host, Host];
    caret(ana, 1, 0);
    ana.run(commands.moveDown.run);
    network.flush();
    for (const host of [ana, ben])
      expect(shape(host).slice(1, 5)).toEqual(["again[1] gone[?]", "one[1] two[2]", "1: first", "2: second"]);
    caret(ben, 1, 0);
    ben.run(commands.deleteBlock.run);
    network.flush();
    expect(shape(ana)[1]).toBe("one[1] two[2]");
    caret(ana, 1, 3);
    ana.run(commands.footnote.run);
    network.flush();
    expect(shape(ben)).toEqual(["Title", "one[1][2] two[3]", "2: first", "3: second", "-: spare", "1: "]);
  });

  test("are counted again only when a reference or a note comes, goes or moves", () => {
    const network = openNetwork(2, seed, plugins);
    const [ana, ben] = network.hosts as [Host, Host];
    const before = footnoteNumbers(ana.state);
    caret(ana, 1, 2);
    for (const letter of ["x", "y"]) ana.dispatch(ana.state.tr.insertText(letter));
    ana.run(commands.enter.run);
    caret(ana, 4, 2);
    ana.dispatch(ana.state.tr.insertText("in a note"));
    ana.run(commands.alignCenter.run);
    caret(ben, 2, 1);
    ben.dispatch(ben.state.tr.insertText("from elsewhere"));
    network.flush();
    ana.dispatch(ana.state.tr.addMark(1, 20, ana.state.schema.mark("bold")));
    expect(footnoteNumbers(ana.state)).toBe(before);
    expect(shape(ana)).toHaveLength(7);
    caret(ana, 2, 0);
    ana.run(commands.deleteBlock.run);
    expect(footnoteNumbers(ana.state)).not.toBe(before);
  });
});

describe("a footnote", () => {
  test("comes with its note at the end and the caret in it; one undo takes both away", () => {
    const host = open((fragment) =>
      fragment.push([line("title", { insert: "Title" }), line("a", { insert: "words" })]),
    );
    caret(host, 1, 5);
    host.run(commands.footnote.run);
    host.dispatch(host.state.tr.insertText("said elsewhere"));
    expect(shape(host)).toEqual(["Title", "words[1]", "1: said elsewhere"]);
    host.run(host.undo.undo);
    host.run(host.undo.undo);
    expect(shape(host)).toEqual(["Title", "words"]);
    host.run(host.undo.redo);
    expect(shape(host)).toEqual(["Title", "words[1]", "1: "]);
    expect(host.run(commands.footnote.run), "none in a note").toBe(false);
  });

  test("is left and visited by one key", () => {
    const host = open();
    caret(host, 2, 6);
    host.run(commands.visitFootnote.run);
    expect(host.state.selection.$head.parent.textContent).toBe("first");
    host.run(commands.visitFootnote.run);
    expect(host.state.selection.$head.parentOffset, "behind the first place").toBe(4);
    caret(host, 5, 0);
    expect(host.run(commands.visitFootnote.run), "nothing refers to it").toBe(false);
    caret(host, 2, 12);
    expect(host.run(commands.visitFootnote.run), "it refers to nothing").toBe(false);
  });

  test("is one block with lines in it, and its words do not flow into the text", () => {
    const host = open();
    caret(host, 3, 2);
    host.run(commands.enter.run);
    expect(shape(host)[3]).toBe("1: fi/rst");
    caret(host, 3, 0);
    host.run(commands.backspace.run);
    caret(host, 2, 12);
    host.run(commands.deleteForward.run);
    caret(host, 4, 6);
    host.run(commands.deleteForward.run);
    expect(shape(host)).toEqual([...SEEDED.slice(0, 3), "1: fi/rst", ...SEEDED.slice(4)]);
  });

  test("without words goes by Backspace, with all that refers to it", () => {
    const host = open();
    caret(host, 3, 0);
    host.dispatch(host.state.tr.delete(host.state.selection.$head.start(), host.state.selection.$head.end()));
    host.run(commands.backspace.run);
    expect(shape(host)).toEqual(["Title", "one two[1]", "again gone[?]", "1: second", "-: spare"]);
    expect(host.state.selection.$head.parentOffset).toBe(3);
    host.run(host.undo.undo);
    expect(shape(host)[1]).toBe("one[1] two[2]");
  });

  test("that is deleted leaves its references, which say so, until somebody deletes them", () => {
    const host = open();
    caret(host, 3, 0);
    host.run(commands.deleteBlock.run);
    expect(shape(host).slice(1, 4)).toEqual(["one[?] two[1]", "again[?] gone[?]", "1: second"]);
  });
});

describe("copies", () => {
  const blockOf = (host: Host, at: number): Node => host.state.doc.child(at);

  test("of a line refer to the same note", () => {
    const host = open();
    caret(host, 1, 0);
    host.run(commands.duplicate.run);
    expect(shape(host).slice(1, 3)).toEqual(["one[1] two[2]", "one[1] two[2]"]);
  });

  test("of a line with its note refer to the copy, and what was there to the note that was", () => {
    const host = open();
    bring(host, 1, blockOf(host, 2), blockOf(host, 3));
    expect(shape(host)).toEqual([
      "Title",
      "again[1] gone[?]",
      "1: first",
      "one[2] two[3]",
      "again[2] gone[?]",
      "2: first",
      "3: second",
      "-: spare",
    ]);
    const fresh = open(() => {});
    bring(fresh, 0, blockOf(host, 1), blockOf(host, 2));
    expect(shape(fresh).slice(0, 2)).toEqual(["again[1] gone[?]", "1: first"]);
  });

  test("that were moved keep their names", () => {
    const host = open();
    const [from, end] = [host.state.doc.child(0).nodeSize, host.state.doc.content.size];
    const moved = host.state.doc.slice(from, end);
    host.dispatch(host.state.tr.delete(from, end).replace(0, 0, moved));
    expect(shape(host).slice(0, 3)).toEqual(["one[1] two[2]", "again[1] gone[?]", "1: first"]);
    expect(host.state.doc.child(2).attrs["id"]).toBe("n1");
  });
});

test("a reference of another client's making, and one that says more than we know, are read, and copied as they were", () => {
  const host = open((fragment) =>
    fragment.push([
      element("textBlock", { id: "a" }, ["x", element("footnoteRef", { note: "n", tone: "warm" })]),
      line("b", { insert: { footnoteRef: { note: "n", page: 3 } } }),
      line("c", { insert: { footnoteRef: "n" } }),
      note("n", "words"),
    ]),
  );
  expect(shape(host)).toEqual(["x[1]", "[1]", "/", "1: words"]);
  expect(host.updates).toEqual([]);
  // The words of the first and of the second, again.
  bring(host, 2, host.state.doc.child(0), host.state.doc.child(1));
  const inserts = (at: number): unknown =>
    (host.fragment.get(at) as Y.XmlElement).toArray().map((each): unknown => (each as Y.XmlText).toDelta());
  expect(inserts(2)).toEqual([[{ insert: "x" }, { insert: { footnoteRef: { tone: "warm", note: "n" } } }]]);
  expect(inserts(3)).toEqual([[{ insert: { footnoteRef: { page: 3, note: "n" } } }]]);
});
