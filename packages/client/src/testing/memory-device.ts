import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type {
  Device,
  DeviceChange,
  DeviceCopy,
  DeviceFailure,
  DeviceStore,
  FoundBatch,
  QueueOwners,
} from "../device.ts";
import { batchesOf } from "../kept-parts.ts";
import { mergeUpdates } from "../update.ts";

/** Records of a copy after which they are merged into one. */
const MAX_RECORDS = 200;

interface Shelf {
  copy: DeviceCopy | undefined;
  /** By queue and number, the parts that were gathered. */
  readonly queues: Map<string, Map<number, FoundBatch[]>>;
  /** Written so far, which names the next one. */
  parts: number;
}

type Task = { readonly page: number; readonly run: () => void };

/**
 * One browser's storage without a disk. Calls wait until {@link step} or {@link settle} performs them;
 * what a page asked for and was not performed is gone when it {@link MemoryPage.crash | crashes}.
 */
export class MemoryDevice {
  #shelves = new Map<DocumentId, Shelf>();
  /** Rises when the storage is cleared; pages that knew an earlier one are told. */
  #generation = 0;
  #pages = 0;
  #queues = 0;
  #tasks: Task[] = [];
  readonly #dead = new Set<number>();
  /** Queue to the page that owns or claimed it. */
  readonly #owners = new Map<string, number>();
  /** Every call fails so, until it is undefined again. */
  failure: DeviceFailure | undefined;
  /** Writes fail so; reading works. */
  writeFailure: DeviceFailure | undefined;
  /** While true nothing is performed: a disk that does not answer. */
  isStalled = false;

  /** A page opens the storage. */
  open(): MemoryPage {
    const page = ++this.#pages;
    const lose = (): void => {
      for (const [queue, owner] of this.#owners) if (owner === page) this.#owners.delete(queue);
    };
    return {
      store: this.#store(page),
      owners: this.#ownersOf(page),
      lose,
      crash: () => {
        this.#dead.add(page);
        this.#tasks = this.#tasks.filter((task) => task.page !== page);
        lose();
      },
    };
  }

  /** Performs the oldest call. @returns False when there is none, or the storage is stalled. */
  step(): boolean {
    const task = this.isStalled ? undefined : this.#tasks.shift();
    task?.run();
    return task !== undefined;
  }

  /** Nothing waits, or the storage is stalled. */
  get isIdle(): boolean {
    return this.isStalled || this.#tasks.length === 0;
  }

  /** @returns False when nothing was waiting. */
  settle(): boolean {
    let isMoved = false;
    while (this.step()) isMoved = true;
    return isMoved;
  }

  /** The person clears the storage while pages are open. */
  clear(): void {
    this.#shelves = new Map();
    this.#generation += 1;
  }

  /** How many batches are kept of a document, in all queues. */
  batchesOf(document: DocumentId): number {
    const queues = this.#shelves.get(document)?.queues.values() ?? [];
    return [...queues].reduce((sum, batches) => sum + batches.size, 0);
  }

  #store(page: number): DeviceStore {
    let known = this.#generation;
    const call = <T>(
      perform: () => T,
      done: (result: Result<T, DeviceFailure>) => void,
      failure: () => DeviceFailure | undefined,
    ): void => {
      const run = (): void => {
        const failed = this.failure ?? failure();
        if (failed !== undefined) return done(err(failed));
        if (known !== this.#generation) {
          known = this.#generation;
          return done(err({ code: "cleared" }));
        }
        return done(ok(perform()));
      };
      this.#ask(page, run);
    };
    return {
      readCopy: (document, done) =>
        call(
          () => this.#shelves.get(document)?.copy,
          done,
          () => undefined,
        ),
      readQueues: (document, done) =>
        call(
          () => queuesOf(this.#shelves.get(document)),
          done,
          () => undefined,
        ),
      write: (document, changes, done) => {
        const kept = structuredClone(changes);
        call(
          () => this.#apply(document, kept),
          done,
          () => this.writeFailure,
        );
      },
    };
  }

  #ownersOf(page: number): QueueOwners {
    return {
      own: () => {
        const queue = `queue-${++this.#queues}`;
        this.#owners.set(queue, page);
        return { queue, letGo: () => void this.#owners.delete(queue) };
      },
      claim: (queue, claimed) => {
        const run = (): void => {
          if (this.#owners.has(queue)) return claimed(undefined);
          this.#owners.set(queue, page);
          return claimed(() => void this.#owners.delete(queue));
        };
        this.#ask(page, run);
      },
    };
  }

  #ask(page: number, run: () => void): void {
    if (!this.#dead.has(page)) this.#tasks.push({ page, run });
  }

  #apply(document: DocumentId, changes: readonly DeviceChange[]): void {
    const shelf = this.#shelves.get(document) ?? { copy: undefined, queues: new Map(), parts: 0 };
    this.#shelves.set(document, shelf);
    for (const change of changes) {
      if (change.kind === "copy") shelf.copy = grown(shelf.copy, change);
      else applyToQueue(shelf, change);
    }
  }
}

/** A page's end of the storage. */
export interface MemoryPage extends Device {
  /** The page lives, and its queues are anybody's: where there are no locks it may be too slow to say that they are its. */
  readonly lose: () => void;
  /** The page is gone, without a word; its queues are nobody's. */
  readonly crash: () => void;
}

function applyToQueue(shelf: Shelf, change: Exclude<DeviceChange, { kind: "copy" }>): void {
  const { queues } = shelf;
  const batches = queues.get(change.queue) ?? new Map<number, FoundBatch[]>();
  if (change.kind === "gather") {
    const { part } = change;
    batches.set(part.number, [
      ...(batches.get(part.number) ?? []),
      { ...part, refusal: undefined, part: shelf.parts++ },
    ]);
  }
  if (change.kind === "put") batches.set(change.batch.number, [{ ...change.batch, part: shelf.parts++ }]);
  if (change.kind === "remove") {
    const { number, through = Infinity } = change;
    const left = batches.get(number)?.filter(({ part }) => part > through) ?? [];
    if (left.length === 0) batches.delete(number);
    else batches.set(number, left);
  }
  if (change.kind === "remove-queue" || batches.size === 0) queues.delete(change.queue);
  else queues.set(change.queue, batches);
}

function grown(copy: DeviceCopy | undefined, change: Extract<DeviceChange, { kind: "copy" }>): DeviceCopy {
  const { logId, position } = change;
  const isSameLog = copy !== undefined && copy.logId.every((byte, index) => byte === logId[index]);
  const held = isSameLog ? copy.position : 0;
  const added = change.rows.filter(({ seq }) => seq === 0 || seq > held).map(({ update }) => update);
  const updates = [...(copy?.updates ?? []), ...added];
  return {
    logId,
    position: Math.max(held, position),
    updates: updates.length > MAX_RECORDS ? [mergeUpdates(updates)] : updates,
  };
}

function queuesOf(shelf: Shelf | undefined): ReadonlyMap<string, readonly FoundBatch[]> {
  const queues = [...(shelf?.queues ?? [])].map(
    ([queue, batches]) =>
      [queue, batchesOf([...batches.values()].flat().toSorted((a, b) => a.number - b.number))] as const,
  );
  return new Map(queues);
}
