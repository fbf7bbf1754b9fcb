import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { openStatePlugin, isOpen } from "../containers/open-state.ts";
import { fromRelative, toRelative } from "../positions.ts";
import { Host } from "../testing/host.ts";
import { openNetwork } from "../testing/network.ts";
import { element } from "../testing/odd-document.ts";
import { isFromElsewhere, isRemote } from "./binding.ts";
import { DOCUMENT } from "./y-types.ts";

const FIRST = 3;
const line = (words: string) => element("textBlock", { id: words }, [words]);

/** Two editors of `one` to `nine`; the second begins with three of them. */
function openPartly() {
  const network = openNetwork(1, (fragment) => {
    fragment.push("one two three four five six seven eight nine".split(" ").map(line));
  });
  const [whole] = network.hosts as [Host];
  const doc = new Y.Doc();
  doc.clientID = 9;
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(whole.doc));
  const part = new Host(doc, { first: FIRST });
  const exchange = (): void => {
    Y.applyUpdate(part.doc, Y.encodeStateAsUpdate(whole.doc, Y.encodeStateVector(part.doc)), "wire");
    Y.applyUpdate(whole.doc, Y.encodeStateAsUpdate(part.doc, Y.encodeStateVector(whole.doc)), "wire");
  };
  return { whole, part, exchange };
}

const linesOf = ({ state }: Host): string[] => state.doc.content.content.map(({ textContent }) => textContent);
/** Where the words of the block begin. */
const startOf = ({ state }: Host, index: number): number =>
  state.doc.content.content.slice(0, index).reduce((at, { nodeSize }) => at + nodeSize, 1);
const typeIn = (host: Host, index: number, words: string): void =>
  host.dispatch(host.state.tr.insertText(words, startOf(host, index)));

describe("a long document begins with its first screens", () => {
  test("the rest comes in parts, as something of others that cannot be undone; nothing is shared by it", () => {
    const { part } = openPartly();
    expect(linesOf(part)).toEqual(["one", "two", "three"]);
    part.binding.showRest(2);
    expect(linesOf(part)).toEqual(["one", "two", "three", "four", "five"]);
    expect(part.binding.isWhole).toBe(false);
    part.binding.showRest();
    expect(part.binding.isWhole).toBe(true);
    expect(part.state.doc.eq(part.render())).toBe(true);
    expect(part.transactions.every((tr) => isRemote(tr) && isFromElsewhere(tr))).toBe(true);
    expect(part.transactions.every((tr) => tr.getMeta("addToHistory") === false)).toBe(true);
    expect(part.updates).toHaveLength(0);
  });

  test("a caret stays where it is while the rest comes", () => {
    const { part } = openPartly();
    typeIn(part, 1, "so ");
    const { head } = part.state.selection;
    part.binding.showRest();
    expect(part.state.selection.head).toBe(head);
  });

  test("what is written in the last block shown, and behind it, goes before those that wait", () => {
    const { whole, part, exchange } = openPartly();
    typeIn(part, 2, "thirty-");
    part.dispatch(part.state.tr.split(startOf(part, 2) + "thirty-".length));
    exchange();
    const expected = ["one", "two", "thirty-", "three", "four", "five", "six", "seven", "eight", "nine"];
    expect(linesOf(part)).toEqual(expected.slice(0, 4));
    expect(linesOf(whole)).toEqual(expected);
    part.binding.showRest();
    expect(linesOf(part)).toEqual(expected);
  });

  test("what others do to a block that waits changes nothing that is shown, and is there once when the block comes", () => {
    const { whole, part, exchange } = openPartly();
    typeIn(whole, 5, "number ");
    whole.dispatch(whole.state.tr.delete(startOf(whole, 7) - 1, startOf(whole, 8) - 1));
    whole.dispatch(whole.state.tr.split(startOf(whole, 4) + 2));
    exchange();
    expect(part.transactions).toHaveLength(0);
    part.binding.showRest();
    expect(linesOf(part)).toEqual(["one", "two", "three", "four", "fi", "ve", "number six", "seven", "nine"]);
    expect(linesOf(part)).toEqual(linesOf(whole));
  });

  test("blocks that others put before the first that waits are shown", () => {
    const { whole, part, exchange } = openPartly();
    whole.dispatch(whole.state.tr.split(startOf(whole, 2) + 2));
    exchange();
    expect(linesOf(part)).toEqual(["one", "two", "th", "ree"]);
  });

  test("when the first that wait are deleted those behind them still come in their place", () => {
    const { whole, part, exchange } = openPartly();
    whole.dispatch(whole.state.tr.delete(startOf(whole, 3) - 1, startOf(whole, 5) - 1));
    exchange();
    part.binding.showRest(3);
    expect(linesOf(part)).toEqual(["one", "two", "three", "six"]);
  });

  test("when all that is shown is deleted the rest comes: an empty line stood there that is in no document", () => {
    const { whole, part, exchange } = openPartly();
    whole.dispatch(whole.state.tr.delete(0, startOf(whole, 3) - 1));
    exchange();
    expect(linesOf(part)).toEqual(linesOf(whole));
    expect(part.binding.isWhole).toBe(true);
  });

  test("when all that waits is deleted the view is whole", () => {
    const { whole, part, exchange } = openPartly();
    whole.dispatch(whole.state.tr.delete(startOf(whole, 3) - 1, whole.state.doc.content.size));
    exchange();
    expect(linesOf(part)).toEqual(["one", "two", "three"]);
    expect(part.binding.isWhole).toBe(true);
  });

  test("a place in a block that waits is nowhere, and then where it is; others' carets stood before the first letter", () => {
    const { whole, part } = openPartly();
    const inside = toRelative(whole.binding.tree, startOf(whole, 6) + 2, -1);
    const between = Y.createRelativePositionFromTypeIndex(whole.fragment, 7);
    for (const place of [inside, between]) expect(fromRelative(part.binding.tree, part.doc, place)).toBeNull();
    part.binding.showRest();
    expect(fromRelative(part.binding.tree, part.doc, inside)).toBe(startOf(part, 6) + 2);
    expect(fromRelative(part.binding.tree, part.doc, between)).toBe(startOf(part, 7));
  });

  test("toggles that come with the rest are closed, as those the document begins with", () => {
    const doc = new Y.Doc();
    const toggle = (id: string) => element("toggle", { id }, [line(`${id} title`), line(`${id} inside`)]);
    doc.getXmlFragment(DOCUMENT).push([toggle("early"), line("between"), toggle("late")]);
    const host = new Host(doc, { first: 2, plugins: () => [openStatePlugin()] });
    host.binding.showRest();
    expect([0, 2].map((at) => isOpen(host.state, host.state.doc.child(at)))).toEqual([false, false]);
  });
});
