import type { DocumentId, NackCode, Result } from "@sheaf/protocol";

/**
 * Where a browser keeps documents and unsent words between visits (D15). Every page opens its own;
 * what is in it belongs to all pages of the browser.
 *
 * Answers come through callbacks, never inside the call, so that a simulation decides when.
 */
export interface DeviceStore {
  /** The copy of a document; undefined when none is kept. */
  readCopy(document: DocumentId, done: (result: Result<DeviceCopy | undefined, DeviceFailure>) => void): void;
  /** What pages have written in a document and the log did not acknowledge to them, by queue. */
  readQueues(document: DocumentId, done: (result: Result<KeptQueues, DeviceFailure>) => void): void;
  /** Makes all changes, in order, or none. One page's writes are committed in the order of the calls. */
  write(
    document: DocumentId,
    changes: readonly DeviceChange[],
    done: (result: Result<void, DeviceFailure>) => void,
  ): void;
}

/** Nothing but what is known to be in the log: a refused edit must not come back with it. */
export interface DeviceCopy {
  readonly logId: Uint8Array;
  /** The copy holds everything up to this position of that log. */
  readonly position: number;
  /** Together the copy, in no particular order; may repeat each other. */
  readonly updates: readonly Uint8Array[];
}

/** Batches by the name of their queue, each queue in the order of its numbers; two have one where a part is missing. */
export type KeptQueues = ReadonlyMap<string, readonly FoundBatch[]>;

/** A batch as it was read. A page that is not ended after all may add parts to it. */
export interface FoundBatch extends KeptBatch {
  /** Names its last part; later ones of its queue have higher numbers. */
  readonly part: number;
}

/** A batch as the device keeps it. */
export interface KeptBatch {
  readonly number: number;
  readonly base: number;
  readonly update: Uint8Array;
  /** Edits in it, as a person would count them. */
  readonly changes: number;
  /** Why the server will never take it; undefined while nobody refused it. */
  readonly refusal: Refusal | undefined;
}

export interface Refusal {
  /** `unconnected`: it builds on words that are in no log, such as refused ones. */
  readonly code: NackCode | "unconnected";
  /** A sentence for people. */
  readonly reason: string;
}

export type DeviceChange =
  /** One more part of a batch that still gathers, or its first. */
  | { readonly kind: "gather"; readonly queue: string; readonly part: Omit<KeptBatch, "refusal"> }
  /** This is the batch of that number, whatever was kept of it before. */
  | { readonly kind: "put"; readonly queue: string; readonly batch: KeptBatch }
  /** A batch, or what of it was found: its parts up to this one. */
  | { readonly kind: "remove"; readonly queue: string; readonly number: number; readonly through?: number }
  | { readonly kind: "remove-queue"; readonly queue: string }
  | {
      readonly kind: "copy";
      readonly logId: Uint8Array;
      /** See {@link DeviceCopy}; of two claims about one log the higher stays. */
      readonly position: number;
      readonly rows: readonly CopyRow[];
    };

export interface CopyRow {
  /** Others' rows at or below the position that is kept already are skipped; 0 is always added. */
  readonly seq: number;
  readonly update: Uint8Array;
}

/** Why the device does not keep something. Nothing of the call was done. */
export interface DeviceFailure {
  readonly code: DeviceFailureCode;
  readonly cause?: unknown;
}

export type DeviceFailureCode =
  /** The browser offers no storage to this page: a private window, or a setting. */
  | "missing"
  /** Another page holds another version of the storage open. */
  | "blocked"
  | "full"
  /** What was kept before is gone: the person cleared it. The next call works on an empty storage. */
  | "cleared"
  /** Anything else, or no answer in time. */
  | "failed";

/** Tells among the pages of one browser whose queue is whose. */
export interface QueueOwners {
  /** A queue of a name nobody else has, this page's until it ends, however it ends, or lets go of it. */
  own(): OwnedQueue;
  /**
   * Takes a queue nobody owns any more. `claimed` gets how to let it go again, or undefined while its owner lives.
   * Where the platform has no locks two pages may get the same queue: both send it, which the server takes once.
   */
  claim(queue: string, claimed: (release: (() => void) | undefined) => void): void;
}

export interface OwnedQueue {
  readonly queue: string;
  readonly letGo: () => void;
}

/** What a device offers a page. */
export interface Device {
  readonly store: DeviceStore;
  readonly owners: QueueOwners;
  /** Nothing was ever kept on it, so no copy is waited for. What is there all the same is found later, like words of a page that ended. */
  readonly isNew?: boolean | undefined;
}
