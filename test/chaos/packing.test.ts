import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { type DocumentId, parseDocumentId } from "@sheaf/protocol";
import { openSqliteLog } from "@sheaf/store";
import { Keystrokes } from "../support/keystrokes.ts";
import { readAll } from "../support/read-all.ts";
import { seededRandom } from "../support/random.ts";
import { makeFolder } from "../support/server-process.ts";
import { DiskFault } from "../support/disk-fault.ts";
import { delay } from "../support/until.ts";

const NAMES = ["a", "b"];
/** A document is packed when it has so many; until then there is nothing to lose. */
const SEGMENT_ROWS = 1_024;

interface World {
  readonly file: string;
  readonly expected: ReadonlyMap<string, Reference>;
  /** Last seq acknowledged. */
  readonly acked: Map<string, number>;
  snapshots: number;
}

const makeWorld = (): World => ({
  file: join(makeFolder(), "sheaf.db"),
  expected: new Map(NAMES.map((name) => [name, new Reference(parseDocumentId(name)!)])),
  acked: new Map(),
  snapshots: 0,
});

test("kill -9 of a store that packs and compacts all the while: each row there once, as it was", async () => {
  const world = makeWorld();
  const random = seededRandom(3);
  for (let round = 0; round < 6 || fewest(world) <= SEGMENT_ROWS; round++) {
    const troubles = await runAppender(world, {}, () => delay(random() * 800));
    expect(troubles).toEqual([]);
    await check(world, `round ${round}`);
  }
  console.log(`${[...world.acked.values()].join(" and ")} rows acknowledged, ${world.snapshots} snapshots met`);
  expect(world.snapshots).toBeGreaterThan(3);
});

test("syncs that fail at random, under appends, packing and compacting: each row there once, as it was", async () => {
  const world = makeWorld();
  const random = seededRandom(5);
  const fault = new DiskFault();
  for (let round = 0; round < 3 || fewest(world) <= SEGMENT_ROWS; round++) {
    const troubles = await runAppender(world, fault.env, async () => {
      for (let turn = 0; turn < 20; turn++) {
        fault.set("fail");
        await delay(random() * 60);
        fault.set("none");
        await delay(random() * 120);
      }
    });
    expect(troubles.filter((reason) => reason !== "disk I/O error")).toEqual([]);
    await check(world, `round ${round}`);
  }
  console.log(`${[...world.acked.values()].join(" and ")} rows acknowledged, ${world.snapshots} snapshots met`);
  expect(world.snapshots).toBeGreaterThan(1);
});

const fewest = ({ acked }: World): number => Math.min(...NAMES.map((name) => acked.get(name) ?? 0));

/** Lets a process append for as long as `meanwhile` takes, and kills it. @returns What kept it from packing. */
async function runAppender(
  { file, acked }: World,
  env: Readonly<Record<string, string>>,
  meanwhile: () => Promise<void>,
): Promise<string[]> {
  const script = join(import.meta.dirname, "../support/appender.ts");
  const appender = spawn(process.execPath, [script, file, ...NAMES], { env: { ...process.env, ...env } });
  let said = "";
  let complaint = "";
  appender.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  appender.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  while (said === "" && complaint === "") await delay(5);
  await meanwhile();
  const closed = once(appender, "close");
  appender.kill("SIGKILL");
  await closed;
  expect(complaint).toBe("");
  const troubles: string[] = [];
  for (const line of said.split("\n").slice(0, -1)) {
    const [name = "", rest = ""] = line.split(/ (.*)/);
    if (name === "trouble") troubles.push(rest);
    else acked.set(name, Number(rest));
  }
  return troubles;
}

/** Everything acknowledged is there, in order, byte for byte; and so is the document it makes. */
async function check(world: World, when: string): Promise<void> {
  const opened = await openSqliteLog(world.file, { report: (report) => expect.unreachable(JSON.stringify(report)) });
  if (!opened.ok) throw new Error(opened.error.reason);
  for (const [name, reference] of world.expected) {
    const read = await readAll(opened.value, parseDocumentId(name)!);
    const loaded = await opened.value.load(parseDocumentId(name)!);
    if (!loaded.ok) throw new Error(`${name} cannot be read in ${when}`);
    expect(read.length).toBeGreaterThanOrEqual(world.acked.get(name)!);
    for (const [index, { seq, update }] of read.entries()) {
      if (seq !== index + 1 || Buffer.compare(update, reference.row(seq)) !== 0) {
        expect.unreachable(`row ${seq} of ${name} is not what was written, in ${when}`);
      }
    }
    const { snapshot, rows } = loaded.value;
    if (snapshot !== undefined) world.snapshots++;
    const updates = rows.map(({ update }) => update);
    const text = textOf(snapshot === undefined ? updates : [snapshot.update, ...updates]);
    expect(text).toBe(reference.text(read.length));
  }
  await opened.value.close();
}

/** What each row must be, and the text after it. */
class Reference {
  readonly #keystrokes: Keystrokes;
  readonly #rows: Uint8Array[] = [];
  readonly #texts: string[] = [""];

  constructor(document: DocumentId) {
    this.#keystrokes = new Keystrokes(document);
  }

  row(seq: number): Uint8Array {
    while (this.#rows.length < seq) {
      this.#rows.push(this.#keystrokes.next().update);
      this.#texts.push(this.#keystrokes.text);
    }
    return this.#rows[seq - 1]!;
  }

  text(seq: number): string {
    return this.#texts[seq]!;
  }
}

function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc.getText("text").toJSON();
}
