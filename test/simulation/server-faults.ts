import { type Fault, onServer } from "./fault.ts";

const HOUR_MILLIS = 3_600_000;

/** What befalls a server and its disk. */
export const SERVER_FAULTS: readonly Fault[] = [
  {
    name: "server crash",
    weight: 3,
    // Mostly soon, when what was just typed is on its way to the disk.
    befall: onServer((world) => void world.plans.after(world.chance.next() * 4, () => world.crashServer())),
  },
  {
    name: "server crash between commit and ack",
    weight: 2,
    befall: onServer((world) => (world.killsAtCommit = true)),
  },
  {
    name: "server drained",
    weight: 1,
    befall: onServer((world) => world.drainServer()),
  },
  {
    name: "server paused",
    weight: 1,
    befall: onServer(({ server, chance, plans }) => {
      const { machine } = server;
      machine?.sleep();
      plans.after(chance.between(10, 30_000), () => machine?.wake(true));
    }),
  },
  {
    name: "failed append",
    weight: 2,
    befall: onServer(({ disk, chance }) => (disk.failingAppends = chance.between(1, 3))),
  },
  {
    name: "failed read",
    weight: 1,
    befall: onServer(({ disk, chance }) => (disk.failingReads = chance.between(1, 2))),
  },
  {
    name: "slow append",
    weight: 1,
    befall: onServer(({ disk, chance, plans }) => {
      disk.appendMillis = chance.between(100, 20_000);
      plans.after(chance.between(100, 30_000), () => (disk.appendMillis = disk.usualAppendMillis));
    }),
  },
  {
    name: "full disk",
    weight: 1,
    befall: onServer(({ disk, chance, plans }) => {
      disk.isFull = true;
      plans.after(chance.between(10, 60_000), () => (disk.isFull = false));
    }),
  },
  {
    name: "log compacted",
    weight: 2,
    befall: ({ disk, chance, ledgers }) => {
      disk.compact(chance.pick(ledgers).document);
      return true;
    },
  },
  {
    name: "history erased",
    weight: 1,
    befall: ({ disk, chance, ledgers }) => {
      const { document } = chance.pick(ledgers);
      disk.compact(document);
      disk.eraseHistory(document);
      return true;
    },
  },
  {
    name: "wall clock set",
    weight: 1,
    befall: onServer(({ server, chance }) => (server.wallOffset += chance.between(-24, 24) * HOUR_MILLIS)),
  },
];
