import type { Chance } from "./chance.ts";
import type { Fault } from "./fault.ts";
import { FAULTS } from "./faults.ts";
import type { Paper } from "./paper.ts";
import { comeToRest } from "./rest.ts";
import type { Tab } from "./tab.ts";
import type { Tally } from "./tally.ts";
import { World } from "./world.ts";

export interface StoryOptions {
  readonly seed: number;
  /** Collects what happened, one line each. */
  readonly trace?: string[] | undefined;
}

/** One whole story from one seed: who is there, what they write, what breaks, and that nothing typed is lost. */
export async function tell({ seed, trace }: StoryOptions): Promise<Tally> {
  const world = new World(seed, { trace });
  const { chance, tally } = world;
  const plan = { faultShare: 0.05 + chance.next() * 0.2, faults: FAULTS.filter(() => chance.is(0.6)) };
  const steps = chance.between(40, 110);
  const quietAt = chance.is(0.3) ? chance.below(steps) : steps;
  for (let i = 0; i < steps; i++) {
    await step(world, plan);
    world.check();
    if (i === quietAt) await comeToRest(world);
  }
  await comeToRest(world);
  tally.count("run");
  return tally;
}

export const STRUCTURAL = "structural edit";
export const UNDO = "undo";

/** Of the edits, in stories in which people take things back. */
const UNDO_SHARE = 0.12;

/** Of the edits, in stories in which structures change. */
const STRUCTURAL_SHARE = 0.4;

interface Plan {
  readonly faultShare: number;
  readonly faults: readonly Fault[];
}

async function step(world: World, { faultShare, faults }: Plan): Promise<void> {
  const { chance, tally } = world;
  tally.count("step");
  if (faults.length > 0 && chance.is(faultShare)) {
    const fault = chance.weighted(faults);
    if (fault.befall(world)) {
      world.note(() => `FAULT ${fault.name}`);
      tally.count(`fault: ${fault.name}`);
    }
  } else if (chance.is(0.55) && world.writers.length > 0) {
    const tab = chance.pick(world.writers);
    if (world.isUndoing && world.undoing.is(UNDO_SHARE)) {
      const done = tab.undo(world.undoing);
      world.note(() => `${tab.name} does ${done}`);
      tally.count(UNDO);
    } else tab.write((paper) => edit(world, tab, paper));
    tally.count("edit");
  } else if (chance.is(0.5)) {
    await world.scheduler.some(chance.between(1, 12));
  } else {
    await world.scheduler.pass(chance.weighted(PAUSES).millis * chance.next());
  }
}

const PAUSES = [
  { weight: 6, millis: 20 },
  { weight: 3, millis: 1_000 },
  { weight: 2, millis: 8_000 },
  { weight: 1, millis: 60_000 },
];

function edit(world: World, tab: Tab, paper: Paper): void {
  const { chance } = world;
  const { words } = paper;
  const word = () => world.nextWord(tab.person);
  if (world.isStructural && chance.is(STRUCTURAL_SHARE)) {
    const done = paper.restructure(chance, word);
    world.note(() => `${tab.name} does ${done}`);
    world.tally.count(STRUCTURAL);
    return;
  }
  const dice = chance.next();
  if (dice < 0.65 || words.length === 0) {
    const typed = word();
    world.note(() => `${tab.name} types ${typed}`);
    paper.insert(typed, chance);
  } else if (dice < 0.85) {
    const erased = wordToErase(tab, words, chance);
    world.note(() => `${tab.name} erases ${erased}`);
    paper.erase(erased);
  } else {
    world.note(() => `${tab.name} formats`);
    paper.format(chance);
  }
}

/** Mostly one's own. */
function wordToErase({ person }: Tab, words: readonly string[], chance: Chance): string {
  const own = words.filter((word) => person.words.has(word));
  return chance.pick(own.length > 0 && chance.is(0.7) ? own : words);
}
