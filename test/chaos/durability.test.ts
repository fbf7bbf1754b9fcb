import { statusSentence } from "@sheaf/client";
import type { Browser } from "playwright-core";
import * as Y from "yjs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launchBrowser, Window } from "../support/browser.ts";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { DiskFault } from "../support/disk-fault.ts";
import { delay, until } from "../support/until.ts";
import { ALL_ONCE, countWords, wordsOf } from "../support/words.ts";

let fault: DiskFault;
let server: ServerProcess;
const clients: { close(): void }[] = [];
let documents = 0;

beforeAll(async () => {
  fault = new DiskFault();
  server = await ServerProcess.start({ env: fault.env });
});
afterEach(() => {
  fault.set("none");
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server.end());

const newDocument = (): string => `durability-${++documents}`;

async function own(document: string, schemaVersion = 1): Promise<OwnClient> {
  const client = new OwnClient(server.url, document, { schemaVersion });
  clients.push(client);
  return client.synced();
}

test("no ack and no peer sees an edit before a sync that takes 300 ms, on either dialect", async () => {
  const document = newDocument();
  const author = await own(document, 0);
  const peer = await own(document, 0);
  const stock = new StockClient(server.url, document);
  clients.push(stock);
  await stock.synced();
  author.text.insert(0, "warm ");
  await until("saved once", () => author.status === "saved" && stock.text.length === 5);
  fault.set({ delayMillis: 300 });
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    const times: Record<string, number> = {};
    const length = author.text.length;
    const note = (who: string) => (times[who] ??= performance.now() - began);
    const onPeer = (): number => note("peer");
    const onStock = (): number => note("stock");
    peer.text.observe(onPeer);
    stock.text.observe(onStock);
    author.text.insert(length, `${round} `);
    await until("acked", () => author.status === "saved" && note("ack") > 0);
    await until("seen", () => times["peer"] !== undefined && times["stock"] !== undefined);
    peer.text.unobserve(onPeer);
    stock.text.unobserve(onStock);
    for (const who of ["ack", "peer", "stock"]) expect(times[who], who).toBeGreaterThanOrEqual(300);
    expect(peer.text.toString()).toBe(author.text.toString());
  }
});

test("while syncs fail nothing is acked or shown; once they work again everything is, with nothing lost", async () => {
  const document = newDocument();
  const author = await own(document);
  const peer = await own(document);
  author.text.insert(0, "before ");
  await until("saved", () => author.status === "saved" && peer.text.length === 7);
  fault.set("fail");
  author.text.insert(7, "during ");
  await until("the author is told", () => author.status === "not-saved", 5_000);
  await delay(3_000);
  expect(peer.text.toString()).toBe("before ");
  expect(author.status).toBe("not-saved");
  const late = await own(document);
  expect(late.text.toString()).toBe("before ");
  fault.set("none");
  await until("saved after all", () => author.status === "saved", 40_000);
  await until(
    "seen after all",
    () => peer.text.toString() === "before during " && late.text.toString() === "before during ",
  );
});

test.each([
  ["full", /disk is full/],
  ["read-only", /could not save|cannot save/],
] as const)(
  "on a disk that is %s acks stop and the author is told why; everything pending lands by itself when it is over",
  async (kind, sentence) => {
    const document = newDocument();
    const author = await own(document);
    const peer = await own(document);
    author.text.insert(0, "before ");
    await until("saved", () => author.status === "saved" && peer.text.length === 7);
    fault.set(kind);
    const words = Array.from({ length: 40 }, (_, index) => `${kind}${index} `);
    for (const word of words) {
      author.text.insert(author.text.length, word.repeat(50));
      await delay(20);
    }
    await until("the author is told", () => author.status === "not-saved", 5_000);
    expect(statusSentence(author.provider.state.status)).toMatch(sentence);
    await delay(2_000);
    expect(peer.text.toString()).toBe("before ");
    fault.set("none");
    await until("saved after all", () => author.status === "saved", 40_000);
    await until("seen after all", () => peer.text.toString() === author.text.toString());
    const { dataDir, port } = server;
    await server.end("SIGKILL");
    server = await ServerProcess.start({ dataDir, port, env: fault.env });
    const fresh = await own(document);
    expect(fresh.text.toString()).toBe(`before ${words.map((word) => word.repeat(50)).join("")}`);
  },
);

test.each(["full", "fail", "read-only", { delayMillis: 5_000 }] as const)(
  "on a disk that is %o the server says it is not ready, and why; afterwards it is again, by itself",
  async (kind) => {
    const ask = (): Promise<Response> => fetch(`${server.url}/readyz`);
    await until("ready", async () => (await ask()).status === 200, 40_000);
    fault.set(kind);
    await until("not ready", async () => (await ask()).status === 503, 40_000);
    expect(((await (await ask()).json()) as { reason: string }).reason).toMatch(
      kind === "full" ? /^The disk is full\.$/ : /^(Nothing can be saved|The disk took)/,
    );
    // Whoever restarts what is dead must not restart what only waits for its disk.
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    fault.set("none");
    await until("ready again", async () => (await ask()).status === 200, 40_000);
  },
);

test("a failed commit leaves nothing behind that a restart would bring back as committed twice", async () => {
  const document = newDocument();
  const author = await own(document);
  author.text.insert(0, "kept ");
  await until("saved", () => author.status === "saved");
  fault.set("fail");
  author.text.insert(5, "unsure ");
  await until("the author is told", () => author.status === "not-saved", 5_000);
  const { dataDir, port } = server;
  await server.end("SIGKILL");
  fault.set("none");
  server = await ServerProcess.start({ dataDir, port, env: fault.env });
  await until("saved after the restart", () => author.status === "saved", 40_000);
  const fresh = await own(document);
  expect(fresh.text.toString()).toBe("kept unsure ");
  expect(Y.encodeStateAsUpdate(fresh.doc)).toEqual(Y.encodeStateAsUpdate(author.doc));
});

test("a stock client's edit made while the disk fails is saved when it works again", async () => {
  const document = newDocument();
  const stock = new StockClient(server.url, document);
  clients.push(stock);
  await stock.synced();
  stock.text.insert(0, "a");
  const peer = await own(document, 0);
  await until("seen", () => peer.text.length === 1);
  fault.set("fail");
  stock.text.insert(1, "b");
  await delay(1_500);
  expect(peer.text.toString()).toBe("a");
  fault.set("none");
  await until("seen after all", () => peer.text.toString() === "ab", 40_000);
});

/** Typed while the disk does not take them, by a person in a browser. */
const WORDS = Number(process.env["WORDS"] ?? 30);

test.each([
  ["fails", "fail"],
  ["is full", "full"],
] as const)(
  "in a browser: on a disk that %s the page says not saved and shows nothing to the other window; when it is over every word is there once",
  async (_what, kind) => {
    const browser: Browser = await launchBrowser();
    try {
      const url = `http://localhost:${server.port}/d/${newDocument()}`;
      const ana = await (await Window.open(browser, url)).ready();
      await ana.toEnd();
      await ana.type("safe ");
      await ana.saved();
      const ben = await (await Window.open(browser, url)).ready();
      await ben.shows("safe");
      const typed = wordsOf("ana", WORDS);
      fault.set(kind);
      const isSaid = until("the page says not saved", async () => (await ana.status()) === "not-saved", 5_500);
      await Promise.all([ana.type(`${typed.join(" ")} `), isSaid]);
      await delay(2_000);
      expect((await ben.text()).trim()).toBe("safe");
      fault.set("none");
      await ana.saved(40_000);
      for (const window of [ana, ben]) {
        await until("all words", async () => countWords(typed, await window.text()).lost.length === 0, 20_000);
        expect(countWords(typed, await window.text())).toEqual(ALL_ONCE);
      }
      await ana.close();
      await ben.close();
    } finally {
      await browser.close();
    }
  },
);
