import type { DocumentId, Result } from "@sheaf/protocol";
import { createAlarm } from "./alarm.ts";
import type { Journal } from "./batches.ts";
import type {
  CopyRow,
  Device,
  DeviceChange,
  DeviceCopy,
  DeviceFailure,
  DeviceFailureCode,
  KeptBatch,
} from "./device.ts";
import type { ClockLike } from "./ports.ts";

/** A device that has not answered by then is done without; what it answers later still counts. */
export const OPEN_WITHIN_MILLIS = 2_000;
/** Others' rows and acks are gathered so long. */
export const COPY_EVERY_MILLIS = 300;
/** How often the queues of pages that ended are looked for, and how soon a failed write is tried again. */
export const LOOK_EVERY_MILLIS = 5_000;

/** Keeps on the device what one page has written, and the document it was written in (D15). */
export interface Keeper {
  readonly journal: Journal;
  readonly report: DeviceReport;
  /** It is not known yet what pages that ended before this one began have left. */
  readonly isLooking: boolean;
  /** Reads the copy, then tells `opened`, once. */
  start(): void;
  /** A row of another's was applied, in the order of the log; its seq is 0 when it has no position. */
  applied(update: Uint8Array, seq: number): void;
  /** Every row of this log up to the position was applied, settled or in the copy. */
  reached(logId: Uint8Array, position: number): void;
  /** Ends a turn: words journalled in it are written now, anything else soon, or now, too, when the page may end. */
  flush(mayEnd?: boolean): void;
  /** Looks for what pages that ended have left. */
  look(): void;
  /** Writes what is left, then nothing more. */
  destroy(): void;
}

/** What may be said of the device. */
export interface DeviceReport {
  /** Why it keeps nothing at the moment; undefined while it does, or while it opens. */
  readonly failure: DeviceFailureCode | undefined;
  /** All that was journalled would be found after a crash at this moment. */
  readonly isKept: boolean;
}

export interface KeeperOptions {
  readonly device: Device;
  readonly document: DocumentId;
  readonly clock: ClockLike;
  /** What is kept; undefined when nothing is, or nobody knows. */
  readonly opened: (copy: DeviceCopy | undefined) => void;
  /** An earlier page left this: it has to be journalled anew, as this page's. */
  readonly found: (batches: readonly KeptBatch[]) => void;
  /** Everything that was journalled and has to outlive the page. */
  readonly kept: () => readonly KeptBatch[];
  /** The document as the log has it; undefined while it holds something else, too, or nobody knows. */
  readonly wholeCopy: () => Uint8Array | undefined;
  /** The report may have changed. */
  readonly changed: () => void;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { document, clock, changed } = options;
  const { store, owners } = options.device;
  const { queue, letGo } = owners.own();

  /** `opened` was told. */
  let isOpened = false;
  /** The device answered for the first time; what is journalled before waits here. */
  let isAnswered = false;
  let isDestroyed = false;
  let failure: DeviceFailureCode | undefined;
  /** What the device has of our queue is not what it should be. */
  let mustRewrite = false;
  /** Written at the end of the turn. */
  let words: DeviceChange[] = [];
  let wordWrites = 0;

  /** Written together, a little later: a batch leaves its queue when it comes into the copy. */
  let settled: DeviceChange[] = [];
  let rows: CopyRow[] = [];
  let claim: { readonly logId: Uint8Array; readonly position: number } | undefined;
  let isClaimed = true;
  /** One at a time, because a position is claimed only when all rows below it are committed. */
  let isWritingCopy = false;
  let copyBy: number | undefined;
  /** `lacking`: it missed a row, so it is not added to until it can be written whole. `given-up`: that failed. */
  let copy: "growing" | "lacking" | "given-up" = "growing";

  let isLooking = true;
  /** Our queue, and those whose batches were taken but not removed, by a device that failed or has not answered yet. */
  const taken = new Set<string>([queue]);
  const opening = createAlarm(clock, () => open(undefined, "failed"));
  const copying = createAlarm(clock, writeCopy);
  const ticking = createAlarm(clock, tick);

  function open(kept: DeviceCopy | undefined, failed: DeviceFailureCode | undefined): void {
    failure = failed;
    if (!isOpened) {
      isOpened = true;
      opening.set(undefined);
      options.opened(kept);
    }
    changed();
  }

  function answered(result: Result<DeviceCopy | undefined, DeviceFailure>): void {
    if (isDestroyed) return;
    isAnswered = true;
    if (!result.ok) {
      open(undefined, result.error.code);
      failed(result.error.code);
      return;
    }
    open(result.value, undefined);
    flush();
    look();
  }

  function flush(mayEnd = false): void {
    if (mustRewrite) words = []; // they are in what will be rewritten
    if (!isAnswered || mustRewrite) return;
    if (words.length > 0) writeWords();
    if (settled.length > 0 || (copy === "growing" && (rows.length > 0 || !isClaimed))) {
      if (mayEnd) writeCopy();
      else if (!isWritingCopy) copying.set((copyBy ??= clock.now() + COPY_EVERY_MILLIS));
    } else if (copy === "lacking" && !isWritingCopy) writeWhole();
  }

  function writeWords(done?: (isWritten: boolean) => void): void {
    const written = words;
    words = [];
    wordWrites += 1;
    store.write(document, written, (result) => {
      wordWrites -= 1;
      done?.(result.ok);
      wrote(result);
    });
  }

  function writeCopy(): void {
    copying.set((copyBy = undefined));
    if (mustRewrite || isWritingCopy) return;
    const written = settled;
    if (copy === "growing" && claim !== undefined && (rows.length > 0 || !isClaimed)) {
      written.push({ kind: "copy", logId: claim.logId, position: claim.position, rows });
    }
    settled = [];
    rows = [];
    isClaimed = true;
    isWritingCopy = true;
    store.write(document, written, (result) => {
      isWritingCopy = false;
      wrote(result);
    });
  }

  function wrote(result: Result<void, DeviceFailure>): void {
    if (isDestroyed) return;
    if (!result.ok) failed(result.error.code);
    else {
      if (!mustRewrite) failure = undefined;
      flush();
    }
    changed();
  }

  function failed(code: DeviceFailureCode): void {
    failure = code;
    mustRewrite = true;
    [words, settled, rows] = [[], [], []];
    if (copy === "growing") copy = "lacking";
    copying.set((copyBy = undefined));
    ticking.set(clock.now() + (code === "cleared" ? 0 : LOOK_EVERY_MILLIS));
  }

  function rewrite(): void {
    mustRewrite = false;
    const batches = options.kept().map((batch) => ({ kind: "put", queue, batch }) as const);
    words = [{ kind: "remove-queue", queue }, ...batches];
    writeWords();
  }

  function writeWhole(): void {
    const update = options.wholeCopy();
    if (update === undefined || claim === undefined) return;
    copy = "growing";
    isClaimed = true;
    isWritingCopy = true;
    store.write(document, [{ kind: "copy", ...claim, rows: [{ seq: 0, update }] }], (result) => {
      isWritingCopy = false;
      // Perhaps there is room for words, though not for documents.
      if (!result.ok) [copy, rows] = ["given-up", []];
      wrote({ ok: true, value: undefined });
    });
  }

  function tick(): void {
    if (mustRewrite) rewrite();
    else look();
    ticking.set(clock.now() + LOOK_EVERY_MILLIS);
  }

  function look(): void {
    ticking.set(clock.now() + LOOK_EVERY_MILLIS);
    if (!isAnswered || mustRewrite) return;
    store.readQueues(document, (result) => {
      if (isDestroyed || !result.ok) return;
      const names = [...result.value.keys()].filter((name) => !taken.has(name));
      let unanswered = names.length;
      isLooking &&= unanswered > 0;
      for (const name of names)
        owners.claim(name, (release) => take(name, release, () => (isLooking &&= --unanswered > 0)));
    });
  }

  function take(name: string, release: (() => void) | undefined, decided: () => void): void {
    if (release === undefined) {
      decided();
      return;
    }
    // Again, now that nobody else can take it.
    store.readQueues(document, (result) => {
      const batches = result.ok && !taken.has(name) ? (result.value.get(name) ?? []) : [];
      if (isDestroyed || mustRewrite || batches.length === 0) {
        release();
        decided();
        return;
      }
      taken.add(name);
      options.found(batches);
      decided();
      // And nothing else: where there are no locks its page may live, too slow to say so, and go on writing into it.
      words.push(
        ...batches.map(({ number, part }) => ({ kind: "remove", queue: name, number, through: part }) as const),
      );
      writeWords((isRemoved) => {
        if (isRemoved) taken.delete(name);
        release();
      });
    });
  }

  return {
    journal: {
      gather: (part) => void words.push({ kind: "gather", queue, part }),
      put: (batch) => void words.push({ kind: "put", queue, batch }),
      remove: (number) => void words.push({ kind: "remove", queue, number }),
      settle(number, update) {
        settled.push({ kind: "remove", queue, number });
        if (copy === "growing") rows.push({ seq: 0, update });
      },
    },
    get report() {
      const isKept = isAnswered && failure === undefined && !mustRewrite && wordWrites === 0 && words.length === 0;
      return { failure, isKept };
    },
    get isLooking() {
      return isLooking && failure === undefined;
    },
    start() {
      if (options.device.isNew === true) open(undefined, undefined);
      else opening.set(clock.now() + OPEN_WITHIN_MILLIS);
      store.readCopy(document, answered);
    },
    applied(update, seq) {
      // The update may be a view into a buffer that is used again.
      if (copy === "growing") rows.push({ seq, update: update.slice() });
    },
    reached(logId, position) {
      claim = { logId, position };
      isClaimed = false;
    },
    flush,
    look,
    destroy() {
      if (isDestroyed) return;
      for (const alarm of [opening, copying, ticking]) alarm.set(undefined);
      if (isAnswered && !mustRewrite) {
        writeCopy();
        writeWords(letGo);
      } else letGo();
      isDestroyed = true;
    },
  };
}
