// What a real document costs on disk and to read: a paper of 260,000 keystrokes goes through the store, one
// row each, as it would come from a server. Run it by hand:
//
//   npm run test:storage
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import * as Y from "yjs";
import { type DocumentId, parseDocumentId } from "@sheaf/protocol";
import { type AppendRequest, NOBODY } from "@sheaf/room";
import { type HistoryLog, openSqliteLog, type SnapshotLog } from "@sheaf/store";
import { hotFilesOf } from "@sheaf/store/testing";
import { seededRandom } from "../support/random.ts";
import { editingTrace } from "../support/trace.ts";

const TARGETS = { folderShare: 0.5, bytesPerKeystroke: 2.5, stateMillis: 100, httpBytes: 90_000 };
const KEYS_PER_COMMIT = 50;
const STATES = 60;
const LONE_COMMITS = 200;
/** As it is shipped: from source, the first states would wait for the compiler. */
const COMPACTION = new URL("../../apps/server/dist/compaction-worker.mjs", import.meta.url);

const document = parseDocumentId("paper") as DocumentId;
const folder = mkdtempSync(join(tmpdir(), "sheaf-storage-"));
const file = join(folder, "sheaf.db");
const missed: string[] = [];

const rows = rowsOfTrace();
const received = rows.reduce((bytes, { update }) => bytes + update.length, 0);
print("keystrokes", rows.length);
print("update bytes received", received, `${(received / rows.length).toFixed(2)} a keystroke`);

let log = await open();
const commits: number[] = [];
for (let at = 0; at < rows.length; at += KEYS_PER_COMMIT) {
  const began = performance.now();
  expectOk(await log.append(rows.slice(at, at + KEYS_PER_COMMIT)));
  commits.push(performance.now() - began);
}
print(`commits of ${KEYS_PER_COMMIT} rows, while packing and compacting go on`, commits.length, spread(commits));
print("data folder as the last row came", folderBytes());
const began = performance.now();
expectOk(await log.compact(document));
print("packing and compacting the rest, ms", Math.round(performance.now() - began));
print("data folder packed, the server still up", folderBytes());
await log.close();

const share = folderBytes() / received;
print("data folder packed", folderBytes(), `${share.toFixed(2)} x the bytes received`);
judge("data folder, x the bytes received", share, TARGETS.folderShare);
const parts = partsOfFile();
for (const [part, bytes] of Object.entries(parts))
  print(`  ${part}`, bytes, `${(bytes / rows.length).toFixed(2)} a keystroke`);
judge("bytes of a packed keystroke", parts.segments / rows.length, TARGETS.bytesPerKeystroke);

const opened = performance.now();
log = await open();
const loading = performance.now();
const loaded = expectOk(await log.load(document));
const millis = performance.now() - loading;
print("opening the file, ms", Math.round(loading - opened));
const what = `a snapshot through row ${loaded.snapshot?.seq ?? 0} and ${loaded.rows.length} rows`;
print("cold open of the document, ms", Math.round(millis), what);
if ((loaded.snapshot?.seq ?? 0) < rows.length * 0.9) missed.push("the document was not opened from its snapshot");

const first = performance.now();
expectOk(await log.stateAt(document, 1));
print("first state asked for, with the start of the thread, ms", Math.round(performance.now() - first));
const draw = seededRandom(20_261_121);
const states: number[] = [];
const texts = new Map<number, string>();
for (let i = 0; i < STATES; i++) {
  const seq = 1 + Math.floor(draw() * rows.length);
  const asked = performance.now();
  const update = expectOk(await log.stateAt(document, seq));
  states.push(performance.now() - asked);
  texts.set(seq, textOf([update]));
}
print(`state at ${STATES} random rows`, STATES, spread(states));
judge("slowest state, ms", Math.max(...states), TARGETS.stateMillis);
for (const encoding of ["br", "gzip", "identity"] as const) {
  const asked = performance.now();
  const encoded = expectOk(await log.newestSnapshot(document, encoding))!;
  const took = `made in ${Math.round(performance.now() - asked)} ms`;
  print(`snapshot over HTTP, ${encoding}`, encoded.bytes.length, took);
  if (encoding !== "identity")
    judge(`bytes of a snapshot over HTTP, ${encoding}`, encoded.bytes.length, TARGETS.httpBytes);
}
await printLoneCommits();
await log.close();
verify();
rmSync(folder, { recursive: true });
console.log(missed.length === 0 ? "\nAll targets met." : `\nMissed: ${missed.join("; ")}`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** What the device writes for one keystroke that is committed alone; other programs' writes are in it. */
async function printLoneCommits(): Promise<void> {
  const other = parseDocumentId("lone") as DocumentId;
  const millis: number[] = [];
  // The first has a file made.
  expectOk(await log.append([{ ...rows[0]!, document: other }]));
  await delay(500);
  const before = deviceBytes();
  for (const row of rows.slice(1, 1 + LONE_COMMITS)) {
    await delay(10);
    const began = performance.now();
    expectOk(await log.append([{ ...row, document: other }]));
    millis.push(performance.now() - began);
  }
  print("lone commits", LONE_COMMITS, spread(millis));
  const after = deviceBytes();
  if (before !== undefined && after !== undefined) {
    print("bytes the device wrote for each", Math.round((after - before) / LONE_COMMITS));
  }
}

/** All that was ever written to the device the folder is on, as the kernel counts; undefined where it does not say. */
function deviceBytes(): number | undefined {
  const { dev } = statSync(folder);
  const stat = `/sys/dev/block/${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}/stat`;
  return existsSync(stat) ? Number(readFileSync(stat, "utf8").trim().split(/\s+/)[6]) * 512 : undefined;
}

function rowsOfTrace(): AppendRequest[] {
  const doc = new Y.Doc();
  const text = doc.getText("text");
  const made: AppendRequest[] = [];
  const draw = seededRandom(1);
  let time = 1_790_000_000_000;
  doc.on("update", (update: Uint8Array) => {
    // A pace as people have it, with pauses: times do not compress to nothing.
    time += Math.round(60 + draw() * 200 + (draw() < 0.02 ? draw() * 20_000 : 0));
    made.push({ document, principal: NOBODY, time, base: made.length, schemaVersion: 1, update });
  });
  for (const [position, deleted, inserted] of editingTrace()) {
    doc.transact(() => {
      if (deleted > 0) text.delete(position, deleted);
      if (inserted !== "") text.insert(position, inserted);
    });
  }
  return made;
}

/** Every state that was asked for, against a replay of all rows before it. */
function verify(): void {
  const doc = new Y.Doc();
  for (const [index, { update }] of rows.entries()) {
    Y.applyUpdate(doc, update);
    const text = texts.get(index + 1);
    if (text !== undefined && text !== doc.getText("text").toJSON())
      missed.push(`the state at row ${index + 1} is wrong`);
  }
  const updates = loaded.rows.map(({ update }) => update);
  if (textOf([loaded.snapshot!.update, ...updates]) !== doc.getText("text").toJSON())
    missed.push("the document is wrong");
}

function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText("text").toJSON();
}

async function open(): Promise<HistoryLog & SnapshotLog> {
  const report = (event: unknown): void => void missed.push(JSON.stringify(event));
  return expectOk(await openSqliteLog(file, { report, compaction: COMPACTION }));
}

function expectOk<T>(result: { ok: true; value: T } | { ok: false; error: { code: string } }): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

function partsOfFile() {
  const database = new DatabaseSync(file, { readOnly: true });
  const sum = (sql: string): number => (database.prepare(`SELECT total(${sql}`).get() as { bytes: number }).bytes;
  const parts = {
    segments: sum("length(bytes) + length(adds)) AS bytes FROM segments"),
    "of these what each adds": sum("length(adds)) AS bytes FROM segments"),
    history: sum("length(bytes)) AS bytes FROM ranges"),
    snapshot: sum("length(bytes)) AS bytes FROM snapshots"),
    "hot rows": hotFilesOf(file).reduce((bytes, name) => bytes + statSync(name).size, 0),
  };
  database.close();
  return parts;
}

function folderBytes(): number {
  return readdirSync(folder).reduce((bytes, name) => bytes + statSync(join(folder, name)).size, 0);
}

function spread(millis: readonly number[]): string {
  const sorted = millis.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}

function judge(what: string, value: number, target: number): void {
  if (value > target) missed.push(`${what}: ${value.toFixed(2)}, target ${target}`);
}

function print(what: string, value: number, note = ""): void {
  console.log(`${what.padEnd(60)} ${value.toLocaleString("en").padStart(12)}  ${note}`);
}
