import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RefusedBatch } from "./batches.ts";
import type { ConnectionState } from "./connection.ts";
import { type Status, type StatusInput, statusOf, statusSentence } from "./status.ts";

const NOW = 50_000;
const open = {
  kind: "open",
  socket: 1,
  attempt: 0,
  heardAt: NOW,
  answerBy: undefined,
  retryAfterMillis: undefined,
} as const;
const WELCOMED: ConnectionState = { ...open, isWelcomed: true };
const GREETED: ConnectionState = { ...open, isWelcomed: false };
const WAITING: ConnectionState = { kind: "waiting", socket: 1, attempt: 1, retryAfterMillis: undefined, until: NOW };
const AGAIN: ConnectionState = { kind: "connecting", socket: 2, attempt: 1, retryAfterMillis: undefined, openBy: NOW };
const FIRST: ConnectionState = { kind: "connecting", socket: 1, attempt: 0, retryAfterMillis: undefined, openBy: NOW };
const STOPPED: ConnectionState = {
  kind: "stopped",
  socket: 1,
  reason: { code: "unauthorized", reason: "You are not signed in." },
};

const IDEAL: StatusInput = {
  connection: WELCOMED,
  pendingChanges: 0,
  oldestPending: undefined,
  refused: [],
  holdReason: undefined,
  isOutdated: false,
  everWelcomed: true,
  isKept: false,
  deviceFailure: undefined,
};
const PENDING = { pendingChanges: 3, oldestPending: NOW - 1000 };
const REFUSED: RefusedBatch = {
  number: 4,
  base: 0,
  answer: false,
  update: new Uint8Array(2),
  since: 0,
  changes: 2,
  code: "tooLarge",
  reason: "The change is larger than the server accepts.",
  isInDocument: true,
};

type Row = readonly [situation: string, facts: Partial<StatusInput>, status: Status, sentence: string];

type NotSaved = Extract<Status, { kind: "not-saved" }>;

const notSaved = (changes: number, why: NotSaved["why"]): NotSaved => ({
  kind: "not-saved",
  changes,
  isKept: false,
  why,
  deviceFailure: undefined,
});
const kept = (changes: number, why: NotSaved["why"]): NotSaved => ({ ...notSaved(changes, why), isKept: true });
const KEPT = "Not saved: 3 changes are kept in this page only.";
const ON_DEVICE = "Not saved: 3 changes are kept on this device.";

const TABLE: readonly Row[] = [
  ["everything is acknowledged", {}, { kind: "saved" }, "Saved"],
  ["edits are under way", PENDING, { kind: "saving", changes: 3, isKept: false }, "Saving…"],
  [
    "edits are under way for five seconds",
    { ...PENDING, oldestPending: NOW - 5000 },
    notSaved(3, { code: "overdue" }),
    `${KEPT} The server has not answered yet: keep this page open.`,
  ],
  ["the connection is lost, nothing pending", { connection: WAITING }, { kind: "offline", changes: 0 }, "Offline"],
  [
    "the connection is lost with edits pending",
    { ...PENDING, connection: WAITING },
    notSaved(3, { code: "offline" }),
    `${KEPT} The server cannot be reached: keep this page open.`,
  ],
  ["a lost connection is tried again", { connection: AGAIN }, { kind: "offline", changes: 0 }, "Offline"],
  ["the first connection is under way", { connection: FIRST, everWelcomed: false }, { kind: "opening" }, "Opening…"],
  ["the join is not answered yet", { connection: GREETED, everWelcomed: false }, { kind: "opening" }, "Opening…"],
  [
    "the first connection failed",
    { connection: WAITING, everWelcomed: false },
    { kind: "offline", changes: 0 },
    "Offline",
  ],
  [
    "somebody types while the page opens",
    { ...PENDING, connection: FIRST, everWelcomed: false },
    { kind: "saving", changes: 3, isKept: false },
    "Saving…",
  ],
  [
    "the server cannot save",
    { ...PENDING, holdReason: "The server's disk is full." },
    notSaved(3, { code: "held", reason: "The server's disk is full." }),
    `${KEPT} The server's disk is full. Keep this page open.`,
  ],
  [
    "the server refused for good",
    { refused: [REFUSED], ...PENDING, pendingChanges: 1 },
    notSaved(3, { code: "refused", nack: "tooLarge", reason: REFUSED.reason }),
    `${KEPT} The change is larger than the server accepts. Copy what you need before you close this page.`,
  ],
  [
    "the connection is lost with edits kept on the device",
    { ...PENDING, connection: WAITING, isKept: true },
    kept(3, { code: "offline" }),
    "Offline: 3 changes are kept on this device. The server cannot be reached: they are sent as soon as it answers.",
  ],
  [
    "edits kept on the device are under way for five seconds",
    { ...PENDING, oldestPending: NOW - 5000, isKept: true },
    kept(3, { code: "overdue" }),
    `${ON_DEVICE} The server has not answered yet.`,
  ],
  [
    "the server cannot save what the device keeps",
    { ...PENDING, holdReason: "The server's disk is full.", isKept: true },
    kept(3, { code: "held", reason: "The server's disk is full." }),
    `${ON_DEVICE} The server's disk is full. It is asked again.`,
  ],
  [
    "the server refused for good what the device keeps",
    { refused: [REFUSED], isKept: true },
    kept(2, { code: "refused", nack: "tooLarge", reason: REFUSED.reason }),
    "Not saved: 2 changes are kept on this device. The change is larger than the server accepts.",
  ],
  ...(
    [
      ["missing", "This browser keeps nothing for this page, as private windows do."],
      ["full", "This device has no room to keep changes."],
      ["blocked", "An older page of Sheaf is open in another tab: close it, so that this device can keep changes."],
      ["failed", "This device does not keep changes at the moment."],
    ] as const
  ).map(([deviceFailure, sentence]): Row => [
    `the connection is lost, and the device keeps nothing (${deviceFailure})`,
    { ...PENDING, connection: WAITING, deviceFailure },
    { ...notSaved(3, { code: "offline" }), deviceFailure },
    `${KEPT} The server cannot be reached: keep this page open. ${sentence}`,
  ]),
  [
    "the session ended with nothing pending",
    { connection: STOPPED },
    {
      kind: "stopped",
      changes: 0,
      why: { code: "stopped", reason: { code: "unauthorized", reason: "You are not signed in." } },
    },
    "You are not signed in.",
  ],
  [
    "the session ended with edits pending",
    { ...PENDING, connection: STOPPED },
    notSaved(3, { code: "stopped", reason: { code: "unauthorized", reason: "You are not signed in." } }),
    `${KEPT} You are not signed in.`,
  ],
  [
    "the page is older than the document",
    { isOutdated: true },
    { kind: "stopped", changes: 0, why: { code: "outdated" } },
    "There is a newer version of this page: reload it.",
  ],
  [
    "the page is older, its last edits under way",
    { ...PENDING, isOutdated: true },
    { kind: "saving", changes: 3, isKept: false },
    "Saving…",
  ],
];

describe.each(TABLE)("when %s", (_situation, facts, status, sentence) => {
  test(`the page says "${sentence}"`, () => {
    const actual = statusOf({ ...IDEAL, ...facts }, NOW);
    expect(actual).toEqual(status);
    expect(statusSentence(actual)).toBe(sentence);
  });
});

test("whatever else is true, nothing is called saved while something is not acknowledged", () => {
  const input = fc.record({
    connection: fc.constantFrom(WELCOMED, GREETED, WAITING, AGAIN, FIRST, STOPPED),
    pendingChanges: fc.nat(3),
    oldestPending: fc.option(fc.nat(NOW), { nil: undefined }),
    refused: fc.subarray([REFUSED]),
    holdReason: fc.option(fc.constant("The disk is full."), { nil: undefined }),
    readOnlyReason: fc.option(fc.constant("You may not."), { nil: undefined }),
    isOutdated: fc.boolean(),
    everWelcomed: fc.boolean(),
    isKept: fc.boolean(),
    deviceFailure: fc.constantFrom(undefined, "full", "missing"),
  });
  fc.assert(
    fc.property(input, (facts) => {
      const status = statusOf(facts, NOW);
      const unsaved = facts.pendingChanges + facts.refused.length;
      if (unsaved > 0) expect(["saving", "not-saved"]).toContain(status.kind);
      if (unsaved === 0) expect(["saving", "not-saved"]).not.toContain(status.kind);
      if (!facts.isKept) expect(statusSentence(status)).not.toContain("kept on this device");
      if (status.kind === "saved") expect(facts.connection).toBe(WELCOMED);
    }),
  );
});
