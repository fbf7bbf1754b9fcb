import { type Fault, onPage } from "./fault.ts";
import { impersonate } from "./impostor.ts";

/** Tabs that are open at most, when one person opens another. */
const MAX_TABS = 6;

/** What people and their browsers do to tabs. */
export const TAB_FAULTS: readonly Fault[] = [
  {
    name: "page paused",
    weight: 2,
    befall: onPage(({ chance, plans }, page) => {
      const isCounted = chance.is(0.5);
      page.machine.sleep();
      plans.after(chance.between(100, 120_000), () => {
        page.machine.wake(isCounted);
        if (chance.is(0.7)) page.signal(chance.pick(["shown", "online"]));
      });
    }),
  },
  {
    name: "browser says offline",
    weight: 1,
    befall: onPage(({ chance, plans }, page) => {
      page.signal("offline");
      plans.after(chance.between(100, 20_000), () => page.signal("online"));
    }),
  },
  {
    name: "tab crash",
    weight: 2,
    befall: onPage((world, page) => {
      const { chance } = world;
      // At once, or while what was just typed is on its way to the server and to the storage.
      world.plans.after(chance.is(0.5) ? 0 : chance.next() * 10, () => {
        if (page.machine.isDead) return;
        // Sometimes with a word typed in the very turn that never ends.
        if (chance.is(0.3)) page.write((paper) => paper.insert(world.nextWord(page.person), chance), false);
        world.dropTab(page, chance.is(0.3) ? 60_000 : 0);
        world.openPage(page.person, page.ledger);
      });
    }),
  },
  {
    name: "tab closed",
    weight: 1,
    befall: onPage((world, page) => {
      page.provider.destroy();
      // What it asked of the storage last is done, or not any more.
      for (let i = world.chance.below(5); i > 0; i--) page.person.device?.step();
      world.dropTab(page, 0);
      world.openPage(world.chance.pick(world.people), page.ledger);
    }),
  },
  {
    name: "second tab of a person",
    weight: 1,
    befall: onPage((world, { person, ledger }) => {
      if (world.tabs.length >= MAX_TABS) return false;
      world.openPage(person, ledger);
      return true;
    }),
  },
  {
    name: "client id used by somebody else",
    weight: 2,
    befall: onPage(impersonate),
  },
  {
    name: "right to write lost for a while",
    weight: 1,
    befall: onPage(({ chance, plans, server }, { person }) => {
      person.role = "viewer";
      server.reconsider();
      plans.after(chance.between(100, 20_000), () => {
        person.role = "editor";
        server.reconsider();
      });
    }),
  },
];
