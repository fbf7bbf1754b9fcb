import type { DocumentId } from "@sheaf/protocol";
import { createAlarm } from "./alarm.ts";
import type { ClockLike, FetchedSnapshot, FetchSnapshot } from "./ports.ts";

/** So long without a byte, and the socket is waited for instead. A slow network is no reason: there more would come. */
export const SILENT_FOR_MILLIS = 4_000;

/** The snapshot that a page with nothing of a document fetches while its socket opens (D8): its copy, as if kept here. */
export interface HeadStart {
  /** To join now would bring over the socket what may be here in a moment. */
  readonly isUnderWay: boolean;
  fetch(): void;
  destroy(): void;
}

export interface HeadStartOptions {
  readonly document: DocumentId;
  readonly clock: ClockLike;
  readonly fetchSnapshot: FetchSnapshot | undefined;
  /** It is not under way any more; undefined when nothing came of it. */
  readonly ended: (snapshot: FetchedSnapshot | undefined) => void;
}

export function createHeadStart({ document, clock, fetchSnapshot, ended }: HeadStartOptions): HeadStart {
  let stop: (() => void) | undefined;
  const silence = createAlarm(clock, () => {
    stop?.();
    end(undefined);
  });

  const wait = (): void => silence.set(clock.now() + SILENT_FOR_MILLIS);

  function end(snapshot: FetchedSnapshot | undefined): void {
    stop = undefined;
    silence.set(undefined);
    ended(snapshot);
  }

  return {
    get isUnderWay() {
      return stop !== undefined;
    },
    fetch() {
      if (fetchSnapshot === undefined) return;
      wait();
      stop = fetchSnapshot(document, { progressed: wait, done: end });
    },
    destroy() {
      stop?.();
      stop = undefined;
      silence.set(undefined);
    },
  };
}
