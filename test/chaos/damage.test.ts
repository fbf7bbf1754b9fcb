import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import { openSqliteLog } from "@sheaf/store";
import { changeHotRow, hotFilesOf, hotRowsOf, spoilUpdate } from "@sheaf/store/testing";
import * as Y from "yjs";
import { OwnClient } from "../support/own-client.ts";
import { seededRandom } from "../support/random.ts";
import { makeFolder, ServerProcess, type ServerOptions } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { delay, until } from "../support/until.ts";

const DOCUMENTS = ["one", "two", "three", "four"];
const FLIPS = 40;
const SEED = 20_261_121;

const clients: (OwnClient | StockClient)[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function open(server: ServerProcess, document: string): OwnClient {
  const client = new OwnClient(server.url, document, { schemaVersion: 0 });
  clients.push(client);
  return client;
}

function folder(): string {
  const made = makeFolder();
  folders.push(made);
  return made;
}

const textOf = (document: string): string =>
  Array.from({ length: 60 }, (_, index) => `${document}-word${index} `.repeat(12)).join("");

/** A data folder as kill -9 leaves it, with every document written: two packed, and two in the hot log only. */
async function written(): Promise<{ dataDir: string; authors: ReadonlyMap<string, Uint8Array> }> {
  const dataDir = folder();
  const authors = new Map<string, Uint8Array>();
  let server = await ServerProcess.start({ dataDir });
  for (const restarts of [0, 1]) {
    for (const document of DOCUMENTS.slice(restarts * 2, restarts * 2 + 2)) {
      const client = await open(server, document).synced();
      for (const word of textOf(document).match(/\S+ /g) ?? []) {
        client.text.insert(client.text.length, word);
        if (word.endsWith("9 ")) await delay(0);
      }
      await until("saved", () => client.status === "saved");
      authors.set(document, Y.encodeStateAsUpdate(client.doc));
      client.close();
    }
    // The last commits may not have been synced, for all anybody can tell from damage: they are of no document asked for.
    const last = await open(server, "last").synced();
    for (let word = 0; word < 4; word++) {
      last.text.insert(0, "word ");
      await until("saved", () => last.status === "saved");
    }
    last.close();
    await server.end(restarts === 0 ? "SIGTERM" : "SIGKILL");
    if (restarts > 0) continue;
    for (const document of DOCUMENTS.slice(0, 2)) await pack(dataDir, document);
    server = await ServerProcess.start({ dataDir });
  }
  return { dataDir, authors };
}

/** Packs a document, and makes a snapshot of it, as happens once nobody has written to it for a while. */
async function pack(dataDir: string, document: string): Promise<void> {
  const opened = await openSqliteLog(join(dataDir, "sheaf.db"), { report: () => {} });
  if (!opened.ok) throw new Error(opened.error.code);
  await opened.value.compact(document as DocumentId);
  await opened.value.close();
}

/** What a document shows to somebody who never saw it. */
async function read(server: ServerProcess, document: string): Promise<string> {
  const client = await open(server, document).synced();
  const text = client.text.toString();
  client.close();
  return text;
}

/** True when `text` is made of words of the other, in their order. */
function isSubset(text: string, of: string): boolean {
  const words = of.split(" ");
  let at = -1;
  return text.split(" ").every((word) => (at = words.indexOf(word, at + 1)) >= 0);
}

/** Where the last row in the hot log ends, in its file. */
function endOf(database: string): number {
  const last = hotRowsOf(database).at(-1)!;
  return last.offset + last.length;
}

const quarantinedIn = ({ stderr }: ServerProcess): readonly string[] =>
  stderr.split("\n").flatMap((line) => {
    if (!line.includes('"quarantined"')) return [];
    const { document } = JSON.parse(line) as { document: string };
    return [document];
  });

async function tryToStart(options: ServerOptions): Promise<ServerProcess | string> {
  try {
    return await ServerProcess.start(options);
  } catch (cause) {
    return (cause as Error).message;
  }
}

test(`one byte changed anywhere in the database or the hot log, ${FLIPS} times: every document opens, with all its words or, said so, without some, and an author who has them brings them back`, async () => {
  const { dataDir: original, authors } = await written();
  const random = seededRandom(SEED);
  const counts = { whole: 0, quarantined: 0, refused: 0 };
  for (let flip = 0; flip < FLIPS; flip++) {
    const dataDir = folder();
    cpSync(original, dataDir, { recursive: true });
    const database = join(dataDir, "sheaf.db");
    const hot = hotFilesOf(database).at(-1)!;
    const file = flip % 2 === 0 ? database : hot;
    const bytes = readFileSync(file);
    // Not in the zeros that wait for what is written next.
    const at = Math.floor(random() * (file === hot ? endOf(database) : bytes.length));
    bytes[at]! ^= 1 + Math.floor(random() * 255);
    writeFileSync(file, bytes);
    const where = `flip ${flip} of seed ${SEED}: byte ${at} of ${file}`;
    const server = await tryToStart({ dataDir });
    if (typeof server === "string") {
      expect(server, where).toMatch(/damaged|corrupt|newer|not a database/);
      counts.refused++;
      continue;
    }
    try {
      for (const document of DOCUMENTS) {
        const text = await read(server, document);
        const isQuarantined = quarantinedIn(server).includes(document);
        if (text === textOf(document)) counts.whole++;
        else {
          expect(isQuarantined, `${where}: ${document} shows ${text.slice(0, 200)}`).toBe(true);
          expect(isSubset(text, textOf(document)), `${where}: ${document} shows ${text.slice(0, 200)}`).toBe(true);
        }
        if (!isQuarantined) continue;
        counts.quarantined++;
        const author = new OwnClient(server.url, document, { schemaVersion: 0 });
        clients.push(author);
        Y.applyUpdate(author.doc, authors.get(document)!);
        await until("all is saved", () => author.provider.state.isSynced && author.status === "saved", 20_000);
        author.close();
        expect(await read(server, document), `${where}, ${document} with its author back`).toBe(textOf(document));
      }
      expect(new Set(quarantinedIn(server)).size, where).toBeLessThanOrEqual(1);
    } finally {
      await server.end();
    }
    rmSync(dataDir, { recursive: true });
  }
  console.log(
    `${FLIPS} flips: ${counts.whole} documents whole, ${counts.quarantined} quarantined, ${counts.refused} files refused at start`,
  );
  expect(counts.quarantined).toBeGreaterThan(0);
});

test("a row is damaged while the server is down: two people of ours and one with a stock client, who have the words, bring them all back", async () => {
  const dataDir = folder();
  const server = await ServerProcess.start({ dataDir });
  const people = [open(server, "plan"), open(server, "plan"), new StockClient(server.url, "plan")] as const;
  clients.push(...people);
  for (const person of people) await person.synced();
  for (let word = 0; word < 40; word++) {
    for (const [index, { text }] of people.entries()) {
      const at = Math.floor((text.length * index) / 3);
      text.insert(text.toString().lastIndexOf(" ", at - 1) + 1, `${"abc"[index]}${word} `);
    }
    await delay(0);
  }
  const saved = () => people[0].status === "saved" && people[1].status === "saved";
  const equal = () => new Set(people.map(({ text }) => text.toString())).size === 1;
  await until("everybody has all", () => saved() && equal());
  const before = people[0].text.toString();
  expect(before.match(/\S+ /g)).toHaveLength(120);
  await server.end();

  changeHotRow("plan" as DocumentId, 20, spoilUpdate)(join(dataDir, "sheaf.db"));
  const again = await ServerProcess.start({ dataDir, port: server.port });
  const isBack = () => people[0].provider.state.isSynced && people[1].provider.state.isSynced && saved();
  await until("our people are back", isBack, 30_000);
  await until("all words are", async () => (await read(again, "plan")) === before, 30_000);
  expect(quarantinedIn(again)).toEqual(["plan"]);
  // The stock client is back, too: what is written now reaches it, and what it writes.
  people[2].text.insert(0, "still ");
  people[0].text.insert(0, "here ");
  await until("everybody has that", () => equal() && /still/.test(people[1].text.toString()), 30_000);
  expect(people[1].text.toString().match(/\S+ /g)?.toSorted()).toEqual(
    [...before.match(/\S+ /g)!, "still ", "here "].toSorted(),
  );
  await again.end();
});

test("a hot log cut short loses its end; whoever still has the words brings them back", async () => {
  for (const left of [0.9, 0.5, 0.1, 0]) {
    const dataDir = folder();
    const server = await ServerProcess.start({ dataDir });
    const author = await open(server, "cut").synced();
    for (let word = 0; word < 200; word++) {
      author.text.insert(author.text.length, `word${word} `);
      await delay(0);
    }
    await until("saved", () => author.status === "saved");
    await server.end("SIGKILL");
    const database = join(dataDir, "sheaf.db");
    const [hot] = hotFilesOf(database);
    const end = endOf(database);
    expect(end).toBeGreaterThan(10_000);
    truncateSync(hot!, Math.floor(end * left));
    appendFileSync(hot!, Buffer.from("torn"));
    const again = await ServerProcess.start({ dataDir, port: server.port });
    await until("saved again", () => author.provider.state.isSynced && author.status === "saved", 20_000);
    const witness = await open(again, "cut").synced();
    expect(witness.text.toString(), `with ${left} of the log left`).toBe(author.text.toString());
    author.close();
    await again.end();
  }
});
