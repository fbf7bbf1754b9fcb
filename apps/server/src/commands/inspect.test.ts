import { expect, test } from "vitest";
import { inspectFrame } from "./inspect.ts";

/** One letter of client 5, which deletes what client 7 wrote from 3 to 4. */
const UPDATE = "010105000401047465787401610107010302";
const BATCH = `030080010700${(UPDATE.length / 2).toString(16).padStart(2, "0")}${UPDATE}`;

const linesOf = (written: string): readonly string[] => {
  const lines = inspectFrame(written);
  return lines.ok ? lines.value : [lines.error];
};

test("a batch is told with who writes and what is deleted", () => {
  expect(linesOf(BATCH)).toEqual([
    `${BATCH.length / 2} bytes`,
    "sheaf.v1, from the client: batch",
    "  channel: 0",
    "  number: 128",
    "  base: 7",
    "  answer: false",
    `  update: ${UPDATE.length / 2} bytes`,
    "    client 5 writes 0 to 0",
    "    deletes of client 7 3 to 4",
  ]);
});

test("hex as tools print it, and both kinds of base64, are the same frame", () => {
  const bytes = Buffer.from(BATCH, "hex");
  const spellings = [
    BATCH.toUpperCase(),
    BATCH.replaceAll(/../g, "$&:").slice(0, -1),
    BATCH.replaceAll(/../g, "0x$&, "),
    `${bytes.toString("base64")}\n`,
    bytes.toString("base64url"),
  ];
  for (const spelling of spellings) expect(linesOf(spelling), spelling).toEqual(linesOf(BATCH));
});

test("each dialect and direction is told apart, and what could be two of them is told as both", () => {
  const logId = "a0".repeat(16);
  expect(linesOf(`0200017001010001${logId}c801`)).toEqual([
    "26 bytes",
    "sheaf.v1, from the client: join",
    "  channel: 0",
    "  document: p",
    "  schemaVersion: 1",
    "  vector: 1 bytes",
    "  position",
    `    logId: ${logId}`,
    "    seq: 200",
  ]);
  expect(linesOf(`0002${(UPDATE.length / 2).toString(16)}${UPDATE}`)).toContain("y-websocket, from either: update");
  expect(linesOf("0001020101")).toContain("y-websocket, from either: step2");
  expect(linesOf("0100")).toEqual([
    "2 bytes",
    "sheaf.v1, from the client: hello",
    "  protocolVersion: 0",
    "",
    "or",
    "y-websocket, from either: presence",
    "  payload: 0 bytes, which cannot be read",
  ]);
  const presence = `04000e0105020a${Buffer.from('{"name":1}').toString("hex")}`;
  expect(linesOf(presence).join("\n")).toContain('client 5, clock 2: "{\\"name\\":1}"');
});

test("a frame with an update that Yjs could not read says so", () => {
  expect(linesOf("030001070002ffff").join("\n")).toContain("update: 2 bytes, which cannot be read");
});

test("what is no frame is refused, with why in each dialect", () => {
  expect(inspectFrame("ff01")).toEqual({ ok: false, error: expect.stringMatching(/no whole frame:\n.*unknown-kind/) });
  expect(inspectFrame("")).toEqual({ ok: false, error: expect.stringContaining("neither hex nor base64") });
  expect(inspectFrame("über")).toEqual({ ok: false, error: expect.stringContaining("neither hex nor base64") });
});
