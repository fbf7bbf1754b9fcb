import { NOBODY } from "@sheaf/room";
import { compare } from "./compare.ts";
import { excuseFor } from "./excuses.ts";
import type { Ledger, WordFault } from "./ledger.ts";
import { Machine } from "./machine.ts";
import { Page } from "./page.ts";
import { newPerson, type Person } from "./person.ts";
import { StockTab } from "./stock-tab.ts";
import type { Tab } from "./tab.ts";
import { WordHistory } from "./word-history.ts";
import type { World } from "./world.ts";

/** Longest that everything may take to settle once nothing is broken any more. */
const SETTLE_WITHIN_MILLIS = 400_000;

/**
 * Repairs everything, waits until it has come to rest, and compares all replicas of all documents.
 * Throws what is wrong.
 */
export async function comeToRest(world: World): Promise<void> {
  repair(world);
  await settle(world);
  for (const ledger of world.ledgers) {
    const newcomer = world.openPage(whoComes(world), ledger);
    await settle(world);
    const tabs = world.tabs.filter((tab) => tab.ledger === ledger);
    const log = world.disk.load(ledger.document);
    const problem = compare(ledger, log, tabs, world.schemaVersion, (fault) => isExcused(world, ledger, fault));
    if (problem !== undefined) throw new Error(problem);
    world.dropTab(newcomer, 0);
  }
}

/** Somebody who was here before, or who has nothing of any document. */
function whoComes({ chance, people }: World): Person {
  return chance.is(0.5) ? chance.pick(people) : newPerson("n", NOBODY, undefined);
}

function repair(world: World): void {
  world.note(() => "everything is repaired");
  const { disk, server } = world;
  world.plans = new Machine(world.time);
  world.killsAtCommit = false;
  disk.isFull = false;
  disk.failingAppends = 0;
  disk.failingReads = 0;
  disk.appendMillis = disk.usualAppendMillis;
  server.start();
  server.machine?.wake(true);
  for (const person of world.people) {
    person.role = "editor";
    const { device } = person;
    if (device !== undefined) Object.assign(device, { isStalled: false, failure: undefined, writeFailure: undefined });
  }
  server.reconsider();
  for (const { machine } of world.tabs) machine.wake(true);
  for (const wire of world.wires) {
    wire.weight = 0;
    wire.up.heldUntil = 0;
    wire.down.heldUntil = 0;
  }
}

/** Only where structures were changed, or taken back: everywhere else each word counts. */
function isExcused(world: World, ledger: Ledger, fault: WordFault): boolean {
  const { isStructural, isUndoing, disk, tally } = world;
  if (!isStructural && !isUndoing) return false;
  const { snapshot } = disk.load(ledger.document);
  const history = new WordHistory(disk.historyOf(ledger.document), snapshot?.seq ?? 0, ledger);
  const excuse = excuseFor(fault, history, ledger);
  if (excuse === undefined) world.note(() => history.tell(fault.word));
  else tally.count(`excused: ${excuse}`);
  return excuse !== undefined;
}

async function settle(world: World): Promise<void> {
  const until = world.time.now + SETTLE_WITHIN_MILLIS;
  do {
    if (world.time.now >= until) throw new Error(`it does not settle: ${world.tabs.map(stateOf).join("; ")}`);
    for (const tab of world.tabs) if (tab instanceof Page) tab.tidyUp();
    for (const person of world.people) comeBack(world, person);
    await world.scheduler.pass(1_000);
  } while (!isAtRest(world));
}

/** Whoever left words on a device comes back to their document, and the words with them. */
function comeBack(world: World, person: Person): void {
  person.kept = person.kept.filter(({ ledger, claim }) => !ledger.isDurable(claim));
  for (const { ledger } of person.kept) {
    const isThere = world.tabs.some((tab) => tab.person === person && tab.ledger === ledger);
    if (!isThere) world.openPage(person, ledger);
  }
}

function isAtRest({ disk, tabs, people }: World): boolean {
  return disk.isQuiet && tabs.every(isSettled) && people.every(({ kept }) => kept.length === 0);
}

/** Nothing is on its way, on a socket that both ends hear; a page may not know yet that nobody is there. */
function isSettled(tab: Tab): boolean {
  if (tab.unsaved.length > 0 || tab.wire?.isAtRest !== true) return false;
  if (tab instanceof StockTab) return tab.isSynced;
  return tab instanceof Page && tab.provider.state.status.kind === "saved" && tab.provider.state.isSynced;
}

function stateOf(tab: Tab): string {
  const state = tab instanceof Page ? JSON.stringify(tab.provider.state.status) : "";
  return `${tab.name} ${state} ${tab.unsaved.length} unsaved`;
}
