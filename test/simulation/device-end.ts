import type { Device } from "@sheaf/client";
import type { MemoryPage } from "@sheaf/client/testing";
import type { Machine } from "./machine.ts";

/** A tab's end of its browser's storage: answers come in turns of their own, and only while the tab is awake. */
export function deviceEnd({ store, owners }: MemoryPage, machine: Machine): Device {
  const later =
    <T>(done: (answer: T) => void) =>
    (answer: T): void =>
      void machine.after(0, () => done(answer));
  return {
    store: {
      readCopy: (document, done) => store.readCopy(document, later(done)),
      readQueues: (document, done) => store.readQueues(document, later(done)),
      write: (document, changes, done) => store.write(document, changes, later(done)),
    },
    owners: {
      own: () => owners.own(),
      claim: (queue, claimed) => owners.claim(queue, later(claimed)),
    },
  };
}
