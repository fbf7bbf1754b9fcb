import { afterEach, expect, test } from "vitest";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { delay, until } from "../support/until.ts";
import { ALL_ONCE, countWords } from "../support/words.ts";

const clients: (OwnClient | StockClient)[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function everyone(server: ServerProcess, document: string): Promise<readonly (OwnClient | StockClient)[]> {
  const all = [
    new OwnClient(server.url, document, { schemaVersion: 0 }),
    new OwnClient(server.url, document, { schemaVersion: 0 }),
    new StockClient(server.url, document),
  ];
  clients.push(...all);
  for (const client of all) await client.synced();
  return all;
}

/** Has everyone type until told to stop. @returns All words typed. */
function type(people: readonly (OwnClient | StockClient)[], name: string): () => Promise<string[]> {
  const words: string[] = [];
  let isTyping = true;
  const typing = people.map(async ({ text }, author) => {
    for (let word = 0; isTyping; word++) {
      words.push(`${name}a${author}w${word}`);
      text.insert(text.length, `${words.at(-1)} `);
      await delay(5 + ((author * 3 + word) % 9));
    }
  });
  return async () => {
    isTyping = false;
    await Promise.all(typing);
    return words;
  };
}

const statusesOf = (people: readonly (OwnClient | StockClient)[]): string[] =>
  people.flatMap((client) => (client instanceof OwnClient ? [client.status] : []));

async function allEqual(people: readonly (OwnClient | StockClient)[]): Promise<string> {
  const [first] = people;
  await until("everybody saved", () => statusesOf(people).every((status) => status === "saved"), 60_000);
  await until("everybody equal", () => people.every(({ text }) => text.toString() === first!.text.toString()), 60_000);
  return first!.text.toString();
}

test("SIGTERM under load, eight times: each exits with 0 within 10 s, and no word is lost or doubled", async () => {
  let server = await ServerProcess.start();
  try {
    const people = await everyone(server, "terminate");
    const words: string[] = [];
    for (let round = 0; round < 8; round++) {
      const stop = type(people, `r${round}`);
      await delay(200 + ((round * 97) % 300));
      const began = performance.now();
      expect(await server.end("SIGTERM")).toBe(0);
      expect(performance.now() - began).toBeLessThan(10_000);
      words.push(...(await stop()));
      server = await ServerProcess.start({ dataDir: server.dataDir, port: server.port });
    }
    const text = await allEqual(people);
    expect(countWords(words, text)).toEqual(ALL_ONCE);
    const witness = new OwnClient(server.url, "terminate", { schemaVersion: 0 });
    clients.push(witness);
    await witness.synced();
    expect(witness.text.toString()).toBe(text);
  } finally {
    await server.end();
  }
});

test("a server that stands still for 12 s: nobody is told saved, after 5 s everybody is told not saved, and all of it lands", async () => {
  const server = await ServerProcess.start();
  try {
    const people = await everyone(server, "stopped");
    const before = await type(people, "before")();
    server.signal("SIGSTOP");
    await delay(100); // what was acked before has arrived
    const stop = type(people, "during");
    await until("told not saved", () => statusesOf(people).every((status) => status === "not-saved"), 6_000);
    for (let check = 0; check < 30; check++) {
      expect(statusesOf(people)).not.toContain("saved");
      await delay(200);
    }
    server.signal("SIGCONT");
    await delay(500);
    const words = [...before, ...(await stop())];
    expect(countWords(words, await allEqual(people))).toEqual(ALL_ONCE);
  } finally {
    server.signal("SIGCONT");
    await server.end();
  }
});
