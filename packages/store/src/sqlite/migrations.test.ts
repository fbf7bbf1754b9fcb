import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import { damage, makeFile, plain, removeFile, TestStore } from "../testing/store.ts";
import { stateOf, Typist } from "../testing/typist.ts";

/** As the first version of Sheaf made it, down to how it summed its rows. */
const VERSION_1 = `
  CREATE TABLE logs (id INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE, log_id BLOB NOT NULL) STRICT;
  CREATE TABLE principals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE hot_log (
    id INTEGER PRIMARY KEY, log INTEGER NOT NULL, seq INTEGER NOT NULL, principal INTEGER NOT NULL, time INTEGER NOT NULL,
    base INTEGER NOT NULL, schema_version INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  PRAGMA user_version = 1;
  INSERT INTO logs VALUES (1, 'old', x'000102030405060708090a0b0c0d0e0f');
  INSERT INTO principals VALUES (1, 'ann');`;

test("a file of the first version opens with every row, and is packed and compacted like any other", async () => {
  const document = "old" as DocumentId;
  const file = makeFile();
  damage(file, VERSION_1);
  const rows = new Typist(document).type(2_500);
  const logId = Uint8Array.from({ length: 16 }, (_, index) => index);
  const raw = new DatabaseSync(file);
  raw.exec("BEGIN");
  for (const [index, { time, base, schemaVersion, update }] of rows.entries()) {
    const sum = crc32(update, crc32(`${index + 1} ann ${time} ${base} ${schemaVersion}`, crc32(logId)));
    const values = [index + 1, 1, index + 1, 1, time, base, schemaVersion, sum, update];
    raw.prepare("INSERT INTO hot_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").run(...values);
  }
  raw.exec("COMMIT");
  raw.close();

  const store = new TestStore(file);
  const before = store.load(document);
  expect(before).toMatchObject({ snapshot: undefined, rows: { length: 2_500 } });
  expect(Array.from(before.logId)).toEqual(Array.from(logId));
  await store.compact(document);
  expect(store.load(document)).toMatchObject({ snapshot: { seq: 2_500 }, rows: [] });
  expect(store.read(document).map(plain)).toEqual(before.rows.map(plain));
  expect(stateOf([store.load(document).snapshot!.update])).toEqual(stateOf(rows.map(({ update }) => update)));
  expect(store.append(rows[0]!)).toEqual([2_501]);
  await store.close();
  removeFile(file);
});
