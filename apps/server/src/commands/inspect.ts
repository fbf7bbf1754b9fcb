import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  decodeDown,
  decodePresence,
  decodeStateVector,
  decodeUp,
  decodeYWebsocket,
  err,
  ok,
  parseDocumentId,
  type Result,
} from "@sheaf/protocol";
import { type ClientRanges, walkUpdate } from "@sheaf/room";
import { lookAtRow } from "@sheaf/store";
import { readSettings, SHARE } from "../read-settings.ts";
import type { Command } from "./command.ts";

export const INSPECT: Command = {
  name: "inspect",
  parameters: ["[FRAME|DOCUMENT]", "[SEQ]", "[FILE]"],
  summary: "say in words what a captured frame holds, or a row of the log",
  details: `
FRAME is hex or base64, here or on standard input; it is read in every dialect and direction in which it is whole.
With DOCUMENT and SEQ it reads that row: of FILE, a backup or a sheaf.db, or else of DATA_DIR. No server may use it.
Of updates it says whose they are, how far they go and what they delete; their words are not printed.`,
  async run([first, seq, file], { env, print, complain }) {
    const lines =
      first !== undefined && seq !== undefined
        ? inspectRow(first, seq, file, env)
        : inspectFrame(first ?? (await text(process.stdin)));
    if (lines.ok) print(lines.value.join("\n"));
    else complain(lines.error);
    return lines.ok;
  },
};

/** Every way in which the bytes are one whole frame; first those of which every part can be read. */
export function inspectFrame(written: string): Result<readonly string[], string> {
  const bytes = parseBytes(written.trim());
  if (bytes === undefined || bytes.length === 0)
    return err("This is neither hex nor base64: capture the frame's bytes.");
  const readings = DIALECTS.flatMap(({ name, decode }) => {
    const frame = decode(bytes);
    return frame.ok ? [[`${name}: ${frame.value.kind}`, ...describeFields(frame.value)]] : [];
  });
  if (readings.length === 0) {
    const whys = DIALECTS.map(({ name, decode }) => {
      const frame = decode(bytes);
      return `  ${name}: ${frame.ok ? "" : `${frame.error.code}, kind ${frame.error.kind}`}`;
    });
    return err(`These ${bytes.length} bytes are no whole frame:\n${whys.join("\n")}`);
  }
  const doubts = (lines: readonly string[]): number => lines.filter((line) => line.includes(UNREADABLE)).length;
  const [best = [], ...others] = readings.toSorted((a, b) => doubts(a) - doubts(b));
  return ok([`${bytes.length} bytes`, ...best, ...others.flatMap((lines) => ["", "or", ...lines])]);
}

const DIALECTS = [
  { name: "sheaf.v1, from the client", decode: decodeUp },
  { name: "sheaf.v1, from the server", decode: decodeDown },
  { name: "y-websocket, from either", decode: decodeYWebsocket },
] as const;

function inspectRow(
  name: string,
  seqText: string,
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Result<readonly string[], string> {
  const document = parseDocumentId(name);
  const seq = /^[1-9]\d{0,14}$/.test(seqText) ? Number(seqText) : undefined;
  if (document === undefined) return err(`"${name}" is no name of a document.`);
  if (seq === undefined) return err(`"${seqText}" is no row: they count from 1.`);
  const settings = readSettings(env, [SHARE]);
  if (!settings.ok) return err(settings.error.join("\n"));
  const path = file ?? join(settings.value.dataDir, "sheaf.db");
  const row = lookAtRow(path, document, seq);
  if (!row.ok) {
    if (row.error.code === "in-use") return err(`A server holds ${path}: stop it, or name a backup as FILE.`);
    return err(`${path}: ${"reason" in row.error ? row.error.reason : row.error.code}.`);
  }
  if (row.value === undefined) return err(`${path} has no row ${seq} of ${name}: never written, or erased.`);
  const { principal, time, base, schemaVersion, update } = row.value;
  const fields = { principal, time: new Date(time).toISOString(), base, schemaVersion, update };
  return ok([`row ${seq} of ${name}`, ...describeFields(fields)]);
}

function describeFields(fields: object): string[] {
  return Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
    if (name === "kind") return [];
    if (value instanceof Uint8Array) return describeBytes(name, value);
    if (typeof value === "object" && value !== null)
      return [`  ${name}`, ...describeFields(value).map((line) => `  ${line}`)];
    return [`  ${name}: ${String(value ?? "none")}`];
  });
}

function describeBytes(name: string, bytes: Uint8Array): string[] {
  const lines = PARTS[name]?.(bytes);
  if (name === "logId") return [`  ${name}: ${Buffer.from(bytes).toString("hex")}`];
  const size = `  ${name}: ${bytes.length} bytes`;
  if (name in PARTS && lines === undefined) return [`${size}, ${UNREADABLE}`];
  return [size, ...(lines ?? []).map((line) => `    ${line}`)];
}

const UNREADABLE = "which cannot be read";

/** What is inside the fields of frames that have an inside; undefined where it cannot be read. */
const PARTS: Readonly<Record<string, (bytes: Uint8Array) => readonly string[] | undefined>> = {
  vector: (bytes) => {
    const vector = decodeStateVector(bytes);
    return vector && [...vector].map(([client, clock]) => `client ${client} to ${clock}`);
  },
  payload: (bytes) =>
    decodePresence(bytes)?.map(({ clientId, clock, state }) => {
      return `client ${clientId}, clock ${clock}: ${JSON.stringify(Buffer.from(state).toString())}`;
    }),
  update: (bytes) => {
    const walk = walkUpdate(bytes);
    return (
      walk && [
        ...walk.runs.map(({ client, from, to }) => `client ${client} writes ${from} to ${to - 1}`),
        ...[...walk.dependencies].map(([client, clock]) => `builds on client ${client} to ${clock - 1}`),
        ...walk.deletions.flatMap(describeDeletions),
      ]
    );
  },
};

function describeDeletions({ client, ranges }: ClientRanges): string[] {
  const lines: string[] = [];
  for (let at = 0; at < ranges.length; at += 2)
    lines.push(`deletes of client ${client} ${ranges[at]} to ${ranges[at + 1]! - 1}`);
  return lines;
}

/** Spaces, colons and 0x are how tools print hex; base64 may be the one for addresses. */
function parseBytes(written: string): Uint8Array | undefined {
  const hex = written.replaceAll(/0x|[\s:,]/gi, "");
  if (/^([0-9a-f]{2})+$/i.test(hex)) return Buffer.from(hex, "hex");
  const base64 = written.replaceAll(/\s/g, "");
  return /^[\w+/-]+={0,2}$/.test(base64) ? Buffer.from(base64, "base64") : undefined;
}
