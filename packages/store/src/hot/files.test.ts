import { appendFileSync, copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import type { AppendRequest } from "@sheaf/room";
import { hotFilesOf, hotRowsOf, makeFile, removeFile, rowOf, TestStore } from "../testing/store.ts";
import { Typist } from "../testing/typist.ts";
import { FILE_HEADER_BYTES, FRAME_HEADER_BYTES, type HotRow } from "./frame.ts";
import { HotFiles, type Position } from "./files.ts";

const [A, B] = ["a" as DocumentId, "b" as DocumentId];

let file: string;
let store: TestStore;
beforeEach(() => {
  file = makeFile();
  store = new TestStore(file);
});
afterEach(async () => {
  await store.close();
  removeFile(file);
});

const textOf = (document: DocumentId): string => {
  const doc = new Typist(document).doc;
  doc.destroy();
  return store
    .load(document)
    .rows.map(({ update }) => String.fromCharCode(...update))
    .join("");
};

/** Commits of one row or two each; each document's last row is in one of the last two. */
function write(): void {
  for (const letter of "written") store.append(rowOf(A, Uint8Array.of(letter.charCodeAt(0))));
  store.append(rowOf(B, Uint8Array.of(66)), rowOf(A, Uint8Array.of(33)));
}

test("one bit that flips, wherever it is, is turned back, and the file is whole again", async () => {
  write();
  await store.close();
  const [name] = hotFilesOf(file);
  const whole = readFileSync(name!);
  for (let bit = 0; bit < whole.length * 8; bit += 3) {
    const damaged = Buffer.from(whole);
    damaged[bit >>> 3]! ^= 1 << (bit & 7);
    writeFileSync(name!, damaged);
    const read: string[] = [];
    const files = new HotFiles(file, (_, { row, isWhole }) => {
      if (isWhole) read.push(`${row.document}${row.seq}${String.fromCharCode(...row.update)}`);
    });
    files.close();
    expect(read.join(" "), `bit ${bit}`).toBe("a1w a2r a3i a4t a5t a6e a7n b1B a8!");
    expect(Buffer.compare(readFileSync(name!), whole), `bit ${bit}`).toBe(0);
    expect(files.damage).toEqual([{ file: name, mended: 1, lost: 0, kept: undefined }]);
  }
});

test("what a crash left of a commit is cut off, wherever it ended, and rows go on from the last whole one", async () => {
  write();
  await store.close();
  const [name] = hotFilesOf(file);
  const whole = readFileSync(name!);
  const last = whole.lastIndexOf(whole.subarray(FILE_HEADER_BYTES, FILE_HEADER_BYTES + 4));
  for (let end = last + 1; end < whole.length; end += 5) {
    // As it is in a file that was written out in zeros, and in one that a long commit makes longer.
    for (const rest of [Buffer.alloc(1_000), Buffer.alloc(0)]) {
      writeFileSync(name!, Buffer.concat([whole.subarray(0, end), rest]));
      store = new TestStore(file);
      expect(textOf(A), `${end} of ${whole.length}`).toBe("written");
      expect(store.load(B).rows).toEqual([]);
      expect(readFileSync(name!).length).toBe(last);
      expect(store.append(rowOf(A, Uint8Array.of(46)))).toEqual([8]);
      await store.close();
      expect(hotRowsOf(file).map(({ row }) => row.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      for (const other of hotFilesOf(file)) if (other !== name) truncateSync(other, 0);
    }
  }
});

test("a file that was begun and not written to, or not even begun, is none", async () => {
  write();
  await store.close();
  for (const content of [Buffer.alloc(0), Buffer.alloc(4_096), Buffer.from("Sheaf")]) {
    writeFileSync(`${file}-hot-7`, content);
    store = new TestStore(file);
    expect(textOf(A)).toBe("written!");
    await store.close();
  }
});

test("where more than a bit is damaged, rows around it are read, the file is kept as it was found, and somebody is told", async () => {
  write();
  await store.close();
  const [name] = hotFilesOf(file);
  const bytes = readFileSync(name!);
  const [second, third] = [1, 2].map((index) => hotRowsOf(file)[index]!.offset);
  bytes.fill(0x5a, second, third! - FRAME_HEADER_BYTES);
  writeFileSync(name!, bytes);
  copyFileSync(name!, `${file}.found`);
  store = new TestStore(file);
  expect(store.database.damage).toEqual([{ file: name, mended: 0, lost: 1, kept: `${name}.damaged` }]);
  expect(readFileSync(`${name}.damaged`)).toEqual(readFileSync(`${file}.found`));
  expect(store.database.load(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
  expect(textOf(B)).toBe("B");
  expect(store.database.read(A, 1, 2)).toMatchObject({ ok: true, value: [{ seq: 1 }] });
});

test("where the head of a file is damaged, and its first commit, the rows behind are read", async () => {
  write();
  store.append(rowOf("c" as DocumentId, Uint8Array.of(67)));
  await store.close();
  const [name] = hotFilesOf(file);
  const bytes = readFileSync(name!);
  for (const from of [0, 8]) {
    const damaged = Buffer.from(bytes).fill(0x5a, from, hotRowsOf(file)[0]!.offset + 60);
    const read: string[] = [];
    writeFileSync(name!, damaged);
    const files = new HotFiles(file, (_, { row, isWhole }) => {
      if (isWhole) read.push(`${row.document}${row.seq}`);
    });
    files.close();
    expect(read.join(" ")).toBe("a2 a3 a4 a5 a6 a7 b1 a8 c1");
    expect(files.damage).toMatchObject([{ lost: 1, kept: `${name}.damaged` }]);
    writeFileSync(name!, bytes);
  }
});

test("where the last two commits are damaged, they are not taken for one that was not over", async () => {
  write();
  await store.close();
  const [name] = hotFilesOf(file);
  const bytes = readFileSync(name!);
  // Row 7, and one row of the commit behind it, in a file that was not finished.
  for (const index of [6, 8]) {
    const { offset, length } = hotRowsOf(file)[index]!;
    bytes[offset + length - 1]! ^= 0x55;
  }
  writeFileSync(name!, Buffer.concat([bytes, Buffer.alloc(4_096)]));
  store = new TestStore(file);
  expect(store.database.damage).toMatchObject([{ lost: 1, kept: `${name}.damaged` }]);
  expect(store.database.load(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
  expect(textOf(B)).toBe("B");
});

test("a file of which nothing can be told is kept as it was found, and somebody is told", async () => {
  write();
  await store.close();
  const [name] = hotFilesOf(file);
  const damaged = readFileSync(name!).fill(0x5a);
  writeFileSync(name!, damaged);
  store = new TestStore(file);
  expect(store.database.damage).toEqual([{ file: name, mended: 0, lost: 1, kept: `${name}.damaged` }]);
  expect(readFileSync(`${name}.damaged`)).toEqual(damaged);
});

test("a file is not written to again once it was closed, whatever is behind its end", async () => {
  write();
  await store.close();
  const [name] = hotFilesOf(file);
  appendFileSync(name!, "torn");
  store = new TestStore(file);
  store.append(rowOf(A, Uint8Array.of(46)));
  expect(hotFilesOf(file)).toHaveLength(2);
  await store.close();
  store = new TestStore(file);
  expect(textOf(A)).toBe("written!.");
});

test("rows are read as they were written, be they short or long, near one another or far apart", async () => {
  const lengths = Array.from({ length: 400 }, (_, index) => [1, 30, 500, 8_000, 70_000, 3][index % 6]! + index);
  const rows = lengths.map((length, index) => rowOf(index % 7 === 0 ? B : A, new Uint8Array(length).fill(index)));
  for (let at = 0; at < rows.length; at += 9) store.append(...rows.slice(at, at + 9));
  await store.close();
  const positions: (Position | undefined)[] = [];
  const files = new HotFiles(file, (position) => void positions.push(position));
  const some = [
    ...positions,
    undefined,
    ...positions.filter((_, index) => index % 7 === 0),
    positions[399],
    positions[0],
  ];
  const read = [...files.read(some)].map((found) => found?.isWhole === true && rows.findIndex(isIn(found.row)));
  files.close();
  const all = [...rows.keys()];
  expect(read).toEqual([...all, false, ...all.filter((index) => index % 7 === 0), 399, 0]);
});

const isIn = (found: HotRow) => (row: AppendRequest) =>
  row.document === found.document && Buffer.compare(row.update, found.update) === 0;
