import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { statusSentence } from "@sheaf/client";
import { afterEach, expect, test } from "vitest";
import { OwnClient } from "../support/own-client.ts";
import { seededRandom } from "../support/random.ts";
import { makeFolder, ServerProcess, type ServerOptions } from "../support/server-process.ts";
import { delay, until } from "../support/until.ts";

const DOCUMENTS = ["one", "two", "three", "four"];
const FLIPS = 40;
const SEED = 20_261_121;

const clients: OwnClient[] = [];
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

/** A data folder as kill -9 leaves it, with every document written, and part of it in the write-ahead log only. */
async function written(): Promise<string> {
  const dataDir = folder();
  let server = await ServerProcess.start({ dataDir });
  for (const restarts of [0, 1]) {
    for (const document of DOCUMENTS.slice(restarts * 2, restarts * 2 + 2)) {
      const client = await open(server, document).synced();
      for (const word of textOf(document).match(/\S+ /g) ?? []) {
        client.text.insert(client.text.length, word);
        if (word.endsWith("9 ")) await delay(0);
      }
      await until("saved", () => client.status === "saved");
      client.close();
    }
    await server.end(restarts === 0 ? "SIGTERM" : "SIGKILL");
    if (restarts === 0) server = await ServerProcess.start({ dataDir });
  }
  return dataDir;
}

/** @returns What became of a document: its text, or the sentence its author is told. */
async function outcome(server: ServerProcess, document: string): Promise<string> {
  const client = open(server, document);
  await until(
    "an answer",
    () =>
      client.provider.state.isSynced ||
      client.status === "stopped" ||
      /full|save/.test(statusSentence(client.provider.state.status)),
    10_000,
  );
  const result = client.provider.state.isSynced ? client.text.toString() : statusSentence(client.provider.state.status);
  client.close();
  return result;
}

async function tryToStart(options: ServerOptions): Promise<ServerProcess | string> {
  try {
    return await ServerProcess.start(options);
  } catch (cause) {
    return (cause as Error).message;
  }
}

test(`one bit flipped anywhere in the database or its write-ahead log, ${FLIPS} times: no document ever shows another text; it is whole, or said to be damaged, and the rest are served`, async () => {
  const original = await written();
  const random = seededRandom(SEED);
  const counts = { whole: 0, damaged: 0, refused: 0 };
  for (let flip = 0; flip < FLIPS; flip++) {
    const dataDir = folder();
    cpSync(original, dataDir, { recursive: true });
    const file = join(dataDir, flip % 2 === 0 ? "sheaf.db" : "sheaf.db-wal");
    const bytes = readFileSync(file);
    // Its last commit may not have been synced, for all anybody can tell: nobody can tell that from damage.
    const at = Math.floor(random() * bytes.length * (file.endsWith("wal") ? 0.9 : 1));
    bytes[at]! ^= 1 << Math.floor(random() * 8);
    writeFileSync(file, bytes);
    const where = `flip ${flip} of seed ${SEED}: byte ${at} of ${file}`;
    const server = await tryToStart({ dataDir });
    if (typeof server === "string") {
      expect(server, where).toMatch(/damaged|corrupt|newer|not a database/);
      counts.refused++;
      continue;
    }
    try {
      const damaged: string[] = [];
      for (const document of DOCUMENTS) {
        const result = await outcome(server, document);
        if (result === textOf(document)) counts.whole++;
        else {
          expect(result.slice(0, 200), `${where}, ${document}`).toMatch(/damaged/);
          damaged.push(document);
        }
      }
      counts.damaged += damaged.length;
      expect(damaged.length, where).toBeLessThanOrEqual(1);
    } finally {
      await server.end();
    }
    rmSync(dataDir, { recursive: true });
  }
  console.log(
    `${FLIPS} flips: ${counts.whole} documents whole, ${counts.damaged} said to be damaged, ${counts.refused} files refused at start`,
  );
  expect(counts.damaged).toBeGreaterThan(0);
});

test("a write-ahead log cut short loses its end; whoever still has the words brings them back", async () => {
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
    const wal = join(dataDir, "sheaf.db-wal");
    const { length } = readFileSync(wal);
    expect(length).toBeGreaterThan(0);
    truncateSync(wal, Math.floor(length * left));
    appendFileSync(wal, Buffer.from("torn"));
    const again = await ServerProcess.start({ dataDir, port: server.port });
    await until("saved again", () => author.provider.state.isSynced && author.status === "saved", 20_000);
    const witness = await open(again, "cut").synced();
    expect(witness.text.toString(), `with ${left} of the log left`).toBe(author.text.toString());
    author.close();
    await again.end();
  }
});
