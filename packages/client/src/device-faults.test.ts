import fc from "fast-check";
import { expect, test } from "vitest";
import type { Provider } from "./provider.ts";
import { type Tab, World } from "./testing/world.ts";

/** What may happen, in any order. `at` picks a tab, a wire or a place in the text. */
type Step =
  | { readonly kind: "type" | "kill" | "reconnect"; readonly tab: number; readonly at: number }
  | { readonly kind: "endTurn" | "store" | "settle" }
  | { readonly kind: "hear" | "deliver" | "cut"; readonly at: number }
  | { readonly kind: "commit"; readonly fails: boolean }
  | { readonly kind: "device"; readonly state: "works" | "stalls" | "fails" | "is full" | "is cleared" }
  | { readonly kind: "server"; readonly isDown: boolean }
  | { readonly kind: "wait"; readonly millis: number };

const TABS = 3;
const at = fc.nat(1000);
const tab = fc.nat(TABS - 1);
const state = fc.constantFrom("works", "works", "works", "stalls", "fails", "is full", "is cleared");

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("type"), tab, at }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("kill"), tab, at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconnect"), tab, at }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("endTurn") }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("store") }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("hear"), at }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("deliver"), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cut"), at }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("commit"), fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("device"), state }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("server"), isDown: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait"), millis: fc.nat(8000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("settle") }) },
) as fc.Arbitrary<Step>;

/** What was refused for any other reason stays, and fails the story. */
function dismissUnconnected(provider: Provider): void {
  if (provider.state.refused.every(({ code }) => code === "unconnected")) provider.dismissRefused();
}

const wordsIn = (text: string): string[] => text.split(" ").filter(Boolean);

/** Tabs of one browser that type numbered words and get killed, and what may never be lost of it. */
class Story {
  readonly world = new World();
  readonly tabs: Tab[] = Array.from({ length: TABS }, () => this.world.visit());
  /** By tab: what it typed. */
  readonly #typed: string[][] = this.tabs.map(() => []);
  /** What a page said to be saved or kept when it was killed, or still shows. */
  readonly safe = new Set<string>();
  #words = 0;
  #isCleared = false;
  #wasFaulty = false;

  run(step: Step): void {
    const { server, clock, device } = this.world;
    const wire = "at" in step && server.wires.length > 0 ? server.wires[step.at % server.wires.length] : undefined;
    switch (step.kind) {
      case "type":
        this.#type(step.tab, step.at);
        break;
      case "kill":
        this.#kill(step.tab);
        break;
      case "reconnect":
        this.tabs[step.tab]!.provider.disconnect();
        this.tabs[step.tab]!.provider.connect();
        break;
      case "endTurn":
        clock.endTurn();
        break;
      case "store":
        device.step();
        break;
      case "hear":
        if (wire !== undefined) server.hear(wire);
        break;
      case "deliver":
        wire?.deliverDown();
        break;
      case "cut":
        wire?.cut(false);
        break;
      case "commit":
        server.failingCommits = step.fails ? 1 : 0;
        server.commit();
        break;
      case "device":
        this.#change(step.state);
        break;
      case "server":
        server.isRefusing = step.isDown;
        break;
      case "wait":
        clock.advance(step.millis);
        break;
      case "settle":
        this.world.settle();
        break;
    }
  }

  /** No more faults, enough time for everything, and somebody who comes then. */
  heal(): Tab {
    this.world.server.failingCommits = 0;
    this.world.server.isRefusing = false;
    this.#change("works");
    this.world.advance(180_000);
    // A storage that was cleared, or refused a write, in the middle of a batch may have kept its end without its beginning.
    if (this.#wasFaulty) for (const { provider } of this.tabs) dismissUnconnected(provider);
    this.#typed.forEach((words) => words.forEach((word) => this.safe.add(word)));
    const fresh = this.world.visit();
    this.world.advance(60_000);
    return fresh;
  }

  #type(index: number, place: number): void {
    const { text } = this.tabs[index]!;
    const word = `w${this.#words++}`;
    const gaps = [0, ...[...text.toJSON().matchAll(/ /g)].map((space) => space.index + 1)];
    text.insert(gaps[place % gaps.length]!, `${word} `);
    this.#typed[index]!.push(word);
  }

  #kill(index: number): void {
    const tab = this.tabs[index]!;
    const { status } = tab.provider.state;
    // After the storage was cleared a page is told only by its next write.
    const isKept = "isKept" in status && status.isKept && !this.#isCleared;
    if (status.kind === "saved" || isKept) for (const word of this.#typed[index]!) this.safe.add(word);
    tab.kill();
    this.#typed[index] = [];
    this.tabs[index] = this.world.visit();
    // Nor has the device what an earlier page left and only this one had taken on before the storage was cleared.
    if (this.#isCleared) this.#keepWhatIsElsewhere();
  }

  #change(to: Extract<Step, { kind: "device" }>["state"]): void {
    const { device } = this.world;
    if (to !== "works" && to !== "stalls") this.#wasFaulty = true;
    device.isStalled = to === "stalls";
    device.failure = to === "fails" ? { code: "failed" } : undefined;
    device.writeFailure = to === "is full" ? { code: "full" } : undefined;
    if (to !== "is cleared") return;
    device.clear();
    this.#isCleared = true;
    // What only the device had is gone.
    this.#keepWhatIsElsewhere();
  }

  #keepWhatIsElsewhere(): void {
    const elsewhere = new Set(wordsIn([this.world.server.read(), ...this.tabs.map(({ text }) => text)].join(" ")));
    for (const word of this.safe) if (!elsewhere.has(word)) this.safe.delete(word);
  }
}

test("whatever happens to tabs, device, network and server: what a page said to be saved or kept is there once, in the end, and nothing is there twice", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const story = new Story();
      for (const each of steps) story.run(each);
      const fresh = story.heal();
      const words = wordsIn(fresh.text.toJSON());
      expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
      expect([...story.safe].filter((word) => !words.includes(word))).toEqual([]);
      expect(wordsIn(story.world.server.read()).toSorted()).toEqual(words.toSorted());
      for (const { provider } of [...story.tabs, fresh]) expect(provider.state.status).toEqual({ kind: "saved" });
    }),
    { numRuns: 300 },
  );
});
