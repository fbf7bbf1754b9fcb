import type { MemoryDevice } from "@sheaf/client/testing";
import type { Fault } from "./fault.ts";
import type { Person } from "./person.ts";
import type { World } from "./world.ts";

function onDevice(befall: (world: World, device: MemoryDevice, person: Person) => void): Fault["befall"] {
  return (world) => {
    const people = world.people.filter(({ device }) => device !== undefined);
    if (people.length === 0) return false;
    const person = world.chance.pick(people);
    befall(world, person.device!, person);
    return true;
  };
}

/** What befalls the storage of a browser. */
export const DEVICE_FAULTS: readonly Fault[] = [
  {
    name: "browser storage cleared",
    weight: 2,
    befall: onDevice((_world, device, person) => {
      device.clear();
      person.clearings += 1;
      for (const { ledger, claim } of person.kept) if (!ledger.isDurable(claim)) ledger.abandon(claim);
      person.kept = [];
    }),
  },
  {
    name: "browser storage full",
    weight: 2,
    befall: onDevice(({ chance, plans }, device) => {
      device.writeFailure = { code: "full" };
      plans.after(chance.between(100, 30_000), () => (device.writeFailure = undefined));
    }),
  },
  {
    name: "browser storage failing",
    weight: 2,
    befall: onDevice(({ chance, plans }, device) => {
      device.failure = { code: chance.pick(["failed", "missing", "blocked"]) };
      plans.after(chance.between(100, 30_000), () => (device.failure = undefined));
    }),
  },
  {
    name: "browser storage stalled",
    weight: 2,
    befall: onDevice(({ chance, plans }, device) => {
      device.isStalled = true;
      plans.after(chance.between(100, 10_000), () => (device.isStalled = false));
    }),
  },
];
