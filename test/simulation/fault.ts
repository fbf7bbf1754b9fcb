import type { Lane } from "./lane.ts";
import { Page } from "./page.ts";
import type { Wire } from "./wire.ts";
import type { World } from "./world.ts";

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  /** How often it is chosen, compared with others. */
  readonly weight: number;
  /** @returns False when there was nothing that it could befall. */
  befall(world: World): boolean;
}

/** Befalls a socket that both ends believe in. */
export function onWire(befall: (world: World, wire: Wire) => void): Fault["befall"] {
  return (world) => {
    const wires = world.wires.filter(({ isPageClosed, isServerClosed }) => !isPageClosed && !isServerClosed);
    if (wires.length > 0) befall(world, world.chance.pick(wires));
    return wires.length > 0;
  };
}

/** Befalls one of our own tabs that is awake. */
export function onPage(befall: (world: World, page: Page) => boolean | void): Fault["befall"] {
  return (world) => {
    const pages = world.tabs.filter((tab): tab is Page => tab instanceof Page && tab.machine.isAwake);
    return pages.length > 0 && befall(world, world.chance.pick(pages)) !== false;
  };
}

/** Befalls the process that runs, if one does. */
export function onServer(befall: (world: World) => void): Fault["befall"] {
  return (world) => {
    const isRunning = world.server.machine?.isAwake === true;
    if (isRunning) befall(world);
    return isRunning;
  };
}

/** Nothing arrives on the lane for so long. */
export function hold({ time }: World, lane: Lane<unknown>, millis: number): void {
  lane.heldUntil = Math.max(lane.heldUntil, time.now + millis);
}

/** One of the two directions. */
export const lane = ({ chance }: World, { up, down }: Wire): Lane<unknown> => chance.pick<Lane<unknown>>([up, down]);
