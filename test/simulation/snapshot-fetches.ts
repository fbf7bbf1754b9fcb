import * as Y from "yjs";
import type { FetchSnapshot } from "@sheaf/client";
import type { Page } from "./page.ts";
import type { World } from "./world.ts";

export const FETCHED = "snapshot fetched";
export const FETCH_FAILED = "snapshot fetch failed";
export const FETCH_SILENT = "snapshot fetch fell silent";
export const FETCHED_LATE = "snapshot came late";
export const FETCHED_OLD = "snapshot was not the newest";

/** What becomes of a request for a snapshot that there is. */
const FATES = [FETCHED, FETCH_FAILED, FETCH_SILENT, FETCHED_LATE, FETCHED_OLD] as const;

/** A page's requests for snapshots: HTTP beside its socket, with faults of its own. */
export function snapshotFetches(world: World, page: Page): FetchSnapshot {
  const { chance, disk, server, tally } = world;
  const { machine } = page;
  return (document, listener) => {
    const stored = disk.snapshotsOf(document);
    const newest = stored.at(-1);
    if (server.machine === undefined || newest === undefined)
      return machine.after(chance.below(50), () => listener.done(undefined));
    const older = stored.slice(0, -1);
    const fate = chance.pick(FATES.filter((each) => each !== FETCHED_OLD || older.length > 0));
    const { seq, update } = fate === FETCHED_OLD ? chance.pick(older) : newest;
    const fetched = {
      position: { logId: disk.load(document).logId, seq },
      schemaVersion: world.schemaVersion,
      role: page.person.role,
      update: Y.convertUpdateFormatV1ToV2(update),
    };
    world.note(() => `${page.name}: ${fate}, through row ${seq}`);
    tally.count(fate);
    switch (fate) {
      case FETCHED:
      case FETCHED_OLD:
        return machine.after(chance.below(50), () => listener.done(fetched));
      case FETCH_FAILED:
        return machine.after(chance.below(3_000), () => listener.done(undefined));
      case FETCH_SILENT:
        return machine.after(chance.below(3_000), () => listener.progressed());
      case FETCHED_LATE: {
        let left = chance.between(1, 20);
        let stop: () => void;
        const next = (): void => {
          listener.progressed();
          if (left-- > 0) stop = machine.after(1_000, next);
          else listener.done(fetched);
        };
        stop = machine.after(1_000, next);
        return () => stop();
      }
    }
  };
}
