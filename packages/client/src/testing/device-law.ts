import { type DocumentId, parseDocumentId, type Result } from "@sheaf/protocol";
import * as Y from "yjs";
import type { Device, DeviceChange, DeviceCopy, DeviceFailure, KeptBatch, KeptQueues } from "../device.ts";

/** What the law needs of an implementation: a browser's storage, empty, and what can be done to it from outside. */
export interface DeviceUnderLaw {
  /** Opens another page of the same browser. */
  open(): PageUnderLaw;
  /** Has every call under way answered; an implementation that answers by itself does nothing. */
  settle(): void;
  /** The person clears the storage. */
  clear(): Promise<void>;
}

export interface PageUnderLaw extends Device {
  /** The page ends. */
  close(): Promise<void>;
}

/** One rule of the port, as a test any runner can run; also inside a browser, where storage is real. */
export interface DeviceRule {
  readonly title: string;
  /** Rejects when the rule is broken. */
  readonly check: (device: DeviceUnderLaw) => Promise<void>;
}

/** The law of the {@link Device} port: what every implementation keeps. */
export const DEVICE_LAW: readonly DeviceRule[] = [
  {
    title: "of a document nobody opened nothing is kept",
    async check(device) {
      const page = pageOn(device);
      equal(await page.copy(A), undefined);
      equal([...(await page.queues(A))], []);
    },
  },
  {
    title: "what is gathered under a number is one batch, in order, and any page reads it",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ", "two ", "three ");
      await page.write(A, gather(2, updates[2]!));
      await page.write(A, gather(1, updates[0]!), gather(1, updates[1]!));
      const batches = (await pageOn(device).queues(A)).get(QUEUE) ?? [];
      equal(
        batches.map(({ number, base, changes, refusal }) => [number, base, changes, refusal]),
        [
          [1, 7, 2, undefined],
          [2, 7, 1, undefined],
        ],
      );
      equal(textOf(batches.map(({ update }) => update)), "one two three ");
    },
  },
  {
    title: "a part that was not kept parts those around it: each is a batch without a hole",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ", "two ", "three ", "four ");
      await page.write(A, gather(1, updates[0]!), gather(1, updates[2]!), gather(1, updates[3]!));
      const batches = (await page.queues(A)).get(QUEUE) ?? [];
      equal(
        batches.map(({ number, changes }) => [number, changes]),
        [
          [1, 1],
          [1, 2],
        ],
      );
      equal(textOf([batches[0]!.update, updates[1]!, batches[1]!.update]), "one two three four ");
      await page.write(A, { kind: "remove", queue: QUEUE, number: 1 });
      equal(await page.numbers(A), {});
    },
  },
  {
    title: "what is put stands for all that was gathered under its number, with the reason it was refused for",
    async check(device) {
      const page = pageOn(device);
      const { updates, whole } = written("one ", "two ");
      const batch: KeptBatch = {
        ...PART,
        update: whole,
        changes: 2,
        refusal: { code: "tooLarge", reason: "Too big." },
      };
      await page.write(A, gather(1, updates[0]!), gather(1, updates[1]!), { kind: "put", queue: QUEUE, batch });
      equal(plain((await page.queues(A)).get(QUEUE)), plain([batch]));
    },
  },
  {
    title: "batches leave one by one or with their queue, and only theirs",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ");
      const here = [1, 2, 10].map((number) => gather(number, updates[0]!));
      await page.write(A, ...here, { ...here[0]!, queue: `${QUEUE}-2` });
      await page.write(B, ...here);
      await page.write(A, { kind: "remove", queue: QUEUE, number: 1 });
      equal(await page.numbers(A), { [QUEUE]: [2, 10], [`${QUEUE}-2`]: [1] });
      await page.write(A, { kind: "remove-queue", queue: QUEUE });
      equal(await page.numbers(A), { [`${QUEUE}-2`]: [1] });
      equal(await page.numbers(B), { [QUEUE]: [1, 2, 10] });
    },
  },
  {
    title: "of a batch that grew since it was found, what was found leaves, and the rest is one still",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ", "two ", "three ", "four ");
      await page.write(A, gather(1, updates[0]!), gather(1, updates[1]!));
      const [found] = (await page.queues(A)).get(QUEUE) ?? [];
      await page.write(A, gather(1, updates[2]!), gather(1, updates[3]!));
      await pageOn(device).write(A, { kind: "remove", queue: QUEUE, number: 1, through: found!.part });
      const left = (await page.queues(A)).get(QUEUE) ?? [];
      equal([left.length, left[0]?.changes], [1, 2]);
      equal(textOf([found!.update, left[0]!.update]), "one two three four ");
    },
  },
  {
    title: "changes of one write are made in order",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ", "two ");
      const removed = { kind: "remove", queue: QUEUE, number: 1 } as const;
      await page.write(A, gather(1, updates[1]!), removed, gather(1, updates[0]!), gather(2, updates[0]!));
      await page.write(A, { kind: "remove-queue", queue: QUEUE }, gather(3, updates[0]!));
      equal(await page.numbers(A), { [QUEUE]: [3] });
    },
  },
  {
    title: "a copy is what all pages added to it, up to the highest position of any",
    async check(device) {
      const [ann, ben] = [pageOn(device), pageOn(device)];
      const { updates } = written("one ", "two ", "three ");
      await ann.write(A, row(1, updates[0]!, 1), row(2, updates[1]!, 2));
      await ben.write(A, row(3, updates[2]!, 0));
      const copy = await ann.copy(A);
      equal([copy?.position, Array.from(copy?.logId ?? [])], [2, Array.from(LOG)]);
      equal(textOf(copy?.updates ?? []), "one two three ");
      equal(await ann.copy(B), undefined);
    },
  },
  {
    title: "rows at or below the position are kept already and skipped; those without a seq never",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ", "two ", "three ");
      await page.write(A, row(2, updates[0]!, 2));
      await page.write(A, row(1, updates[1]!, 1), row(2, updates[1]!, 2));
      equal(textOf((await page.copy(A))?.updates ?? []), "one ");
      await page.write(A, row(0, updates[1]!, 0), row(0, updates[2]!, 1));
      equal(textOf((await page.copy(A))?.updates ?? []), "one two three ");
      equal((await page.copy(A))?.position, 2);
    },
  },
  {
    title: "another log's position is not measured against the first one's",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ", "two ");
      await page.write(A, row(9, updates[0]!, 9));
      await page.write(A, { ...row(3, updates[1]!, 3), logId: LOG.map((byte) => byte + 1) });
      const copy = await page.copy(A);
      equal([copy?.position, Array.from(copy?.logId ?? [])], [3, Array.from(LOG, (byte) => byte + 1)]);
      equal(textOf(copy?.updates ?? []), "one two ");
    },
  },
  {
    title: "a copy of a thousand writes is read as a few hundred updates at most, and holds them all",
    async check(device) {
      const page = pageOn(device);
      const words = Array.from({ length: 1000 }, (_, index) => `w${index} `);
      const { updates } = written(...words);
      const writes = updates.map((update, index) => page.write(A, row(index + 1, update, index + 1)));
      await Promise.all(writes);
      const copy = await page.copy(A);
      equal(textOf(copy?.updates ?? []), words.join(""));
      equal((copy?.updates.length ?? 0) < 400, true);
    },
  },
  {
    title: "what the caller does to its bytes afterwards does not reach the device",
    async check(device) {
      const page = pageOn(device);
      const update = written("one ").updates[0]!.slice();
      const writing = page.write(A, gather(1, update));
      update.fill(9);
      await writing;
      equal(textOf((await page.queues(A)).get(QUEUE)!.map((batch) => batch.update)), "one ");
    },
  },
  {
    title: "whoever knew a storage that was cleared is told once, and goes on with the empty one",
    async check(device) {
      const page = pageOn(device);
      const { updates } = written("one ", "two ");
      await page.write(A, gather(1, updates[0]!));
      await device.clear();
      const told = await page.tryWrite(A, gather(1, updates[1]!));
      equal(told.ok ? "ok" : told.error.code, "cleared");
      equal(await page.numbers(A), {});
      await page.write(A, gather(1, updates[0]!));
      equal(await page.numbers(A), { [QUEUE]: [1] });
    },
  },
  {
    title: "a queue is its owner's while its page lives, and one other's afterwards",
    async check(device) {
      const [ann, ben, cat] = [device.open(), pageOn(device), pageOn(device)];
      const { queue } = ann.owners.own();
      equal(await ben.claims(queue), false);
      await ann.close();
      equal(await ben.claims(queue), true);
      equal(await cat.claims(queue), false);
    },
  },
  {
    title: "no two pages own queues of one name, and a queue let go can be taken by the same page",
    async check(device) {
      const page = device.open();
      const first = page.owners.own();
      equal(first.queue === page.owners.own().queue, false);
      equal(await pageOn(device, page).claims(first.queue), false);
      first.letGo();
      // A platform may take a moment to notice.
      let isClaimed = false;
      for (let tries = 0; tries < 100 && !isClaimed; tries++)
        isClaimed = await pageOn(device, page).claims(first.queue);
      equal(isClaimed, true);
    },
  },
];

function id(text: string): DocumentId {
  const parsed = parseDocumentId(text);
  if (parsed === undefined) throw new Error(`not a document id: ${text}`);
  return parsed;
}

const A = id("law-a");
const B = id("law-a2"); // one name begins with the other
const QUEUE = "queue";
const LOG = new Uint8Array(16).fill(3);
const PART = { number: 1, base: 7, changes: 1 } as const;

const gather = (number: number, update: Uint8Array): Extract<DeviceChange, { kind: "gather" }> => ({
  kind: "gather",
  queue: QUEUE,
  part: { ...PART, number, update },
});

const row = (seq: number, update: Uint8Array, position: number): Extract<DeviceChange, { kind: "copy" }> => ({
  kind: "copy",
  logId: LOG,
  position,
  rows: [{ seq, update }],
});

/** A page's port with promises, for the length of a rule. */
function pageOn(device: DeviceUnderLaw, { store, owners }: Device = device.open()) {
  function answer<T>(call: (done: (result: Result<T, DeviceFailure>) => void) => void) {
    return new Promise<Result<T, DeviceFailure>>((resolve) => {
      call(resolve);
      device.settle();
    });
  }
  const value = <T>(result: Result<T, DeviceFailure>): T => {
    if (!result.ok) throw new Error(`the device answered ${result.error.code}`, { cause: result.error.cause });
    return result.value;
  };
  const queues = async (document: DocumentId) =>
    value(await answer<KeptQueues>((done) => store.readQueues(document, done)));
  const tryWrite = (document: DocumentId, ...changes: readonly DeviceChange[]) =>
    answer<void>((done) => store.write(document, changes, done));
  return {
    queues,
    tryWrite,
    copy: async (document: DocumentId) =>
      value(await answer<DeviceCopy | undefined>((done) => store.readCopy(document, done))),
    write: async (document: DocumentId, ...changes: readonly DeviceChange[]) =>
      value(await tryWrite(document, ...changes)),
    numbers: async (document: DocumentId) =>
      Object.fromEntries(
        [...(await queues(document))].map(([queue, batches]) => [queue, batches.map(({ number }) => number)]),
      ),
    claims: (queue: string) =>
      new Promise<boolean>((resolve) => {
        owners.claim(queue, (release) => resolve(release !== undefined));
        device.settle();
      }),
  };
}

/** A text written word by word at its end. */
function written(...words: readonly string[]): { readonly updates: readonly Uint8Array[]; readonly whole: Uint8Array } {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update) => updates.push(update));
  const text = doc.getText("text");
  for (const word of words) text.insert(text.length, word);
  return { updates, whole: Y.encodeStateAsUpdate(doc) };
}

function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText("text").toJSON();
}

/** Bytes as numbers, so that they compare and print. */
const plain = (batches: readonly KeptBatch[] | undefined) =>
  batches?.map(({ number, base, update, changes, refusal }) => [number, base, Array.from(update), changes, refusal]);

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value, (_key, part) => part ?? null));
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}
