import fc from "fast-check";
import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { CLOSE, retryAfterClose } from "./close-code.ts";
import { parseDocumentId } from "./document-id.ts";
import { decodeDown } from "./down.ts";
import { MAX_CHANNELS, MAX_FRAME_BYTES, MAX_PRESENCE_BYTES, MAX_UPDATE_BYTES, MAX_VECTOR_BYTES } from "./limits.ts";
import { NACK } from "./nack-code.ts";
import { decodePresence, encodePresence, isGone } from "./presence.ts";
import { Reader } from "./reader.ts";
import { decodeStateVector, encodeStateVector } from "./state-vector.ts";
import { decodeUp, encodeUp } from "./up.ts";
import { decodeYWebsocket, encodeYWebsocket } from "./y-websocket.ts";

const DECODERS = { decodeUp, decodeDown, decodeYWebsocket };

test.each(Object.entries(DECODERS))("[W3] %s answers anything without throwing", (_name, decode) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const result = decode(bytes);
      if (!result.ok) expect(["malformed", "unknown-kind"]).toContain(result.error.code);
    }),
    { numRuns: 5_000 },
  );
});

test("[W3] a frame cut anywhere or followed by anything is malformed", () => {
  const frame = encodeUp({ kind: "batch", channel: 0, number: 1, base: 2, answer: false, update: Uint8Array.of(0, 0) });
  for (let end = 1; end < frame.length; end++) {
    expect(decodeUp(frame.subarray(0, end))).toEqual({ ok: false, error: { code: "malformed", kind: 3 } });
  }
  expect(decodeUp(Uint8Array.of(...frame, 0))).toEqual({ ok: false, error: { code: "malformed", kind: 3 } });
  expect(decodeUp(new Uint8Array(0)).ok).toBe(false);
  expect(decodeUp(Uint8Array.of(99))).toEqual({ ok: false, error: { code: "unknown-kind", kind: 99 } });
});

test("[W1] a length beyond its limit or the frame is refused, also when more memory lies behind the frame", () => {
  const pool = new Uint8Array(1024).fill(7);
  pool.set([3, 0, 1, 2, 200, 1], 0); // a batch that claims 200 bytes of update
  expect(decodeUp(pool.subarray(0, 6)).ok).toBe(false);
  const reader = new Reader(Uint8Array.of(5, 1, 2, 3, 4, 5));
  expect(reader.varBytes(4)).toHaveLength(0);
  expect(reader.failed).toBe(true);
});

/** At its limit, and one over it. */
const lengths = (limit: number): readonly [Uint8Array, Uint8Array] => [
  new Uint8Array(limit),
  new Uint8Array(limit + 1),
];

test("[W1] [MAX_VECTOR_BYTES] a state vector has its longest, in both dialects", () => {
  const document = parseDocumentId("a")!;
  const join = (vector: Uint8Array) =>
    decodeUp(encodeUp({ kind: "join", channel: 0, document, schemaVersion: 0, vector, position: undefined })).ok;
  const step1 = (vector: Uint8Array) => decodeYWebsocket(encodeYWebsocket({ kind: "step1", vector })).ok;
  for (const read of [join, step1]) expect(lengths(MAX_VECTOR_BYTES).map(read)).toEqual([true, false]);
});

test("[W1] [MAX_PRESENCE_BYTES] a message of presence has its longest, in both dialects", () => {
  const ours = (payload: Uint8Array) => decodeUp(encodeUp({ kind: "presence", channel: 0, payload })).ok;
  const stock = (payload: Uint8Array) => decodeYWebsocket(encodeYWebsocket({ kind: "presence", payload })).ok;
  for (const read of [ours, stock]) expect(lengths(MAX_PRESENCE_BYTES).map(read)).toEqual([true, false]);
});

test("[W1] [MAX_CHANNELS] a channel is one of 64", () => {
  const leave = (channel: number) => decodeUp(encodeUp({ kind: "leave", channel })).ok;
  expect([0, MAX_CHANNELS - 1, MAX_CHANNELS].map(leave)).toEqual([true, true, false]);
});

test("[W12] the longest update fits into one message of either dialect", () => {
  const update = new Uint8Array(MAX_UPDATE_BYTES);
  const most = Number.MAX_SAFE_INTEGER;
  const frames = [
    encodeUp({ kind: "batch", channel: MAX_CHANNELS - 1, number: most, base: most, answer: true, update }),
    encodeYWebsocket({ kind: "update", update }),
  ];
  for (const { length } of frames) expect(length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
});

test("[W1] counts are checked before anything is built for them", () => {
  const huge = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f);
  expect(decodeStateVector(huge)).toBeUndefined();
  expect(decodePresence(huge)).toBeUndefined();
});

test("[W1] a number past 53 bits is refused", () => {
  for (const bytes of [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f], Array.from({ length: 20 }, () => 0x80)]) {
    const reader = new Reader(Uint8Array.from(bytes));
    reader.varUint();
    expect(reader.failed).toBe(true);
  }
});

test("[W2] [MAX_DOCUMENT_ID_LENGTH] document ids are URL-safe and bounded", () => {
  for (const id of ["a", "plan-2026_v1.2~x", "x".repeat(128)]) expect(parseDocumentId(id)).toBe(id);
  for (const id of ["", ".hidden", "..", "a/b", "a b", "é", "x".repeat(129), "a\0"])
    expect(parseDocumentId(id)).toBeUndefined();
});

test("[W20] presence entries are an awareness update of y-protocols", () => {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  awareness.setLocalState({ user: { name: "Ana" } });
  const stock = encodeAwarenessUpdate(awareness, [doc.clientID]);
  const entries = decodePresence(stock)!;
  expect(entries.map(({ clientId, clock }) => ({ clientId, clock }))).toEqual([{ clientId: doc.clientID, clock: 1 }]);
  expect(JSON.parse(Buffer.from(entries[0]!.state).toString())).toEqual({ user: { name: "Ana" } });
  expect(encodePresence(entries)).toEqual(stock);
  awareness.setLocalState(null);
  expect(isGone(decodePresence(encodeAwarenessUpdate(awareness, [doc.clientID]))![0]!.state)).toBe(true);
  awareness.destroy();
});

test("[W20] [MAX_PRESENCE_STATE_BYTES] [MAX_PRESENCE_ENTRIES] a state or a list over its limit is refused", () => {
  const entry = (clientId: number, size: number) => ({ clientId, clock: 1, state: new Uint8Array(size).fill(32) });
  expect(decodePresence(encodePresence([entry(1, 4096)]))).toHaveLength(1);
  expect(decodePresence(encodePresence([entry(1, 4097)]))).toBeUndefined();
  const entries = Array.from({ length: 1025 }, (_, index) => entry(index, 1));
  expect(decodePresence(encodePresence(entries.slice(1)))).toHaveLength(1024);
  expect(decodePresence(encodePresence(entries))).toBeUndefined();
});

test("[W21] state vectors are Yjs' own", () => {
  const doc = new Y.Doc();
  doc.getText().insert(0, "hello");
  const vector = decodeStateVector(Y.encodeStateVector(doc))!;
  expect(vector).toEqual(new Map([[doc.clientID, 5]]));
  expect(Y.decodeStateVector(encodeStateVector(vector))).toEqual(vector);
});

test("[W4] an unreadable frame has a close code that a stock client does not retry", () => {
  expect(CLOSE.malformed).toMatchObject({ code: 4400, retry: "never" });
});

test("[W60] 4400 to 4499 mean never, and never means those or a standard code", () => {
  for (const { code, retry } of Object.values(CLOSE)) {
    if (code >= 4400 && code <= 4499) expect(retry).toBe("never");
    if (retry === "never") expect(code < 4000 || (code >= 4400 && code <= 4499)).toBe(true);
    expect(retryAfterClose(code)).toBe(retry);
  }
  expect(retryAfterClose(1006)).toBe("backoff");
  for (const { reason } of Object.values(CLOSE)) expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
});

test("[W62] a full document is one that clients of both dialects come back to, in their own time", () => {
  expect(CLOSE.crowded).toMatchObject({ code: 1013, retry: "backoff" });
  expect(retryAfterClose(1013)).toBe("backoff");
});

test("[W61] nack numbers are what they have always been", () => {
  const numbers = Object.fromEntries(Object.entries(NACK).map(([code, { number }]) => [code, number]));
  expect(numbers).toEqual({
    malformed: 1,
    tooLarge: 2,
    readOnly: 3,
    foreignClientId: 4,
    otherSchema: 5,
    storage: 6,
    draining: 7,
  });
});
