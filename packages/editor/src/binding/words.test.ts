import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { setAlign, indentBy, setKind, toggleChecked, toggleKind } from "../commands/turn-into.ts";
import { ALIGNMENTS, KINDS } from "../schema/fields.ts";
import { openNetwork } from "../testing/network.ts";
import { element } from "../testing/odd-document.ts";
import { integer, pick, randomFrom } from "../testing/words.ts";
import { TextSelection } from "@tiptap/pm/state";

const RUNS = 500;
const EDITS = 60;

describe("one person changes a block's attributes while another types in it", () => {
  test("no word is lost and none is doubled", () => {
    let typed = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = randomFrom(seed);
        const network = openNetwork(3, (fragment) =>
          fragment.push([
            element("textBlock", { id: "t" }, ["start "]),
            element("textBlock", { id: "u" }, ["second "]),
          ]),
        );
        const window = 1 + integer(random, 12);
        const words: string[] = [];
        for (let at = 0; at < EDITS; at++) {
          const host = pick(random, network.hosts);
          const block = integer(random, 2);
          const start = (block === 0 ? 0 : host.state.doc.child(0).nodeSize) + 1;
          const size = host.state.doc.child(block).content.size;
          if (random() < 0.6) {
            const word = `w${words.length}`;
            words.push(word);
            // Between words, so that what is counted stays readable.
            const text = host.state.doc.child(block).textContent;
            const gaps = [0, ...[...text.matchAll(/ /g)].map(({ index }) => index + 1)];
            host.dispatch(host.state.tr.insertText(`${word} `, start + pick(random, gaps)));
          } else {
            host.dispatch(
              host.state.tr.setSelection(
                TextSelection.create(
                  host.state.doc,
                  start,
                  random() < 0.3 ? host.state.doc.content.size - 1 : start + size,
                ),
              ),
            );
            host.run(
              pick(random, [
                setKind(pick(random, KINDS)),
                toggleKind("bullet"),
                indentBy(1),
                indentBy(-1),
                setAlign(pick(random, ALIGNMENTS)),
                toggleChecked,
              ]),
            );
          }
          if (at % window === 0) network.flush();
        }
        network.flush();
        typed += words.length;
        for (const host of network.hosts) {
          expect(host.state.doc.childCount).toBe(2);
          const shown = host.state.doc
            .textBetween(0, host.state.doc.content.size, " ")
            .split(" ")
            .filter((word) => word.startsWith("w"));
          expect(shown.toSorted()).toEqual(words.toSorted());
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(typed).toBeGreaterThan(RUNS * EDITS * 0.4);
  });
});
