import { Plugin } from "@tiptap/pm/state";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { readRaw } from "./raw.ts";
import { isRemote } from "./binding.ts";
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
    expect(JSON.stringify(readRaw(host.fragment.get(0)))).toContain('"a"');
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

  test("a plugin that rejects what others typed does not make the binding undo it", () => {
    const a = new Host(new Y.Doc());
    const isBlocking = { current: false };
    const blocker = new Plugin({ filterTransaction: (tr) => !(isBlocking.current && isRemote(tr)) });
    const b = new Host(new Y.Doc(), { plugins: () => [blocker] });
    connect(a.doc, b.doc);
    a.dispatch(a.state.tr.insertText("kept", 1));
    isBlocking.current = true;
    expect(() => a.dispatch(a.state.tr.insertText(" words", 5))).toThrow("rejected");
    b.dispatch(b.state.tr.insertText("x", 1));
    expect(a.state.doc.textContent).toBe("kept words");
    expect(b.updates).toHaveLength(0);
  });

  test("what changes while no view is attached is there when one is again", () => {
    const a = new Host(new Y.Doc());
    const b = new Host(new Y.Doc());
    connect(a.doc, b.doc);
    b.binding.detach();
    a.dispatch(a.state.tr.insertText("meanwhile", 1));
    expect(b.state.doc.textContent).toBe("");
    b.binding.attach(b);
    expect(b.state.doc.toJSON()).toEqual(a.state.doc.toJSON());
    expect(b.updates).toHaveLength(0);
  });

  test("a plugin that edits in answer to what others typed, twice, is written once each", () => {
    const a = new Host(new Y.Doc());
    const b = new Host(new Y.Doc());
    connect(a.doc, b.doc);
    const apply = b.dispatch.bind(b);
    let answers = 0;
    b.dispatch = (tr) => {
      apply(tr);
      if (isRemote(tr) && answers < 2)
        for (; answers < 2; answers++) apply(b.state.tr.insertText("!", b.state.doc.content.size - 1));
    };
    a.dispatch(a.state.tr.insertText("hello", 1));
    expect(b.state.doc.textContent).toBe("hello!!");
    expect(a.state.doc.toJSON()).toEqual(b.state.doc.toJSON());
    expect(b.render().eq(b.state.doc)).toBe(true);
  });
});
