import { TextSelection } from "@tiptap/pm/state";
import { describe, expect, test } from "vitest";
import { commands } from "./commands/commands.ts";
import { enter } from "./commands/line.ts";
import { setKind } from "./commands/turn-into.ts";
import type { Host } from "./testing/host.ts";
import { openNetwork } from "./testing/network.ts";
import { element } from "./testing/odd-document.ts";
import { Undo } from "./undo.ts";

function open() {
  const network = openNetwork(2, (fragment) => fragment.push([element("textBlock", { id: "a" }, ["one two three"])]));
  const [ann, ben] = network.hosts as [Host, Host];
  return { network, ann, ben, undo: new Undo(ann.binding) };
}

function type(host: Host, text: string, at: number): void {
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, at)));
  for (const letter of text) host.dispatch(host.state.tr.insertText(letter));
}

describe("undo", () => {
  test("takes back one's own typing and nothing of others", () => {
    const { network, ann, ben, undo } = open();
    type(ann, "mine ", 1);
    network.flush();
    type(ben, " theirs", ben.state.doc.content.size - 1);
    network.flush();
    ann.run(undo.undo);
    network.flush();
    expect(ann.state.doc.textContent).toBe("one two three theirs");
    expect(ben.state.doc.textContent).toBe("one two three theirs");
    expect(ann.run(undo.undo)).toBe(false);
    ann.run(undo.redo);
    expect(ann.state.doc.textContent).toBe("mine one two three theirs");
  });

  test("takes back one look of words at a time, and not what was typed just before", () => {
    const { ann, undo } = open();
    type(ann, "mine ", 1);
    ann.dispatch(ann.state.tr.setSelection(TextSelection.create(ann.state.doc, 1, 5)));
    ann.run(commands.textBlue.run);
    ann.run(commands.highlightGreen.run);
    const marks = () => ann.state.doc.child(0).firstChild?.marks.map(({ type: { name } }) => name);
    ann.run(undo.undo);
    expect(marks()).toEqual(["textColor"]);
    ann.run(undo.undo);
    expect(marks()).toEqual([]);
    expect(ann.state.doc.textContent).toBe("mine one two three");
    ann.run(undo.undo);
    expect(ann.state.doc.textContent).toBe("one two three");
  });

  test("letters that someone typed inside my word stay", () => {
    const { network, ann, ben, undo } = open();
    type(ann, "abcd", 1);
    network.flush();
    type(ben, "XY", 3);
    network.flush();
    ann.run(undo.undo);
    network.flush();
    expect(ann.state.doc.textContent).toBe("XYone two three");
    ann.run(undo.redo);
    network.flush();
    expect(ben.state.doc.textContent).toBe("abXYcdone two three");
  });

  test("of a whole block keeps what someone else wrote in it, and the first letters are one step", () => {
    const network = openNetwork(2, () => {});
    const [ann, ben] = network.hosts as [Host, Host];
    const undo = new Undo(ann.binding);
    type(ann, "head tail", 1);
    network.flush();
    type(ben, "BEN", 5);
    network.flush();
    ann.run(undo.undo);
    network.flush();
    expect(ann.state.doc.textContent).toBe("BEN");
    expect(ben.state.doc.textContent).toBe("BEN");
    ann.run(undo.undo);
    network.flush();
    expect(ben.state.doc.textContent).toBe("BEN");
    ann.run(undo.redo);
    network.flush();
    expect(ben.state.doc.textContent).toBe("headBEN tail");
  });

  test("puts the caret back where it was, also after others typed before it", () => {
    const { network, ann, ben, undo } = open();
    type(ann, "new", 5);
    ann.dispatch(ann.state.tr.setSelection(TextSelection.create(ann.state.doc, 1)));
    type(ben, "zero ", 1);
    network.flush();
    ann.run(undo.undo);
    expect(ann.state.doc.textContent).toBe("zero one two three");
    expect(ann.state.selection.head).toBe(5 + "zero ".length);
    ann.run(undo.redo);
    expect(ann.state.doc.textContent).toBe("zero one newtwo three");
  });

  test("a selection that was typed over is selected again", () => {
    const { ann, undo } = open();
    ann.dispatch(ann.state.tr.setSelection(TextSelection.create(ann.state.doc, 5, 8)));
    ann.dispatch(ann.state.tr.insertText("2"));
    ann.run(undo.undo);
    expect(ann.state.doc.textContent).toBe("one two three");
    expect([ann.state.selection.from, ann.state.selection.to]).toEqual([5, 8]);
  });

  test("typing is one step; a split and a turn-into are steps of their own", () => {
    const { ann, undo } = open();
    type(ann, "ab", 4);
    ann.run(enter);
    type(ann, "cd", ann.state.selection.head);
    ann.run(setKind("heading2"));
    const shapes: string[] = [];
    do
      shapes.push(
        ann.state.doc.content.content.map((node) => `${String(node.attrs["kind"])} ${node.textContent}`).join("|"),
      );
    while (ann.run(undo.undo));
    expect(shapes).toEqual([
      "text oneab|heading2 cd two three",
      "text oneab|text cd two three",
      "text oneab|text  two three",
      "text oneab two three",
      "text one two three",
    ]);
  });

  test("undoing a split keeps what another typed in the new half", () => {
    const { network, ann, ben, undo } = open();
    type(ann, "", 4);
    ann.run(enter);
    network.flush();
    type(ben, "kept", ben.state.doc.content.size - 1);
    network.flush();
    ann.run(undo.undo);
    network.flush();
    expect(ann.state.doc.textContent).toContain("kept");
    expect(ann.state.doc.toJSON()).toEqual(ben.state.doc.toJSON());
  });
});
