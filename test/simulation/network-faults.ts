import { type Fault, hold, lane, onPage, onWire } from "./fault.ts";
import { HEARTBEAT_MILLIS } from "./wire.ts";

export const DROPPED = "messages dropped with their socket";

/** What networks do to sockets. */
export const NETWORK_FAULTS: readonly Fault[] = [
  {
    name: "delay",
    weight: 3,
    befall: onWire((world, wire) => hold(world, lane(world, wire), world.chance.between(1, 3_000))),
  },
  {
    name: "stall of one direction",
    weight: 2,
    befall: onWire((world, wire) => hold(world, lane(world, wire), world.chance.between(3_000, 60_000))),
  },
  {
    name: "reset",
    weight: 2,
    befall: onWire(({ chance, tally }, wire) => {
      const arriving = { up: chance.below(wire.up.length + 1), down: chance.below(wire.down.length + 1) };
      tally.add(DROPPED, wire.cut(arriving));
    }),
  },
  {
    name: "reset after the batch, before its ack",
    weight: 2,
    befall: onWire(({ tally }, wire) => tally.add(DROPPED, wire.cut({ up: wire.up.length, down: 0 }))),
  },
  {
    name: "black hole",
    weight: 2,
    befall: onWire(({ tally, time }, wire) => tally.add(DROPPED, wire.silence(time.now))),
  },
  {
    name: "half-open, the page believes",
    weight: 1,
    befall: onWire(({ tally, time }, wire) => {
      tally.add(DROPPED, wire.silence(time.now));
      wire.endServer(time.now);
    }),
  },
  {
    name: "half-open, the server believes",
    weight: 1,
    befall: onWire(({ tally, time }, wire) => {
      tally.add(DROPPED, wire.up.keep(0));
      wire.endPage(time.now);
      wire.endServer(time.now + HEARTBEAT_MILLIS);
    }),
  },
  {
    name: "reordered across sockets",
    weight: 2,
    befall: onWire((world, wire) => {
      // What the page has sent is still on its way, and its next socket is faster.
      hold(world, wire.up, world.chance.between(500, 30_000));
      wire.endPage(world.time.now);
      wire.endServer(world.time.now + HEARTBEAT_MILLIS);
    }),
  },
  {
    name: "client id taken over by a newer session",
    weight: 2,
    befall: onPage((world, page) => {
      if (page.wire === undefined || page.wire.isPageClosed) return false;
      hold(world, page.wire.up, world.chance.between(1, 40_000));
      page.machine.turn(() => {
        page.provider.disconnect();
        page.provider.connect();
      });
      return true;
    }),
  },
  {
    name: "slow reader",
    weight: 1,
    befall: onWire((world, wire) => {
      // As if messages were long: a few that wait in the server pass one of its limits.
      wire.weight = 2 ** world.chance.between(12, 20);
      hold(world, wire.down, world.chance.between(1_000, 60_000));
    }),
  },
];
