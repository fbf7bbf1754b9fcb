import { expect, test } from "vitest";
import { type DocumentId, parseDocumentId } from "./document-id.ts";
import { newestSnapshotPath, parseSnapshotPath, snapshotPath } from "./snapshot-address.ts";

const document = parseDocumentId("Notes.2026~a_b-c") as DocumentId;
const logId = Uint8Array.from({ length: 16 }, (_, index) => index * 16);
const HEX = "00102030405060708090a0b0c0d0e0f0";

test("[W80] the newest snapshot of a document is asked for at one address", () => {
  expect(newestSnapshotPath(document)).toBe("/api/documents/Notes.2026~a_b-c/snapshot");
});

test("[W81] a snapshot's address says of which log it is and through which row, and is read back", () => {
  for (const seq of [1, 200, Number.MAX_SAFE_INTEGER]) {
    const path = snapshotPath(document, { logId, seq });
    expect(path).toBe(`/api/documents/Notes.2026~a_b-c/snapshots/${HEX}-${seq}`);
    expect(parseSnapshotPath(path)).toEqual({ document, position: { logId, seq } });
  }
});

test.each([
  `/api/documents/a/snapshots/${HEX}-0`,
  `/api/documents/a/snapshots/${HEX}-01`,
  `/api/documents/a/snapshots/${HEX}-`,
  `/api/documents/a/snapshots/${HEX}--1`,
  `/api/documents/a/snapshots/${HEX}-1e3`,
  `/api/documents/a/snapshots/${HEX}-9007199254740992`,
  `/api/documents/a/snapshots/${HEX.toUpperCase()}-1`,
  `/api/documents/a/snapshots/${HEX}00-1`,
  `/api/documents/a/snapshots/${HEX.slice(2)}-1`,
  `/api/documents/.hidden/snapshots/${HEX}-1`,
  `/api/documents/a/b/snapshots/${HEX}-1`,
  `/api/documents/a/snapshots/${HEX}-1/`,
  `/api/documents/a%2e/snapshots/${HEX}-1`,
  "/api/documents/a/snapshot",
  "",
])("[W81] %s is no address of a snapshot", (path) => {
  expect(parseSnapshotPath(path)).toBeUndefined();
});
