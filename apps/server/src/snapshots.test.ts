import { expect, test } from "vitest";
import { type DocumentId, err, ok, snapshotPath } from "@sheaf/protocol";
import { type Caller, LOOPBACK_IDENTITY } from "./callers.ts";
import { type SnapshotReport, snapshotRoutes } from "./snapshots.ts";

const DOCUMENT = "a" as DocumentId;
const anybody: Caller = {
  identity: LOOPBACK_IDENTITY,
  given: LOOPBACK_IDENTITY.access,
  via: "loopback",
  credential: undefined,
};
test("while the log cannot be read a snapshot is 503, and whoever runs the server is told", async () => {
  const failing = async () => err({ code: "storage", reason: "the medium cannot be read" } as const);
  const reports: SnapshotReport[] = [];
  const routes = snapshotRoutes({
    log: { newestSnapshot: failing },
    callers: { of: () => ok(anybody) },
    report: (report) => reports.push(report),
  });
  const answer = await routes.request(snapshotPath(DOCUMENT));
  expect(answer.status).toBe(503);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.json()).toEqual({ code: "unavailable", reason: expect.stringMatching(/^[A-Z].*\.$/) });
  const expected = {
    kind: "snapshot-failed",
    document: DOCUMENT,
    code: "storage",
    reason: "the medium cannot be read",
  };
  expect(reports).toEqual([expected]);
});
