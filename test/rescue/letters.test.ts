import { describe, expect, test } from "vitest";
import { openPages, type Plan, tellLetters } from "./letters.ts";

const RUNS = 60;

/** Ben has begun to type: his first letters are in the log, and on their way to Ana. */
function begin(clientIds: Parameters<typeof openPages>[0]) {
  const pages = openPages(clientIds, "two");
  const { world, ben, wireOfBen } = pages;
  ben.goTo(3);
  for (const letter of " t") ben.type(letter);
  world.clock.endTurn();
  while (world.server.hear(wireOfBen));
  world.server.commit();
  return pages;
}

describe.each([{ clientIds: [2, 3] }, { clientIds: [3, 2] }] as const)(
  "a word that Ben is typing while Ana wraps its block, client ids $clientIds",
  ({ clientIds }) => {
    test("is whole: its first letters, which Ana puts back, stood behind those that Ben had typed meanwhile", () => {
      const { world, ben, ana, wireOfBen, wireOfAna } = begin(clientIds);
      const { server, clock } = world;
      ana.act("callout");
      clock.endTurn();
      while (server.hear(wireOfAna));
      server.commit();
      while (wireOfBen.deliverDown());
      expect(ben.shown).toBe("first|two|last");
      for (const letter of "hree") ben.type(letter);
      clock.endTurn();
      world.settle();
      expect([ben.shown, ana.shown]).toEqual(["first|two three|last", "first|two three|last"]);
      expect([ben.rescues, ana.rescues]).toEqual([0, 1]);
    });

    test("is whole when Ben types on only after they came back: his caret is behind them", () => {
      const { world, ben, ana, wireOfBen } = begin(clientIds);
      const { clock } = world;
      while (wireOfBen.deliverDown());
      ana.act("callout");
      clock.endTurn();
      world.settle();
      for (const letter of "hree") ben.type(letter);
      world.settle();
      expect([ben.shown, ana.shown]).toEqual(["first|two three|last", "first|two three|last"]);
    });

    test("is whole when Ben puts some back, too: those that he typed before he knew", () => {
      const { world, ben, ana, wireOfBen, wireOfAna } = begin(clientIds);
      const { server, clock } = world;
      ana.act("callout");
      clock.endTurn();
      while (server.hear(wireOfAna));
      for (const letter of "hr") ben.type(letter);
      clock.endTurn();
      server.commit();
      while (wireOfBen.deliverDown());
      expect(ben.shown).toBe("first|twohr|last");
      for (const letter of "ee") ben.type(letter);
      clock.endTurn();
      world.settle();
      expect([ben.shown, ana.shown]).toEqual(["first|two three|last", "first|two three|last"]);
      expect([ben.rescues, ana.rescues]).toEqual([1, 1]);
    });

    test("is whole when Ana moves it with the letters that she has put back, before she has the next", () => {
      const { world, ben, ana, wireOfBen, wireOfAna } = begin(clientIds);
      const { server, clock } = world;
      ana.act("callout");
      clock.endTurn();
      while (server.hear(wireOfAna));
      server.commit();
      while (wireOfBen.deliverDown());
      for (const letter of "hr") ben.type(letter);
      clock.endTurn();
      while (server.hear(wireOfBen));
      while (wireOfAna.deliverDown());
      expect(ana.shown).toBe("first|two t|last");
      ana.act("moveDown");
      clock.endTurn();
      server.commit();
      while (server.hear(wireOfAna));
      for (const letter of "ee") ben.type(letter);
      clock.endTurn();
      world.settle();
      expect([ben.shown, ana.shown]).toEqual(["first|last|two three", "first|last|two three"]);
      expect([ben.rescues, ana.rescues]).toEqual([1, 2]);
    });
  },
);

describe("what one person types letter by letter, while another wraps, moves and turns the block, stays in order", () => {
  const places: readonly (readonly [where: string, plan: Omit<Plan, "seed">])[] = [
    ["behind a word", { around: ["two", ""] }],
    ["in a word", { around: ["tw", "o"] }],
    ["before a word", { around: ["", "two"] }],
    ["between words", { around: ["one two three", "; four five six"] }],
    ["where nothing is", { around: ["", ""] }],
    ["in bold", { around: ["two", ""], isBold: true }],
    ["while the other types as well, elsewhere in it", { around: ["one two three", "; four"], areBoth: true }],
  ];

  test.each(places)("%s", (_where, plan) => {
    const from = Math.floor(Math.random() * 2 ** 31);
    let rescues = 0;
    for (let seed = from; seed < from + RUNS; seed++) {
      const outcome = tellLetters({ seed, ...plan });
      expect(outcome.shown, `seed ${seed}\n${outcome.tell()}`).toContain(outcome.expected);
      rescues += outcome.rescues;
    }
    expect(rescues).toBeGreaterThan(RUNS);
  });
});
