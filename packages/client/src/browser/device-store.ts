import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type {
  CopyRow,
  DeviceChange,
  DeviceCopy,
  DeviceFailure,
  DeviceFailureCode,
  DeviceStore,
  FoundBatch,
  KeptBatch,
  KeptQueues,
} from "../device.ts";
import { batchesOf } from "../kept-parts.ts";
import { mergeUpdates } from "../update.ts";
import { openDatabase, requested, type Stores } from "./database.ts";

/** Records added to a copy after which the newest are merged into one. */
const FOLD_AT = 200;

/** One per document. */
interface DocumentRecord {
  readonly logId: Uint8Array;
  readonly position: number;
  /** Number of the next record of the copy. */
  readonly next: number;
  /** Records since the last fold. */
  readonly fresh: number;
}

/** One part of a batch. */
type PartRecord = KeptBatch & { readonly queue: string };
type PartKey = [document: DocumentId, queue: string, number: number, part: number];

/** Keeps documents and unsent words in this browser's IndexedDB; opened at the first call. */
export function openDeviceStore(): DeviceStore {
  const database = openDatabase();
  /** Parts are only ever added, so a number of one's own keeps them apart and in order. */
  let parts = 0;

  function answer<T>(call: Promise<T>, done: (result: Result<T, DeviceFailure>) => void): void {
    void call.then(
      (value) => done(ok(value)),
      (cause: unknown) => done(err({ code: codeOf(cause), cause })),
    );
  }

  function change(queues: IDBObjectStore, document: DocumentId, asked: QueueChange): void {
    switch (asked.kind) {
      case "gather": {
        const record: PartRecord = { ...asked.part, queue: asked.queue, refusal: undefined };
        queues.put(record, [document, asked.queue, record.number, parts++]);
        return;
      }
      case "put": {
        const { queue, batch } = asked;
        queues.delete(under(document, queue, batch.number));
        queues.put({ ...batch, queue } satisfies PartRecord, [document, queue, batch.number, parts++]);
        return;
      }
      case "remove":
        queues.delete(partsOf(document, asked));
        return;
      case "remove-queue":
        queues.delete(under(document, asked.queue));
    }
  }

  return {
    readCopy(document, done) {
      answer(
        database.run(["documents", "copies"], "readonly", (stores) => readCopy(stores, document)),
        done,
      );
    },
    readQueues(document, done) {
      answer(
        database.run(["queues"], "readonly", ({ queues }) => readQueues(queues, document)),
        done,
      );
    },
    write(document, changes, done) {
      const owned = changes.map(withOwnBytes);
      const growths = owned.filter((each) => each.kind === "copy");
      const stores = growths.length === 0 ? (["queues"] as const) : (["queues", "documents", "copies"] as const);
      const work = (opened: Stores): Promise<void> | undefined => {
        for (const each of owned) if (each.kind !== "copy") change(opened.queues, document, each);
        return growths.length === 0 ? undefined : growAll(opened, document, growths);
      };
      answer(database.run(stores, "readwrite", work), done);
    },
  };
}

type Growth = Extract<DeviceChange, { readonly kind: "copy" }>;
type QueueChange = Exclude<DeviceChange, Growth>;
type Removal = Extract<DeviceChange, { readonly kind: "remove" }>;

async function readCopy({ documents, copies }: Stores, document: DocumentId): Promise<DeviceCopy | undefined> {
  const record = await requested<DocumentRecord | undefined>(documents.get(document));
  if (record === undefined) return undefined;
  const updates = await requested<Uint8Array[]>(copies.getAll(under(document)));
  return { logId: record.logId, position: record.position, updates };
}

async function readQueues(store: IDBObjectStore, document: DocumentId): Promise<KeptQueues> {
  const [records, keys] = await Promise.all([
    requested<PartRecord[]>(store.getAll(under(document))),
    requested<IDBValidKey[]>(store.getAllKeys(under(document))),
  ]);
  const queues = new Map<string, FoundBatch[]>();
  records.forEach(({ queue, ...record }, index) => {
    const parts = queues.get(queue) ?? [];
    queues.set(queue, parts);
    const [, , , part] = keys[index] as PartKey;
    parts.push({ ...record, part });
  });
  return new Map([...queues].map(([queue, parts]) => [queue, batchesOf(parts)]));
}

async function growAll(stores: Stores, document: DocumentId, growths: readonly Growth[]): Promise<void> {
  for (const growth of growths) await grow(stores, document, growth);
}

async function grow(
  { documents, copies }: Stores,
  document: DocumentId,
  { logId, position, rows }: Growth,
): Promise<void> {
  const before = await requested<DocumentRecord | undefined>(documents.get(document));
  const held = before?.logId.every((byte, index) => byte === logId[index]) === true ? before.position : 0;
  let { next, fresh } = before ?? { next: 0, fresh: 0 };
  const added = rows.filter(({ seq }) => seq === 0 || seq > held).map(({ update }) => update);
  if (added.length > 0) {
    copies.put(mergeUpdates(added), [document, next++]);
    fresh += 1;
  }
  if (fresh >= FOLD_AT) {
    copies.put(await takeNewest(copies, document, fresh), [document, next++]);
    fresh = 0;
  }
  const record: DocumentRecord = { logId, position: Math.max(held, position), next, fresh };
  documents.put(record, document);
}

/**
 * Takes out the newest `count` records, and older ones while they weigh little beside those already taken, merged:
 * so that a byte is merged again only when the copy has grown by as much, and no large document at every fold.
 */
function takeNewest(copies: IDBObjectStore, document: DocumentId, count: number): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  let bytes = 0;
  const request = copies.openCursor(under(document), "prev");
  return new Promise((resolve, reject) => {
    request.addEventListener("error", () => reject(request.error ?? new Error("the cursor failed")));
    request.addEventListener("success", () => {
      const cursor = request.result;
      const update = cursor?.value as Uint8Array | undefined;
      if (cursor === null || update === undefined || (taken.length >= count && update.length > 2 * bytes)) {
        resolve(mergeUpdates(taken.toReversed()));
        return;
      }
      taken.push(update);
      bytes += update.length;
      cursor.delete();
      cursor.continue();
    });
  });
}

const partsOf = (document: DocumentId, { queue, number, through }: Removal): IDBKeyRange =>
  through === undefined
    ? under(document, queue, number)
    : IDBKeyRange.bound([document, queue, number], [document, queue, number, through] satisfies PartKey);

/** All keys that begin so: an array sorts after every number and string. */
const under = (...prefix: readonly (string | number)[]): IDBKeyRange => IDBKeyRange.bound([...prefix], [...prefix, []]);

/** The storage clones what a view looks into, not what it shows, and does it later. */
function withOwnBytes(change: DeviceChange): DeviceChange {
  switch (change.kind) {
    case "gather":
      return { ...change, part: { ...change.part, update: change.part.update.slice() } };
    case "put":
      return { ...change, batch: { ...change.batch, update: change.batch.update.slice() } };
    case "copy":
      return {
        ...change,
        logId: change.logId.slice(),
        rows: change.rows.map(({ seq, update }): CopyRow => ({ seq, update: update.slice() })),
      };
    case "remove":
    case "remove-queue":
      return change;
  }
}

const CODES: Readonly<Record<string, DeviceFailureCode>> = {
  MissingError: "missing",
  SecurityError: "missing",
  InvalidStateError: "missing",
  QuotaExceededError: "full",
  VersionError: "blocked",
  BlockedError: "blocked",
  ClearedError: "cleared",
};

const codeOf = (cause: unknown): DeviceFailureCode =>
  (cause instanceof Error || cause instanceof DOMException ? CODES[cause.name] : undefined) ?? "failed";
