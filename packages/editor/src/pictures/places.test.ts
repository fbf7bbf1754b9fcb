import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { commands } from "../commands/commands.ts";
import { describePicture } from "../commands/pictures.ts";
import { MAX_ALT_LENGTH } from "../schema/fields.ts";
import { Host } from "../testing/host.ts";
import { element } from "../testing/odd-document.ts";
import { Undo } from "../undo.ts";
import { addPlaces, fillPlace, placeAtCaret, placesPlugin, removePlace } from "./places.ts";

const BLOB = (letter: string): string => letter.repeat(64);

function open(...lines: readonly string[]): { readonly host: Host; readonly view: EditorView } {
  const doc = new Y.Doc();
  doc.getXmlFragment("document").push(lines.map((line, at) => element("textBlock", { id: `b${at}` }, [line])));
  const host = new Host(doc, { plugins: () => [placesPlugin()] });
  // All of a view that filling a place needs.
  return { host, view: Object.assign(host, { editable: true }) as unknown as EditorView };
}

function caret(host: Host, block: number, offset = 0): void {
  let start = 1;
  for (let at = 0; at < block; at++) start += host.state.doc.child(at).nodeSize;
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, start + offset)));
}

function begin(host: Host, ...keys: readonly string[]): void {
  const position = placeAtCaret(host.state);
  // No page draws them here.
  const places = keys.map((key) => ({ key, dom: null as unknown as HTMLElement, position }));
  host.dispatch(addPlaces(host.state.tr, places));
}

const fill = (view: EditorView, key: string): boolean => fillPlace(view, key, { blob: BLOB(key), width: 4, height: 3 });

const shape = ({ state }: Host): string[] =>
  state.doc.content.content.map((node) =>
    node.type.name === "image" ? `[${String(node.attrs["blob"]).slice(0, 1)}]` : node.textContent,
  );

test("a picture goes behind the block of the caret, before an empty line, and never before the title", () => {
  for (const [lines, block, wanted] of [
    [["title", "words", "more"], 1, ["title", "words", "[a]", "more"]],
    [["title", "", "more"], 1, ["title", "[a]", "", "more"]],
    [["title", "words"], 1, ["title", "words", "[a]", ""]],
    [[""], 0, ["", "[a]", ""]],
  ] as const) {
    const { host, view } = open(...lines);
    caret(host, block);
    begin(host, "a");
    expect(host.updates, "the document hears of it when it is there").toEqual([]);
    expect(fill(view, "a")).toBe(true);
    expect(shape(host)).toEqual(wanted);
    expect(host.render().eq(host.state.doc)).toBe(true);
  }
});

test("several come in the order they were put there, whichever is first", () => {
  for (const order of ["abc", "acb", "bac", "bca", "cab", "cba"]) {
    const { host, view } = open("title", "words");
    caret(host, 1);
    begin(host, "a", "b", "c");
    for (const key of order) fill(view, key);
    expect(shape(host).slice(0, 5), order).toEqual(["title", "words", "[a]", "[b]", "[c]"]);
    expect(shape(host).slice(5), order).toEqual([""]);
  }
});

test("its place stays while others write above it, and is the nearest one when what was around it goes", () => {
  const { host, view } = open("title", "one", "two", "three");
  caret(host, 2);
  begin(host, "a", "b");
  host.fragment.insert(1, [element("textBlock", { id: "new" }, ["new"])]);
  (host.fragment.get(0) as Y.XmlElement).insert(0, [new Y.XmlText("my ")]);
  fill(view, "a");
  expect(shape(host)).toEqual(["my title", "new", "one", "two", "[a]", "three"]);
  host.fragment.delete(2, 4);
  expect(shape(host)).toEqual(["my title", "new"]);
  fill(view, "b");
  expect(shape(host).filter((block) => block !== "")).toEqual(["my title", "new", "[b]"]);
});

test("a place that was taken away is filled no more, nor is one where nobody may write", () => {
  const { host, view } = open("title", "words");
  begin(host, "a", "b");
  removePlace(view, "a");
  expect(fill(view, "a")).toBe(false);
  Object.assign(host, { editable: false });
  expect(fill(view, "b")).toBe(false);
  expect(shape(host)).toEqual(["title", "words"]);
  expect(host.updates).toEqual([]);
});

test("one undo takes a picture away, and nothing that was typed before; redo brings it back", () => {
  const { host, view } = open("title", "words");
  const undo = new Undo(host.binding);
  caret(host, 1, 5);
  host.dispatch(host.state.tr.insertText(" more"));
  begin(host, "a");
  fill(view, "a");
  host.run(undo.undo);
  expect(shape(host)).toEqual(["title", "words more"]);
  host.run(undo.redo);
  expect(shape(host)).toEqual(["title", "words more", "[a]", ""]);
  undo.destroy();
});

test("[MAX_ALT_LENGTH] a selected picture is made wider and narrower within limits, described on one line, and written below", () => {
  const { host, view } = open("title", "words");
  caret(host, 1);
  begin(host, "a");
  fill(view, "a");
  const picture = () => host.state.doc.child(2);
  const position = host.state.doc.child(0).nodeSize + host.state.doc.child(1).nodeSize;
  expect(host.run(commands.wider.run), "not while words are selected").toBe(false);
  host.dispatch(host.state.tr.setSelection(NodeSelection.create(host.state.doc, position)));
  const press = (name: "wider" | "narrower", times: number): number => {
    for (let time = 0; time < times; time++) expect(host.run(commands[name].run)).toBe(true);
    return picture().attrs["shown"] as number;
  };
  expect(press("narrower", 1)).toBe(90);
  expect(press("narrower", 20)).toBe(10);
  expect(press("wider", 20)).toBe(100);
  host.run(describePicture("  A band\n of colours "));
  expect(picture().attrs["alt"]).toBe("A band of colours");
  host.run(describePicture("x".repeat(MAX_ALT_LENGTH + 1)));
  expect(picture().attrs["alt"]).toBe("x".repeat(MAX_ALT_LENGTH));
  host.run(commands.enter.run);
  host.dispatch(host.state.tr.insertText("caption"));
  expect(shape(host)).toEqual(["title", "words", "[a]", "caption", ""]);
  expect(host.render().eq(host.state.doc)).toBe(true);
});
