import fc from "fast-check";
import { expect, test } from "vitest";
import { type Page, World } from "./testing/world.ts";

/** What may happen, in any order. `at` picks a page, a wire or a place in the text. */
type Step =
  | { readonly kind: "type"; readonly page: number; readonly at: number }
  | { readonly kind: "erase"; readonly page: number; readonly at: number }
  | { readonly kind: "endTurn" }
  | { readonly kind: "hear"; readonly at: number }
  | { readonly kind: "deliver"; readonly at: number }
  | { readonly kind: "commit"; readonly fails: boolean }
  /** What the page sent before the cut may still arrive, even after the page has come back. */
  | { readonly kind: "cut"; readonly at: number; readonly arrives: boolean }
  | { readonly kind: "silence"; readonly at: number }
  | { readonly kind: "reconnect"; readonly page: number }
  | { readonly kind: "wait"; readonly millis: number }
  | { readonly kind: "settle" };

const PAGES = 2;
const at = fc.nat(1000);
const page = fc.nat(PAGES - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("type"), page, at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("erase"), page, at }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("endTurn") }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("hear"), at }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("deliver"), at }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("commit"), fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cut"), at, arrives: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("silence"), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconnect"), page }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait"), millis: fc.nat(8000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("settle") }) },
) as fc.Arbitrary<Step>;

const wordsIn = (text: string): string[] => text.split(" ").filter(Boolean);

/** Pages that type numbered words between words, and a record of what they did. */
class Story {
  readonly world = new World();
  readonly pages: readonly Page[] = Array.from({ length: PAGES }, () => this.world.open());
  /** By page: what it typed and did not erase. */
  readonly typed: readonly Set<string>[] = this.pages.map(() => new Set());
  #words = 0;

  run(step: Step): void {
    const { server, clock } = this.world;
    const wire = "at" in step ? server.wires[step.at % server.wires.length] : undefined;
    switch (step.kind) {
      case "type":
        this.#type(this.pages[step.page]!, this.typed[step.page]!, step.at);
        break;
      case "erase":
        this.#erase(this.pages[step.page]!, this.typed[step.page]!, step.at);
        break;
      case "endTurn":
        clock.endTurn();
        break;
      case "hear":
        server.hear(wire!);
        break;
      case "deliver":
        wire!.deliverDown();
        break;
      case "commit":
        server.failingCommits = step.fails ? 1 : 0;
        server.commit();
        break;
      case "cut":
        wire!.cut(step.arrives);
        break;
      case "silence":
        wire!.isSilent = true;
        break;
      case "reconnect":
        this.pages[step.page]!.provider.disconnect();
        this.pages[step.page]!.provider.connect();
        break;
      case "wait":
        clock.advance(step.millis);
        break;
      case "settle":
        this.world.settle();
        break;
    }
  }

  /** No more faults; enough time for every wait and every doubt there is. */
  heal(): void {
    this.world.server.failingCommits = 0;
    this.world.advance(180_000);
  }

  /** A page must not say "Saved" while a word it typed is not in the log. */
  checkPromise(): void {
    const log = new Set(wordsIn(this.world.server.read()));
    this.pages.forEach(({ provider }, index) => {
      const unsaved = [...this.typed[index]!].filter((word) => !log.has(word));
      if (unsaved.length > 0) expect(provider.state.status.kind, `unsaved: ${unsaved.join(" ")}`).not.toBe("saved");
    });
  }

  #type({ text }: Page, typed: Set<string>, at: number): void {
    const word = `w${this.#words++}`;
    // Between words only: a word torn apart by somebody else's would not be found again.
    const gaps = [0, ...[...text.toJSON().matchAll(/ /g)].map(({ index }) => index + 1)];
    text.insert(gaps[at % gaps.length]!, `${word} `);
    typed.add(word);
  }

  #erase({ text }: Page, typed: Set<string>, at: number): void {
    const word = [...typed][at % Math.max(1, typed.size)];
    const index = word === undefined ? -1 : ` ${text.toJSON()}`.indexOf(` ${word} `);
    if (word === undefined || index < 0) return;
    text.delete(index, word.length + 1);
    typed.delete(word);
  }
}

test("after any cuts, silences, failed commits and doubled connections every typed word is there once, on all sides, and nothing is pending", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const story = new Story();
      for (const each of steps) {
        story.run(each);
        story.checkPromise();
      }
      story.heal();
      const expected = story.typed.flatMap((words) => [...words]).toSorted();
      for (const { provider, text } of story.pages) {
        expect(provider.state.status).toEqual({ kind: "saved" });
        expect(wordsIn(text.toJSON()).toSorted()).toEqual(expected);
      }
      expect(wordsIn(story.world.server.read()).toSorted()).toEqual(expected);
      expect(story.pages[0]!.text.toJSON()).toBe(story.pages[1]!.text.toJSON());
    }),
    { numRuns: 200 },
  );
});
