import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { DocumentId } from "./document-id.ts";
import { decodeDown, type DownFrame, encodeDown } from "./down.ts";
import { decodeUp, encodeUp, type UpFrame } from "./up.ts";
import { PROTOCOL_VERSION } from "./version.ts";
import { decodeYWebsocket, encodeYWebsocket, type YWebsocketFrame } from "./y-websocket.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const logId = Uint8Array.from({ length: 16 }, (_, index) => 0xa0 + index);

const UP: readonly (readonly [rule: string, frame: UpFrame, hex: string])[] = [
  ["W10", { kind: "hello", protocolVersion: 2 }, "0102"],
  [
    "W11",
    {
      kind: "join",
      channel: 3,
      document: "plan" as DocumentId,
      schemaVersion: 300,
      vector: bytes(1, 5, 9),
      position: undefined,
    },
    "020304706c616eac020301050900",
  ],
  [
    "W11",
    {
      kind: "join",
      channel: 0,
      document: "p" as DocumentId,
      schemaVersion: 1,
      vector: bytes(0),
      position: { logId, seq: 200 },
    },
    "0200017001010001a0a1a2a3a4a5a6a7a8a9aaabacadaeafc801",
  ],
  [
    "W12",
    { kind: "batch", channel: 0, number: 128, base: 7, answer: false, update: bytes(0, 0) },
    "030080010700020000",
  ],
  ["W12", { kind: "batch", channel: 0, number: 1, base: 7, answer: true, update: bytes(0, 0) }, "0300010701020000"],
  ["W13", { kind: "presence", channel: 1, payload: bytes(0) }, "04010100"],
  ["W14", { kind: "leave", channel: 63 }, "053f"],
  ["W15", { kind: "ping", token: 2 ** 53 - 1 }, "06ffffffffffffff0f"],
];

const DOWN: readonly (readonly [rule: string, frame: DownFrame, hex: string])[] = [
  [
    "W30",
    {
      kind: "welcome",
      channel: 2,
      protocolVersion: 1,
      schemaVersion: 0,
      role: "editor",
      logId,
      seq: 9,
      vector: bytes(0),
      maxUpdateBytes: 1000,
    },
    "0102010102a0a1a2a3a4a5a6a7a8a9aaabacadaeaf090100e807",
  ],
  ["W31", { kind: "update", channel: 0, seq: 5, base: 4, update: bytes(0, 0) }, "02000504020000"],
  ["W32", { kind: "synced", channel: 0, seq: 5 }, "030005"],
  ["W33", { kind: "ack", channel: 0, number: 1, seq: 5 }, "04000105"],
  ["W34", { kind: "nack", channel: 0, number: 1, code: "storage", reason: "full" }, "050001060466756c6c"],
  ["W35", { kind: "ask", channel: 0, vector: bytes(0) }, "06000100"],
  ["W36", { kind: "presence", channel: 0, payload: bytes(0) }, "07000100"],
  ["W37", { kind: "pong", token: 1 }, "0801"],
  ["W38", { kind: "goodbye", retryAfterMillis: 500, reason: "" }, "09f40300"],
  ["W39", { kind: "fragment", left: 2, bytes: bytes(7, 8) }, "0a020708"],
  ["W40", { kind: "role", channel: 1, role: "viewer" }, "0b0100"],
  [
    "W41",
    {
      kind: "history",
      channel: 1,
      rows: [
        { seq: 200, base: 4, update: bytes(0, 0) },
        { seq: 0, base: 0, update: bytes(0, 1, 2, 3) },
      ],
    },
    "0c01c8010402000000000400010203",
  ],
];

const STOCK: readonly (readonly [rule: string, frame: YWebsocketFrame, hex: string])[] = [
  ["W50", { kind: "step1", vector: bytes(0) }, "00000100"],
  ["W51", { kind: "step2", update: bytes(0, 0) }, "0001020000"],
  ["W52", { kind: "update", update: bytes(0, 0) }, "0002020000"],
  ["W53", { kind: "presence", payload: bytes(0) }, "010100"],
  ["W54", { kind: "denied", reason: "no" }, "0200026e6f"],
  ["W55", { kind: "query-presence" }, "03"],
];

const hexOf = (frame: Uint8Array): string => Buffer.from(frame).toString("hex");

test.each(UP)("[%s] an up frame has its golden bytes both ways: %o", (_rule, frame, hex) => {
  expect(hexOf(encodeUp(frame))).toBe(hex);
  expect(decodeUp(new Uint8Array(Buffer.from(hex, "hex")))).toEqual({ ok: true, value: frame });
});

test.each(DOWN)("[%s] a down frame has its golden bytes both ways: %o", (_rule, frame, hex) => {
  expect(hexOf(encodeDown(frame))).toBe(hex);
  expect(decodeDown(new Uint8Array(Buffer.from(hex, "hex")))).toEqual({ ok: true, value: frame });
});

test.each(STOCK)("[%s] a y-websocket frame has its golden bytes both ways: %o", (_rule, frame, hex) => {
  expect(hexOf(encodeYWebsocket(frame))).toBe(hex);
  expect(decodeYWebsocket(new Uint8Array(Buffer.from(hex, "hex")))).toEqual({ ok: true, value: frame });
});

test("[W30] a welcome to a document nobody has written to says so", () => {
  const [, welcome] = DOWN[0]!;
  const frame = { ...welcome, schemaVersion: undefined } as DownFrame;
  expect(decodeDown(encodeDown(frame))).toEqual({ ok: true, value: frame });
});

test("[W70] the golden bytes are those of this protocol version", () => {
  const digest = createHash("sha256");
  for (const [rule, , hex] of [...UP, ...DOWN, ...STOCK]) digest.update(`${rule} ${hex}\n`);
  // When this fails because a layout changed: move PROTOCOL_VERSION, add a row to SPEC.md, then freeze the new hash.
  expect({ version: PROTOCOL_VERSION, hash: digest.digest("hex").slice(0, 16) }).toEqual({
    version: 3,
    hash: "3c57198b67ff2cac",
  });
});
