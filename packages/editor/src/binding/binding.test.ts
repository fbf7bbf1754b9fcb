import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Host } from "../testing/host.ts";

function connect(a: Y.Doc, b: Y.Doc): void {
  const relay = (to: Y.Doc) => (update: Uint8Array, origin: unknown) => {
    if (origin !== "wire") Y.applyUpdate(to, update, "wire");
  };
  a.on("update", relay(b));
  b.on("update", relay(a));
}

describe("a document edited in two places", () => {
  test("an empty document shows one block that nobody has written", () => {
    const host = new Host(new Y.Doc());
    expect(host.state.doc.childCount).toBe(1);
    expect(host.fragment.length).toBe(0);
    expect(host.updates).toHaveLength(0);
  });

  test("the first keystroke makes the block real, with an id", () => {
    const host = new Host(new Y.Doc());
    host.dispatch(host.state.tr.insertText("a", 1));
    expect(host.fragment.length).toBe(1);
    expect(host.state.doc.firstChild?.attrs["id"]).not.toBeNull();
    expect(host.fragment.toString()).toContain(">a<");
    expect(host.updates).toHaveLength(1);
  });

  test("what one types the other sees", () => {
    const a = new Host(new Y.Doc());
    const b = new Host(new Y.Doc());
    connect(a.doc, b.doc);
    a.dispatch(a.state.tr.insertText("hello world", 1));
    b.dispatch(b.state.tr.split(6));
    a.dispatch(a.state.tr.insertText("!", a.state.doc.content.size - 1));
    b.dispatch(b.state.tr.setNodeAttribute(0, "kind", "heading1"));
    b.dispatch(b.state.tr.addMark(2, 4, b.state.schema.marks["bold"]!.create()));
    b.dispatch(b.state.tr.delete(5, 9));
    expect(a.state.doc.toJSON()).toEqual(b.state.doc.toJSON());
    expect(a.render().eq(a.state.doc)).toBe(true);
  });
});
