import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Host } from "../testing/host.ts";
import { element, ODD_CASES, writeOddDocument } from "../testing/odd-document.ts";
import { tablesPlugin } from "../tables/plugin.ts";
import { readRaw } from "./raw.ts";

const ARRIVING = "arriving";

function docWith(children: readonly (Y.XmlElement | Y.XmlText)[]): Y.Doc {
  const doc = new Y.Doc();
  doc.getXmlFragment("document").insert(0, [...children]);
  return doc;
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

/** Every update of `doc` that did not come from outside. */
function ownUpdates(doc: Y.Doc): Uint8Array[] {
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== ARRIVING) updates.push(update);
  });
  return updates;
}

const line = () => element("textBlock", { id: "line" }, ["a line"]);
const open = (doc: Y.Doc) => new Host(doc, { plugins: () => [tablesPlugin()] });

describe.each(ODD_CASES)("opening never edits: $name", ({ make }) => {
  test("a document with it opens without an update, and a new view agrees", () => {
    const doc = copyOf(docWith([make(), line()]));
    const updates = ownUpdates(doc);
    const host = open(doc);
    expect(updates).toHaveLength(0);
    expect(host.transactions).toHaveLength(0);
    host.state.doc.check();
    expect(host.state.doc.childCount).toBe(2);
  });

  test("arriving while the document is open it causes no update", () => {
    const source = docWith([line()]);
    const doc = copyOf(source);
    const host = open(doc);
    const updates = ownUpdates(doc);
    source.on("update", (update: Uint8Array) => Y.applyUpdate(doc, update, ARRIVING));
    source.getXmlFragment("document").insert(0, [make()]);
    expect(updates).toHaveLength(0);
    expect(host.state.doc.childCount).toBe(2);
    host.state.doc.check();
    expect(host.state.doc.eq(host.render())).toBe(true);
  });

  test("a person types beside it, splits and joins there, and it stays as it was", () => {
    const doc = copyOf(docWith([line(), make(), element("textBlock", { id: "after" }, ["another"])]));
    const host = open(doc);
    const odd = host.fragment.get(1);
    const before = readRaw(odd);
    host.dispatch(host.state.tr.insertText("!", 3));
    host.dispatch(host.state.tr.split(3));
    host.dispatch(host.state.tr.join(4));
    host.dispatch(host.state.tr.insertText("?", host.state.doc.content.size - 1));
    host.dispatch(host.state.tr.setNodeAttribute(0, "kind", "heading1"));
    expect(host.fragment.get(1)).toBe(odd);
    expect(readRaw(odd)).toEqual(before);
    expect(host.fragment.length).toBe(3);
  });
});

describe("what the view repaired or cannot show", () => {
  test("every odd thing at once opens without an update", () => {
    const source = new Y.Doc();
    writeOddDocument(source.getXmlFragment("document"));
    const doc = copyOf(source);
    const updates = ownUpdates(doc);
    const host = open(doc);
    expect(updates).toHaveLength(0);
    expect(host.state.doc.childCount).toBe(ODD_CASES.length * 2);
  });

  test("an empty document shows one line that nobody has written, until someone types", () => {
    const host = open(new Y.Doc());
    expect(host.state.doc.childCount).toBe(1);
    expect(host.fragment.length).toBe(0);
    host.dispatch(host.state.tr.insertText("a", 1));
    expect(host.fragment.length).toBe(1);
    expect(host.state.doc.firstChild?.attrs["id"]).not.toBeNull();
    expect(host.updates).toHaveLength(1);
  });

  test("typing inside a block with unknown attributes, marks and values out of range keeps them", () => {
    const make = (name: string) => ODD_CASES.find((odd) => odd.name === name)?.make() as Y.XmlElement;
    const doc = copyOf(docWith([make("an unknown attribute"), make("values out of range"), make("an unknown mark")]));
    const host = open(doc);
    const [first, second, third] = host.fragment.toArray() as [Y.XmlElement, Y.XmlElement, Y.XmlElement];
    const attributes = [first.getAttributes(), second.getAttributes()];
    host.dispatch(host.state.tr.insertText("x", 2).insertText("y", 9));
    expect([first.getAttributes(), second.getAttributes()]).toEqual(attributes);
    // Inside "marked", two letters before the end of it.
    host.dispatch(host.state.tr.insertText("z", host.state.doc.content.size - 1 - " rest".length - 2));
    expect((third.get(0) as Y.XmlText).toDelta()).toEqual([
      { insert: "plain " },
      { insert: "markzed", attributes: { glow: { color: "red" } } },
      { insert: " rest" },
    ]);
  });

  test("splitting a block gives both halves its unknown attributes", () => {
    const odd = ODD_CASES.find(({ name }) => name === "an unknown attribute")?.make() as Y.XmlElement;
    const host = open(copyOf(docWith([odd])));
    host.dispatch(host.state.tr.split(3));
    const [first, second] = host.fragment.toArray() as [Y.XmlElement, Y.XmlElement];
    expect(first.getAttribute("id")).toBe("x");
    expect(second.getAttribute("id")).not.toBe("x");
    for (const half of [first, second])
      expect(half.getAttributes()).toMatchObject({ "comment:7": { by: "ann" }, mood: "good" });
  });

  test("a copied placeholder is written as the element it stands for", () => {
    const odd = ODD_CASES.find(({ name }) => name === "list items of another editor")?.make() as Y.XmlElement;
    const host = open(copyOf(docWith([odd])));
    host.dispatch(host.state.tr.insert(host.state.doc.content.size, host.state.doc.child(0)));
    expect(host.fragment.length).toBe(2);
    expect(readRaw(host.fragment.get(1))).toEqual(readRaw(host.fragment.get(0)));
  });

  test("a placeholder becomes an ordinary block when its cause goes away", () => {
    const doc = docWith([element("textBlock", { id: "f" }, [element("textBlock", {}, ["inner"]), " rest"])]);
    const host = open(doc);
    expect(host.state.doc.child(0).type.name).toBe("unknownBlock");
    (doc.getXmlFragment("document").get(0) as Y.XmlElement).delete(0, 1);
    expect(host.state.doc.child(0).type.name).toBe("textBlock");
    expect(host.state.doc.textContent).toBe(" rest");
  });
});
