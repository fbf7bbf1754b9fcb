import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { fromRelative, toRelative } from "./positions.ts";
import { Host } from "./testing/host.ts";
import { element, writeOddDocument } from "./testing/odd-document.ts";

function open(write: (fragment: Y.XmlFragment) => void): Host {
  const doc = new Y.Doc();
  write(doc.getXmlFragment("document"));
  return new Host(doc);
}

/** Every place in text, there and back. */
function expectRoundTrip(host: Host): number {
  let count = 0;
  host.state.doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    for (let offset = 0; offset <= node.content.size; offset++) {
      for (const side of [-1, 1] as const) {
        const there = toRelative(host.binding.tree, position + 1 + offset, side);
        expect(fromRelative(host.binding.tree, host.doc, there)).toBe(position + 1 + offset);
        count++;
      }
    }
    return false;
  });
  return count;
}

describe("positions in the view and in the shared document", () => {
  test("agree in both directions everywhere in an ordinary document", () => {
    const host = open((fragment) =>
      fragment.push([
        element("textBlock", {}, ["one"]),
        element("divider", {}),
        element("codeBlock", {}, ["a\nb"]),
        element("textBlock", {}, [""]),
      ]),
    );
    expect(expectRoundTrip(host)).toBeGreaterThan(10);
  });

  test("agree around elements and objects in a line, in several texts, and in tables", () => {
    expect(expectRoundTrip(open(writeOddDocument))).toBeGreaterThan(300);
  });

  test("stay with the left letter, or the right one, when someone types between", () => {
    const host = open((fragment) => fragment.push([element("textBlock", {}, ["ab"])]));
    const left = toRelative(host.binding.tree, 2, -1);
    const right = toRelative(host.binding.tree, 2, 1);
    ((host.fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(1, "xyz");
    expect(fromRelative(host.binding.tree, host.doc, left)).toBe(2);
    expect(fromRelative(host.binding.tree, host.doc, right)).toBe(5);
  });

  test("in a removed block, in another document or in another root resolve to nothing, and create nothing", () => {
    const host = open((fragment) =>
      fragment.push([element("textBlock", {}, ["ab"]), element("textBlock", {}, ["cd"])]),
    );
    const gone = toRelative(host.binding.tree, 2, -1);
    host.fragment.delete(0, 1);
    expect(fromRelative(host.binding.tree, host.doc, gone) ?? 0).toBeLessThan(2);
    const foreign = new Y.RelativePosition(null, null, Y.createID(999, 5), 0);
    expect(fromRelative(host.binding.tree, host.doc, foreign)).toBeNull();
    const root = new Y.RelativePosition(null, "no such root", null, 0);
    expect(fromRelative(host.binding.tree, host.doc, root)).toBeNull();
    expect(host.doc.share.has("no such root")).toBe(false);
  });
});
