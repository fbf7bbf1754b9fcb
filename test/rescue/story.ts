import { quietAwareness, World, type Page } from "@sheaf/client/testing/world";
import type { LostAndFound, Rescued } from "@sheaf/editor";
import { element } from "@sheaf/editor/testing";
import { RescuingHost } from "@sheaf/editor/testing/rescuing-host";
import {
  pickStructural,
  REGISTERED,
  typing,
  undoing,
  type WordEdit,
  findWords,
  wordOf,
  wordsIn,
} from "@sheaf/editor/testing/word-edits";
import { integer, pick, randomFrom } from "@sheaf/editor/testing/words";
import * as Y from "yjs";

export interface Plan {
  readonly seed: number;
  /**
   * `two`: the first types and does nothing else, the second does everything. `many`: two to four people do everything;
   * then two may move one block at once, which makes two of it. `three`: three do, also by any command of the registry.
   */
  readonly cast: "two" | "many" | "three";
  readonly isRescuing: boolean;
  /** Wires are cut, and acks lost. */
  readonly hasCuts: boolean;
}

export interface Outcome {
  readonly typed: number;
  /** Words nobody took away before whose eyes they stood, and that are gone. */
  readonly lost: readonly string[];
  /** Words that are there more than once. */
  readonly doubled: readonly string[];
  /** Those of them that are there more often than people put them there, by typing or with a copy. */
  readonly doubledByRescue: readonly string[];
  readonly rescues: number;
  readonly cuts: number;
  /** What was done, for whoever has to find out. */
  readonly tell: () => string;
}

const STEPS = 30;

/** Tells one story by its seed: people who edit one document over wires that are slow and get cut, as the log orders it. */
export function tellRescue(plan: Plan): Outcome {
  const story = new Story(plan);
  for (let step = 0; step < STEPS; step++) story.step();
  return story.end();
}

interface Person {
  readonly page: Page;
  readonly host: RescuingHost;
}

class Story {
  readonly #plan: Plan;
  readonly #random: () => number;
  readonly #world = new World();
  readonly #people: readonly Person[];
  readonly #log: (() => string)[] = [];
  #typed = 0;
  /** Words of which somebody took one away before whose eyes it stood. */
  readonly #deleted = new Set<string>();
  /** How often people put a word into the document, by typing it or with a copy of what it stood in. */
  readonly #made = new Map<string, number>();
  #isRescuing = false;
  #rescues = 0;
  #cuts = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = randomFrom(plan.seed);
    const count = plan.cast === "many" ? 2 + integer(this.#random, 3) : { two: 2, three: 3 }[plan.cast];
    this.#people = Array.from({ length: count }, (_, at) => this.#enter(at));
    seedDocument((this.#people[0] as Person).host.fragment, this.#word);
    this.#settle();
  }

  step(): void {
    const random = this.#random;
    const at = integer(random, this.#people.length);
    const { cast } = this.#plan;
    const isStructural = random() < (cast !== "two" ? 0.45 : at === 0 ? 0 : 0.8);
    const isUndo = isStructural && cast !== "two" && random() < 0.1;
    const isAny = isStructural && cast === "three" && random() < 0.7;
    this.#edit(
      at,
      isUndo ? undoing : isAny ? pick(random, REGISTERED) : isStructural ? pickStructural(random) : typing,
    );
    for (let moves = integer(random, 6); moves > 0; moves--) this.#move();
    if (random() < 0.12) this.#settle();
    else if (random() < 0.3) this.#world.clock.advance(500);
  }

  end(): Outcome {
    this.#settle();
    const [first, ...others] = this.#people.map(({ host }) => host.state.doc.toJSON() as unknown);
    for (const other of others)
      if (JSON.stringify(other) !== JSON.stringify(first)) throw new Error(`seed ${this.#plan.seed}: the views differ`);
    for (const { host } of this.#people) host.state.doc.check();
    const shown = countsIn(this.#people[0] as Person);
    const all = Array.from({ length: this.#typed }, (_, number) => wordOf(number));
    return {
      typed: this.#typed,
      lost: all.filter((word) => !this.#deleted.has(word) && !shown.has(word)),
      doubled: all.filter((word) => (shown.get(word) ?? 0) > 1),
      doubledByRescue: all.filter((word) => (shown.get(word) ?? 0) > (this.#made.get(word) ?? 0)),
      rescues: this.#rescues,
      cuts: this.#cuts,
      tell: () => this.#log.map((line) => line()).join("\n"),
    };
  }

  #enter(at: number): Person {
    const doc = new Y.Doc();
    doc.clientID = at + 1;
    const page = this.#world.open({ doc, awareness: quietAwareness(doc) });
    const { lostAndFound } = page.provider;
    doc.on("update", (update: Uint8Array, _origin: unknown, _doc: Y.Doc, { local }: Y.Transaction) => {
      if (!local || this.#isRescuing) return;
      for (const word of wordsOf(update)) this.#made.set(word, (this.#made.get(word) ?? 0) + 1);
    });
    const watched: LostAndFound = {
      ...lostAndFound,
      subscribe: (listener) =>
        lostAndFound.subscribe(() => {
          this.#isRescuing = true;
          listener();
          this.#isRescuing = false;
        }),
    };
    const rescued = ({ into }: Rescued): void => {
      this.#rescues++;
      this.#note(`${at} put back into a ${into}`, person);
    };
    const host = new RescuingHost(doc, this.#plan.isRescuing ? { lostAndFound: watched, rescued } : null);
    const person: Person = { page, host };
    return person;
  }

  readonly #word = (): string => wordOf(this.#typed++);

  #edit(at: number, { name, run }: WordEdit): void {
    const person = this.#people[at] as Person;
    const before = countsIn(person);
    run(person.host, this.#random, this.#word);
    const after = countsIn(person);
    for (const [word, count] of before) if ((after.get(word) ?? 0) < count) this.#deleted.add(word);
    this.#note(`${at} ${name}`, person);
    if (this.#random() < 0.8) this.#world.clock.endTurn();
  }

  #note(what: string, person?: Person): void {
    const doc = person?.host.state.doc;
    this.#log.push(() => (doc === undefined ? what : `${what}: ${doc.toString()}`));
  }

  /** Something arrives somewhere, is committed, or a wire is cut. */
  #move(): void {
    const { server } = this.#world;
    const wire = pick(this.#random, server.wires);
    const chance = this.#random();
    if (this.#plan.hasCuts && chance < 0.03) this.#cut(wire);
    else if (chance < 0.45) while (server.hear(wire));
    else if (chance < 0.7) server.commit();
    else while (wire.deliverDown());
  }

  /** The page comes back when time has passed; what it sent may arrive all the same. */
  #cut(wire: World["server"]["wires"][number]): void {
    this.#cuts++;
    this.#note("cut");
    wire.cut(this.#random() < 0.5);
    while (wire.deliverDown());
  }

  #settle(): void {
    // Long enough for whoever was cut off to come back.
    this.#world.advance(60_000);

    this.#world.settle();
    this.#note("all agree");
  }
}

/** The words that an update brings. */
function wordsOf(update: Uint8Array): string[] {
  const { structs } = Y.decodeUpdate(update);
  const text = structs.map((struct) =>
    struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : " ",
  );
  return findWords(text.join(""));
}

function countsIn({ host }: Person): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of wordsIn(host.state.doc)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function seedDocument(fragment: Y.XmlFragment, word: () => string): void {
  const words = (howMany: number): string => Array.from({ length: howMany }, () => `${word()} `).join("");
  const cell = (id: string): Y.XmlElement =>
    element("tableCell", { id }, [element("textBlock", { id: `${id}-text` }, [words(2)])]);
  fragment.push([
    element("textBlock", { id: "title" }, [words(2)]),
    element("textBlock", { id: "a" }, [words(4)]),
    element("textBlock", { id: "b", kind: "bullet" }, [words(3)]),
    element("table", { id: "t" }, [
      element("tableRow", { id: "r1" }, [cell("c1"), cell("c2")]),
      element("tableRow", { id: "r2" }, [cell("c3"), cell("c4")]),
    ]),
    element("codeBlock", { id: "c" }, [words(3)]),
    element("textBlock", { id: "d" }, [words(5)]),
  ]);
}
