import type { Node } from "@tiptap/pm/model";
import { EditorState, TextSelection, type Transaction } from "@tiptap/pm/state";
import type { DecorationSet } from "@tiptap/pm/view";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type BlockLook, blockLooksPlugin } from "./block-looks.ts";
import { lineHint } from "./line-hint.ts";
import { schema } from "./testing/host.ts";
import { titleLooks } from "./title.ts";
import { blocksWithinReach } from "./within-reach.ts";

const PLACEHOLDERS = { title: "Untitled", text: "Write here" };
const looksOf = (state: EditorState): readonly BlockLook[] => [
  ...titleLooks(state.doc, PLACEHOLDERS),
  ...blocksWithinReach(state),
  ...lineHint(state, "Press /"),
];

function begun(...blocks: readonly string[]): EditorState {
  const texts = blocks.map((words) => schema.node("textBlock", null, words === "" ? [] : [schema.text(words)]));
  return EditorState.create({ doc: schema.node("doc", null, texts), plugins: [blockLooksPlugin(looksOf)] });
}

const sorted = (looks: readonly BlockLook[]): readonly BlockLook[] =>
  looks.toSorted((a, b) => a.from - b.from || JSON.stringify(a).localeCompare(JSON.stringify(b)));

/** What stands on the blocks, as ProseMirror would draw it. */
function shown(state: EditorState): readonly BlockLook[] {
  const set = state.plugins[0]?.props.decorations?.call(state.plugins[0], state) as DecorationSet;
  const looks = set.find().map(({ from, to, spec }) => ({ from, to, attributes: spec as BlockLook["attributes"] }));
  for (const { from, to } of looks) expect(state.doc.nodeAt(from)?.nodeSize).toBe(to - from);
  return sorted(looks);
}

/** Something people do, at places that are shares of the document. */
type Deed = readonly [kind: "type" | "split" | "join" | "delete" | "select" | "look", at: number];

function done(state: EditorState, [kind, at]: Deed): Transaction {
  const { tr, doc } = state;
  const position = Math.round(at * doc.content.size);
  const near = TextSelection.near(doc.resolve(position));
  switch (kind) {
    case "type":
      return tr.insertText("word", near.from);
    case "split":
      return tr.split(near.from);
    case "join": {
      const before = near.$from.before(1);
      return before === 0 ? tr : tr.join(before);
    }
    case "delete":
      return tr.delete(near.from, TextSelection.near(doc.resolve(Math.min(doc.content.size, position + 30))).to);
    case "select":
      return tr.setSelection(near);
    case "look":
      return tr;
  }
}

test("whatever is written and wherever the caret goes, the blocks look as if they were drawn anew", () => {
  const deed = fc.tuple(
    fc.constantFrom<Deed[0]>("type", "split", "join", "delete", "select", "look"),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 25 }), (deeds) => {
      let state = begun("Title", "some words", "", "more of them", "the end");
      for (const each of deeds) {
        state = state.apply(done(state, each));
        expect(shown(state)).toEqual(sorted(looksOf(state)));
      }
    }),
  );
});

test("for a letter that somebody writes elsewhere no block is looked at but those that show something", () => {
  const state = begun("Title", ...Array.from({ length: 500 }, (_, at) => `block ${at}`), "the end");
  const tr = state.tr.insertText("x", 4_000);
  let looked = 0;
  const { forEach } = tr.doc.content;
  const { content } = tr.doc;
  // All that ProseMirror does for a new set begins so.
  content.forEach = (look: (node: Node, offset: number, index: number) => void) => {
    looked++;
    forEach.call(content, look);
  };
  const next = state.apply(tr);
  expect(looked).toBe(0);
  expect(shown(next)).toEqual(sorted(looksOf(next)));
});
