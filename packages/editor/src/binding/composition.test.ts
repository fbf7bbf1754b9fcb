import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextSelection } from "@tiptap/pm/state";
import type * as Y from "yjs";
import type { Host } from "../testing/host.ts";
import { openNetwork, type Network } from "../testing/network.ts";
import { element } from "../testing/odd-document.ts";
import { integer, randomFrom } from "../testing/words.ts";

function open(): { network: Network; ann: Host; ben: Host } {
  const network = openNetwork(2, (fragment: Y.XmlFragment) => {
    fragment.push([element("textBlock", { id: "a" }, ["one two"]), element("textBlock", { id: "b" }, ["three"])]);
  });
  const [ann, ben] = network.hosts as [Host, Host];
  return { network, ann, ben };
}

function caret(host: Host, position: number): void {
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, position)));
}

describe("someone composes with an input method where others type", () => {
  test("the composed block is left alone until the composition ends; other blocks are not", () => {
    const { network, ann, ben } = open();
    caret(ann, 8);
    ann.composing = true;
    ann.dispatch(ann.state.tr.insertText("k", 8));
    ben.dispatch(ben.state.tr.insertText("zero ", 1));
    ben.dispatch(ben.state.tr.insertText("!", ben.state.doc.content.size - 1));
    network.flush();
    expect(ann.state.doc.child(0).textContent).toBe("one twok");
    expect(ann.state.doc.child(1).textContent).toBe("three!");

    ann.dispatch(ann.state.tr.insertText("か", 8, 9));
    expect(ann.state.doc.child(0).textContent).toBe("one twoか");
    ann.composing = false;
    ann.binding.update();
    network.flush();
    for (const host of [ann, ben]) expect(host.state.doc.child(0).textContent).toBe("zero one twoか");
    expect(ann.state.doc.eq(ann.render())).toBe(true);
  });

  test("what is composed before anybody else types there is shared at once", () => {
    const { network, ann, ben } = open();
    caret(ann, 8);
    ann.composing = true;
    ann.dispatch(ann.state.tr.insertText("k", 8));
    network.flush();
    expect(ben.state.doc.child(0).textContent).toBe("one twok");
  });

  test("a split during the composition keeps both people's words", () => {
    const { network, ann, ben } = open();
    caret(ann, 8);
    ann.composing = true;
    ben.dispatch(ben.state.tr.insertText("zero ", 1));
    network.flush();
    ann.dispatch(ann.state.tr.insertText("x", 8));
    ann.dispatch(ann.state.tr.split(5));
    ann.composing = false;
    ann.binding.update();
    network.flush();
    expect(ann.state.doc.textContent).toBe("zero one twoxthree");
    expect(ben.state.doc.toJSON()).toEqual(ann.state.doc.toJSON());
    expect(ann.state.doc.eq(ann.render())).toBe(true);
  });

  test("the composed block removed by someone else is gone, without an error", () => {
    const { network, ann, ben } = open();
    caret(ann, 8);
    ann.composing = true;
    ben.dispatch(ben.state.tr.insertText("zero ", 1));
    network.flush();
    ann.dispatch(ann.state.tr.insertText("x", 8));
    ben.dispatch(ben.state.tr.delete(0, ben.state.doc.child(0).nodeSize));
    network.flush();
    ann.composing = false;
    ann.binding.update();
    network.flush();
    expect(ben.state.doc.toJSON()).toEqual(ann.state.doc.toJSON());
    expect(ann.state.doc.eq(ann.render())).toBe(true);
  });

  test("any mix of both, and both end the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = randomFrom(seed);
        const { network, ann, ben } = open();
        const words: string[] = [];
        for (let at = 0; at < 30; at++) {
          const host = random() < 0.5 ? ann : ben;
          const size = host.state.doc.child(0).content.size;
          const position = 1 + integer(random, size + 1);
          if (random() < 0.15) ann.composing = !ann.composing;
          if (host === ann && !ann.composing) caret(ann, position);
          const letter = String.fromCodePoint(0x4e00 + at);
          const roll = random();
          if (roll < 0.6) {
            words.push(letter);
            host.dispatch(host.state.tr.insertText(letter, position));
          } else if (roll < 0.7 && host === ben) host.dispatch(host.state.tr.setNodeAttribute(0, "kind", "bullet"));
          else if (roll < 0.8) host.dispatch(host.state.tr.addMark(1, position, host.state.schema.mark("bold")));
          if (random() < 0.3) network.flush();
        }
        ann.composing = false;
        ann.binding.update();
        network.flush();
        expect(ben.state.doc.toJSON()).toEqual(ann.state.doc.toJSON());
        expect(ann.state.doc.eq(ann.render())).toBe(true);
        for (const word of words) expect(ann.state.doc.textContent.split(word)).toHaveLength(2);
      }),
      { numRuns: 150 },
    );
  });
});
