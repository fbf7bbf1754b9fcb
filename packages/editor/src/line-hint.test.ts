import { TextSelection } from "@tiptap/pm/state";
import { DecorationSet } from "@tiptap/pm/view";
import { afterEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { blockLooksPlugin } from "./block-looks.ts";
import { lineHint } from "./line-hint.ts";
import { Host } from "./testing/host.ts";
import { element } from "./testing/odd-document.ts";

afterEach(() => vi.restoreAllMocks());

const plugin = blockLooksPlugin((state) => lineHint(state, "Press /"));
const line = (words = "", kind = "text") => element("textBlock", { kind }, words === "" ? [] : [words]);

function hostOf(...blocks: readonly Y.XmlElement[]): Host {
  const doc = new Y.Doc();
  doc.getXmlFragment("document").insert(0, [...blocks]);
  return new Host(doc, { plugins: () => [plugin] });
}

/** Where it is said with the caret there. */
function hintWith(host: Host, caret: number, head = caret): (readonly [from: number, to: number])[] {
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, caret, head)));
  return hints(host);
}

const hints = ({ state }: Host) =>
  (plugin.getState(state) as DecorationSet).find().map(({ from, to }) => [from, to] as const);

test("an empty line says it while the caret is in it; one with words, a list's, a heading's and a selection say nothing", () => {
  const host = hostOf(line("Title"), line(), line("", "bullet"), line("", "heading2"), line());
  expect(hintWith(host, 3)).toEqual([]);
  expect(hintWith(host, 8)).toEqual([[7, 9]]);
  expect(hintWith(host, 10)).toEqual([]);
  expect(hintWith(host, 12)).toEqual([]);
  expect(hintWith(host, 14)).toEqual([[13, 15]]);
  expect(hintWith(host, 8, 14)).toEqual([]);
});

test("a callout's lines say it and those in a toggle; a toggle's own line and a cell do not", () => {
  const cell = element("tableCell", {}, [line()]);
  const host = hostOf(
    element("callout", {}, [line()]),
    element("toggle", {}, [line(), line()]),
    element("table", {}, [element("tableRow", {}, [cell])]),
  );
  const empty: number[] = [];
  host.state.doc.descendants((node, at) => void (node.type.name === "textBlock" && empty.push(at)));
  expect(empty).toHaveLength(4);
  expect(empty.map((at) => hintWith(host, at + 1).length)).toEqual([1, 0, 1, 0]);
});

test("what others write elsewhere moves it and makes nothing anew; what they write in the line ends it", () => {
  const host = hostOf(line("Title"), line(), line());
  const remote = new Y.Doc();
  Y.applyUpdate(remote, Y.encodeStateAsUpdate(host.doc));
  remote.on("update", (update: Uint8Array) => Y.applyUpdate(host.doc, update, "wire"));
  expect(hintWith(host, 10)).toEqual([[9, 11]]);
  const create = vi.spyOn(DecorationSet, "create");
  const block = (at: number) => remote.getXmlFragment("document").get(at) as Y.XmlElement;
  (block(0).get(0) as Y.XmlText).insert(5, "!!");
  expect(hints(host)).toEqual([[11, 13]]);
  expect(create).not.toHaveBeenCalled();
  block(2).insert(0, [new Y.XmlText("here")]);
  expect(hints(host)).toEqual([]);
});
