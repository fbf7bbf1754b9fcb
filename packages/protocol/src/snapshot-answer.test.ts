import { expect, test } from "vitest";
import { type DocumentId, parseDocumentId } from "./document-id.ts";
import { ROLES } from "./role.ts";
import { readSnapshotHead, snapshotHeaders, snapshotPath } from "./snapshot-answer.ts";

const document = parseDocumentId("Notes.2026~a_b-c") as DocumentId;
const logId = Uint8Array.from({ length: 16 }, (_, index) => index * 16);
const HEX = "00102030405060708090a0b0c0d0e0f0";

const read = (headers: Readonly<Record<string, string>>) => readSnapshotHead((name) => headers[name] ?? null);

test("[W80] the newest snapshot of a document is asked for at one address", () => {
  expect(snapshotPath(document)).toBe("/api/documents/Notes.2026~a_b-c/snapshot");
});

test("[W81] an answer says of which log it is and through which row, by which schema, and to whom, and is read back", () => {
  for (const seq of [1, 200, Number.MAX_SAFE_INTEGER]) {
    for (const role of ROLES) {
      const headers = snapshotHeaders({ position: { logId, seq }, schemaVersion: 3, role });
      expect(headers).toEqual({ "sheaf-position": `${HEX}-${seq}`, "sheaf-schema": "3", "sheaf-role": role });
      expect(read(headers)).toEqual({ position: { logId, seq }, schemaVersion: 3, role });
    }
  }
  expect(read(snapshotHeaders({ position: { logId, seq: 1 }, schemaVersion: 0, role: "viewer" }))).toBeDefined();
});

const GOOD = { "sheaf-position": `${HEX}-7`, "sheaf-schema": "1", "sheaf-role": "editor" };

test.each<Record<string, string>>([
  { "sheaf-position": `${HEX}-0` },
  { "sheaf-position": `${HEX}-01` },
  { "sheaf-position": `${HEX}-` },
  { "sheaf-position": `${HEX}--1` },
  { "sheaf-position": `${HEX}-1e3` },
  { "sheaf-position": `${HEX}-9007199254740992` },
  { "sheaf-position": `${"ABCDEF".repeat(6).slice(4)}-1` },
  { "sheaf-position": `${HEX}00-1` },
  { "sheaf-position": `${HEX.slice(2)}-1` },
  { "sheaf-position": "" },
  { "sheaf-schema": "" },
  { "sheaf-schema": "-1" },
  { "sheaf-schema": "01" },
  { "sheaf-schema": "one" },
  { "sheaf-schema": "9007199254740992" },
  { "sheaf-role": "king" },
  { "sheaf-role": "" },
])("[W81] %o is no head of a snapshot", (bad) => {
  expect(read(GOOD)).toBeDefined();
  expect(read({ ...GOOD, ...bad })).toBeUndefined();
});
