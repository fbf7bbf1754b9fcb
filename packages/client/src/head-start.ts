import type { DocumentId, LogPosition } from "@sheaf/protocol";
import { equalityDeep } from "lib0/function";
import { createAlarm } from "./alarm.ts";
import type { ClockLike, FetchedSnapshot, FetchSnapshot } from "./ports.ts";

/** So long without a byte, and the socket is waited for instead. A slow network is no reason: there more would come. */
export const SILENT_FOR_MILLIS = 4_000;

/**
 * The snapshot that a page with nothing of a document fetches while its socket opens (D8). It is not applied before the
 * welcome, which says whether it is of the log the server has: then it counts as the first row that comes.
 */
export interface HeadStart {
  /** To join now would bring over the socket what may be here in a moment. */
  readonly isUnderWay: boolean;
  /** Where to join; undefined when nothing was fetched. */
  readonly position: LogPosition | undefined;
  fetch(): void;
  /**
   * Gives what was fetched, once.
   *
   * @param end - Of the log, as the welcome has it.
   * @returns undefined when it is not of that log, or farther, as when a backup was restored meanwhile: then the server
   * did not understand its position, and sends everything.
   */
  take(end: LogPosition): FetchedSnapshot | undefined;
  destroy(): void;
}

export interface HeadStartOptions {
  readonly document: DocumentId;
  readonly clock: ClockLike;
  readonly fetchSnapshot: FetchSnapshot | undefined;
  /** It is not under way any more. */
  readonly ended: () => void;
}

export function createHeadStart({ document, clock, fetchSnapshot, ended }: HeadStartOptions): HeadStart {
  let stop: (() => void) | undefined;
  let fetched: FetchedSnapshot | undefined;
  const silence = createAlarm(clock, () => {
    stop?.();
    end();
  });

  const wait = (): void => silence.set(clock.now() + SILENT_FOR_MILLIS);

  function end(): void {
    stop = undefined;
    silence.set(undefined);
    ended();
  }

  return {
    get isUnderWay() {
      return stop !== undefined;
    },
    get position() {
      return fetched && { logId: fetched.logId, seq: fetched.seq };
    },
    fetch() {
      if (fetchSnapshot === undefined) return;
      wait();
      stop = fetchSnapshot(document, {
        progressed: wait,
        done(snapshot) {
          fetched = snapshot;
          end();
        },
      });
    },
    take({ logId, seq }) {
      const taken = fetched;
      fetched = undefined;
      return taken !== undefined && equalityDeep(taken.logId, logId) && taken.seq <= seq ? taken : undefined;
    },
    destroy() {
      stop?.();
      stop = undefined;
      silence.set(undefined);
    },
  };
}
