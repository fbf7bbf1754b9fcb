import { rmSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { DeployedProxy, freePort } from "../support/deployed-proxy.ts";
import type { OwnClient } from "../support/own-client.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";
import { delay, until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";
import { ALL_ONCE, countWords } from "../support/words.ts";

const CLIENTS = 50;
const DOCUMENTS = 5;
/** Time between the end of one process and the start of the next, for each deploy. */
const GAPS_MILLIS = [0, 0, 2_000];
/** Between two words of one person. */
const PAUSE_MILLIS = 200;
const BUCKET_MILLIS = 100;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Person {
  readonly client: OwnClient;
  readonly document: string;
  /** When they had everything again, each time. */
  readonly returns: number[];
}

function attend(client: OwnClient, document: string): Person {
  const returns: number[] = [];
  let wasSynced = true;
  client.provider.subscribe(() => {
    const { isSynced } = client.provider.state;
    if (isSynced && !wasSynced) returns.push(performance.now());
    wasSynced = isSynced;
  });
  return { client, document, returns };
}

test.each(["directly", "through nginx"])(
  "three deploys under 50 people who type in five documents, %s: no word is lost or doubled, everybody is back within 3 s, and not all at once",
  async (way) => {
    const dataDir = makeFolder();
    closing.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const port = await freePort();
    let env = {};
    if (way === "through nginx") {
      const proxy = await DeployedProxy.start("nginx", port);
      closing.push(() => proxy.end());
      ({ env } = proxy);
    }
    const start = () => ServerProcess.start({ isShared: true, dataDir, port, env });
    let server = await start();
    closing.push(() => server.end("SIGKILL"));
    const owner = await Visitor.join(server.url, server.ownerKey, "Olga");
    const documents = Array.from({ length: DOCUMENTS }, (_, index) => `deploy-${index}`);
    for (const document of documents) await owner.ask("POST", "/api/documents", { document });

    const open = async (document: string): Promise<OwnClient> => {
      const client = owner.open(document);
      closing.push(() => client.close());
      return client.synced();
    };
    const people: Person[] = [];
    for (let index = 0; index < CLIENTS; index++) {
      const document = documents[index % DOCUMENTS]!;
      people.push(attend(await open(document), document));
    }

    const typed = new Map(documents.map((document) => [document, [] as string[]]));
    let isTyping = true;
    const typing = people.map(async ({ client: { text }, document }, author) => {
      for (let word = 0; isTyping; word++) {
        typed.get(document)!.push(`a${author}w${word}`);
        text.insert(text.length, `a${author}w${word} `);
        await delay(PAUSE_MILLIS * (0.5 + Math.random()));
      }
    });

    for (const [deploy, gapMillis] of GAPS_MILLIS.entries()) {
      await delay(500);
      for (const { returns } of people) returns.length = 0;
      const told = performance.now();
      expect(await server.end("SIGTERM")).toBe(0);
      const ended = performance.now();
      await delay(gapMillis);
      server = await start();
      const listening = performance.now();
      await until("everybody is back", () => people.every(({ returns }) => returns.length > 0), 30_000);
      const returns = people.map((person) => person.returns.at(-1)!);
      const histogram = bucketsOf(returns.map((time) => time - told));
      const since = (time: number): string => `${Math.round(time - told)} ms`;
      console.log(
        `deploy ${deploy + 1} ${way}: ended after ${since(ended)}, the next listened after ${since(listening)}, ` +
          `the last person was back after ${since(Math.max(...returns))}\n${draw(histogram)}`,
      );
      expect(Math.max(...returns) - listening).toBeLessThan(3_000);
      expect(Math.max(...histogram.values())).toBeLessThanOrEqual(CLIENTS / 2);
    }

    isTyping = false;
    await Promise.all(typing);
    await until("everybody saved", () => people.every(({ client }) => client.status === "saved"), 60_000);
    for (const document of documents) {
      const text = (await open(document)).text.toString();
      expect(countWords(typed.get(document)!, text)).toEqual(ALL_ONCE);
      const readers = people.filter((person) => person.document === document);
      await until("everybody has all", () => readers.every(({ client }) => client.text.toString() === text), 30_000);
    }
    expect(server.stderr).not.toContain('"error"');
  },
);

/** How many in each bucket, by where it begins. */
function bucketsOf(millis: readonly number[]): ReadonlyMap<number, number> {
  const buckets = new Map<number, number>();
  for (const time of millis.toSorted((a, b) => a - b)) {
    const begin = Math.floor(time / BUCKET_MILLIS) * BUCKET_MILLIS;
    buckets.set(begin, (buckets.get(begin) ?? 0) + 1);
  }
  return buckets;
}

const draw = (buckets: ReadonlyMap<number, number>): string =>
  [...buckets].map(([begin, count]) => `${String(begin).padStart(6)} ms ${"#".repeat(count)} ${count}`).join("\n");
