import { quietAwareness, World } from "@sheaf/client/testing/world";
import { commands, type CommandName } from "@sheaf/editor";
import { element } from "@sheaf/editor/testing";
import { RescuingHost } from "@sheaf/editor/testing/rescuing-host";
import { integer, pick, randomFrom } from "@sheaf/editor/testing/words";
import { TextSelection } from "@tiptap/pm/state";
import * as Y from "yjs";

/** A block that somebody types in, whatever becomes of it. */
const BLOCK = "block";

/** What the other types, in front of all. */
const FRONT = "_";

/** What writes the block anew, under the same id. */
const DEEDS: readonly CommandName[] = ["callout", "toggle", "moveUp", "moveDown", "codeBlock"];

/** One person's page. */
export class Typist {
  readonly host: RescuingHost;
  rescues = 0;

  constructor(world: World, clientId: number) {
    const doc = new Y.Doc();
    doc.clientID = clientId;
    const { lostAndFound } = world.open({ doc, awareness: quietAwareness(doc) }).provider;
    this.host = new RescuingHost(doc, { lostAndFound, rescued: () => void this.rescues++ });
  }

  get shown(): string {
    const { doc } = this.host.state;
    return doc.textBetween(0, doc.content.size, "|");
  }

  /** Puts the caret into the block. */
  goTo(offset: number): void {
    const { doc, tr } = this.host.state;
    doc.descendants((node, position) => {
      if (node.attrs["id"] === BLOCK) tr.setSelection(TextSelection.create(doc, position + 1 + offset));
    });
    this.host.dispatch(tr);
  }

  type(letter: string): void {
    this.host.dispatch(this.host.state.tr.insertText(letter));
  }

  /** Does something to the block. */
  act(name: CommandName): void {
    this.goTo(0);
    this.host.run(commands[name].run);
  }
}

/** Two pages of a document whose block holds these words, the wires between them, and what they did. */
export function openPages(clientIds: readonly [ben: number, ana: number], words: string) {
  const world = new World();
  const [ben, ana] = clientIds.map((clientId) => new Typist(world, clientId)) as [Typist, Typist];
  ben.host.fragment.push([
    element("textBlock", { id: "first" }, ["first"]),
    element("textBlock", { id: BLOCK }, [words]),
    element("textBlock", { id: "last" }, ["last"]),
  ]);
  world.settle();
  const [wireOfBen, wireOfAna] = world.server.wires as [World["server"]["newest"], World["server"]["newest"]];
  return { world, ben, ana, wireOfBen, wireOfAna };
}

export interface Plan {
  readonly seed: number;
  /** What stands before and behind the caret of who types. */
  readonly around: readonly [before: string, after: string];
  readonly isBold?: boolean;
  /** The other types, too, elsewhere. */
  readonly areBoth?: boolean;
}

export interface Outcome {
  /** What Ben typed, between what stood around it. */
  readonly expected: string;
  /** All of the document's words, without what Ana typed. */
  readonly shown: string;
  readonly rescues: number;
  readonly tell: () => string;
}

/** Some are the same beside one another: by text alone nobody knows which of two was there first. */
const LETTERS = " three letters meet moon bee";

/** Tells a story by its seed: Ben types on where he is, letter by letter; Ana does one thing after the other to the block. */
export function tellLetters({ seed, around, isBold = false, areBoth = false }: Plan): Outcome {
  const random = randomFrom(seed);
  const { world, ben, ana } = openPages(random() < 0.5 ? [2, 3] : [3, 2], around.join(""));
  const { clock, server } = world;
  const log: string[] = [];
  const note = (what: string): void => void log.push(`${what}: Ben ${ben.shown}, Ana ${ana.shown}`);
  ben.goTo(around[0].length);
  if (isBold) ben.host.run(commands.bold.run);
  for (const letter of LETTERS) {
    ben.type(letter);
    note(`Ben types ${letter}`);
    clock.endTurn();
    if (random() < 0.3) {
      const deed = pick(random, DEEDS);
      ana.act(deed);
      note(`Ana ${deed}`);
      clock.endTurn();
    }
    if (areBoth && random() < 0.2) {
      ana.goTo(0);
      ana.type(FRONT);
      note("Ana types");
      clock.endTurn();
    }
    // Who types slowly has everything before the next letter.
    if (random() < 0.15) world.settle();
    for (let moves = integer(random, 8); moves > 0; moves--) {
      const wire = pick(random, server.wires);
      const chance = random();
      if (chance < 0.4) while (server.hear(wire));
      else if (chance < 0.6) server.commit();
      else if (wire.deliverDown()) note(`${wire === server.wires[0] ? "Ben" : "Ana"} hears`);
    }
  }
  world.settle();
  note("all agree");
  if (ben.shown !== ana.shown) throw new Error(`seed ${seed}: the views differ\n${log.join("\n")}`);
  return {
    expected: around.join(LETTERS),
    shown: ben.shown.replaceAll(FRONT, ""),
    rescues: ben.rescues + ana.rescues,
    tell: () => log.join("\n"),
  };
}
