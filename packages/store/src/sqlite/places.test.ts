import { afterEach, expect, test } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import { NOBODY } from "@sheaf/room";
import type { Position } from "../hot/files.ts";
import { makeFile, removeFile } from "../testing/store.ts";
import { LogFile } from "./file.ts";
import { Places } from "./places.ts";

const A = "a" as DocumentId;
const logId = new Uint8Array(16).fill(7);

const path = makeFile();
const opened = LogFile.open(path);
if (!opened.ok) throw new Error(opened.error.reason);
const file = opened.value;
afterEach(() => {
  file.close();
  removeFile(path);
});

test("a whole row that came to the place a damaged one had been given by guess was passed over, and its words were lost", () => {
  const places = new Places(file);
  const take = (position: number, seq: number, isWhole: boolean): void => {
    const update = Uint8Array.of(1, 2);
    const row = { document: A, logId, seq, principal: NOBODY, time: 1, base: 0, schemaVersion: 1, update };
    places.take(position as Position, { offset: 0, length: 0, row, isWhole });
  };
  take(100, 1, true);
  // What is left of row 2 looks like two rows, the second of which is put where row 3 belongs.
  take(200, 2, false);
  take(210, 2, false);
  take(300, 3, true);
  take(400, 4, true);
  expect(places.get(A)).toMatchObject({ hotFrom: 1, hot: [100, 200, 300, 400], hotBytes: 8 });
});
