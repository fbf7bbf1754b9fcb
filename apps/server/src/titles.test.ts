import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import type { Titled } from "@sheaf/store";
import { expect, test } from "vitest";
import { PeopleFile } from "./people/people-file.ts";
import { addOwner } from "./people/principals.ts";
import { listAll } from "./people/titles.ts";
import { purge, trash } from "./people/trash.ts";
import { Titles, type TitlesReport } from "./titles.ts";

const [A, B] = ["a" as DocumentId, "b" as DocumentId];

/** A log with titles that change when told, and what is kept of them. */
function keeper() {
  const opened = PeopleFile.open(":memory:", () => 0);
  if (!opened.ok) throw new Error(opened.error);
  const people = opened.value;
  addOwner(people);
  const held = new Map<DocumentId, Omit<Titled, "millis">>();
  const reads: DocumentId[] = [];
  const reports: TitlesReport[] = [];
  let now = 0;
  let failure: LogError | undefined;
  let readMillis = 0;
  const log = {
    ends: async () => ok(new Map([...held].map(([document, { seq }]) => [document, seq]))),
    title: async (document: DocumentId): Promise<Result<Titled, LogError>> => {
      reads.push(document);
      const titled = held.get(document) ?? { title: "", seq: 0, edited: 0 };
      return failure === undefined ? ok({ ...titled, millis: readMillis }) : err(failure);
    },
  };
  const open = (): Titles => new Titles({ log, people, now: () => now, report: (event) => reports.push(event) });
  let titles = open();
  return {
    people,
    reads,
    reports,
    fail: (error: LogError | undefined) => void (failure = error),
    /** A row more, now. */
    write(document: DocumentId, title: string): void {
      held.set(document, { title, seq: (held.get(document)?.seq ?? 0) + 1, edited: now });
      titles.touch(document);
    },
    /** When the last row was written is not known any more; one more row waits to be read. */
    eraseHistory: (document: DocumentId) =>
      void held.set(document, { ...held.get(document)!, seq: held.get(document)!.seq + 1, edited: 0 }),
    forget: (document: DocumentId) => void held.delete(document),
    async pass(millis: number): Promise<void> {
      for (const end = now + millis; now < end; now += 1_000) await titles.tick();
      await titles.tick();
    },
    restart: async () => {
      titles = open();
      await titles.catchUp();
      await titles.tick();
    },
    takeToRead: (millis: number) => void (readMillis = millis),
    listed: () => listAll(people).map(({ document, title, edited }) => [document, title, edited]),
  };
}

test("a title is read once nobody has written for three seconds, and once only", async () => {
  const { write, pass, reads, listed } = keeper();
  for (const title of ["P", "Pl", "Pla", "Plan"]) {
    write(A, title);
    await pass(1_000);
  }
  expect([reads, listed()]).toEqual([[], []]);
  await pass(60_000);
  expect([reads, listed()]).toEqual([[A], [[A, "Plan", 3_000]]]);
});

test("where nobody ever pauses it is read once a minute", async () => {
  const { write, pass, reads, listed } = keeper();
  for (let second = 0; second < 130; second++) {
    write(A, `word ${second}`);
    await pass(1_000);
  }
  expect(reads).toEqual([A, A]);
  expect(listed()).toEqual([[A, "word 119", 119_000]]);
});

test("the document written to last is listed first", async () => {
  const { write, pass, listed } = keeper();
  write(A, "One");
  await pass(10_000);
  write(B, "Two");
  await pass(10_000);
  expect(listed()).toEqual([
    [B, "Two", 10_000],
    [A, "One", 0],
  ]);
  write(A, "One again");
  await pass(10_000);
  expect(listed().map(([document]) => document)).toEqual([A, B]);
});

test("a document that takes long to read is not read at every pause", async () => {
  const { write, pass, reads, takeToRead } = keeper();
  takeToRead(300);
  for (let pause = 0; pause < 6; pause++) {
    write(A, `word ${pause}`);
    await pass(5_000);
  }
  // Fifteen seconds after it was read for the first time, and not before.
  expect(reads).toEqual([A, A]);
});

test("after a restart those are read that were written to meanwhile, and no other, a moment later", async () => {
  const { write, pass, reads, restart, listed } = keeper();
  write(A, "One");
  await pass(5_000);
  write(B, "Two");
  await restart();
  expect(reads).toEqual([A]);
  await pass(3_000);
  expect(reads).toEqual([A, B]);
  await restart();
  await pass(5_000);
  expect(reads).toEqual([A, B]);
  expect(listed().map(([, title]) => title)).toEqual(["Two", "One"]);
});

test("a title that cannot be read stays what it was, is told to whoever runs the server, and is read after the next edit", async () => {
  const { write, pass, reports, fail, listed } = keeper();
  write(A, "Before");
  await pass(5_000);
  fail({ code: "corrupt", reason: "row 2 is damaged" });
  write(A, "After");
  await pass(5_000);
  expect(reports).toEqual([{ kind: "titles-failed", document: A, reason: "row 2 is damaged" }]);
  expect(listed()).toEqual([[A, "Before", 0]]);
  fail(undefined);
  write(A, "After");
  await pass(5_000);
  expect(listed().map(([, title]) => title)).toEqual(["After"]);
});

test("a document that was purged before its title was read is in no list", async () => {
  const { write, pass, people, forget, listed } = keeper();
  write(A, "Gone");
  write(B, "Gone in the log, too");
  trash(people, A);
  purge(people, A);
  forget(B);
  await pass(5_000);
  expect(listed()).toEqual([]);
});

test("when a document was edited stays known though its history was erased", async () => {
  const { write, pass, eraseHistory, restart, listed } = keeper();
  await pass(5_000);
  write(A, "Plan");
  await pass(5_000);
  eraseHistory(A);
  await restart();
  await pass(5_000);
  expect(listed()).toEqual([[A, "Plan", 5_000]]);
});
