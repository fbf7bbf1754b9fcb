// How fast writing feels, beside a plain Tiptap page that shows the same: both in one run, in turns.
//
//   npm run test:typing              three rounds
//   npm run test:typing -- 1         fewer
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser, CDPSession, Page } from "playwright-core";
import { build } from "vite";
import * as Y from "yjs";
import { DOCUMENT, SCHEMA_VERSION } from "@sheaf/editor";
import { launchBrowser } from "../../support/browser.ts";
import { makeFolder, ServerProcess } from "../../support/server-process.ts";
import { store } from "../../support/stored.ts";
import { delay } from "../../support/until.ts";
import { article, toShared, toTiptap } from "./article.ts";
import { Crowd } from "./crowd.ts";

const ROUNDS = Number(process.argv[2] ?? 3);
const PAGES = [10, 100];
const OTHERS = 10;
const KEYS = 120;
const KEY_MILLIS = 100;

const floor = join(import.meta.dirname, "floor");
if (!existsSync(join(floor, "node_modules"))) {
  spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: floor, stdio: "inherit" });
}
await build({ root: floor, base: "./", logLevel: "warn", build: { target: "es2024" } });

const dataDir = makeFolder();
for (const pages of PAGES) {
  const doc = new Y.Doc();
  doc.getXmlFragment(DOCUMENT).push(toShared(article(pages)));
  await store(dataDir, `pages-${pages}`, [Y.encodeStateAsUpdate(doc)], SCHEMA_VERSION);
}
const sheaf = await ServerProcess.start({ dataDir });
const plain = await servePlain();
const browser = await launchBrowser();
const results = new Map<string, number[]>();
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (const pages of PAGES) {
      await onFloor(pages, "");
      await onFloor(pages, "?skips");
      await inSheaf(pages);
    }
  }
  report();
} finally {
  await browser.close();
  plain.server.close();
  await sheaf.end();
  rmSync(dataDir, { recursive: true, force: true });
}

async function onFloor(pages: number, search: string): Promise<void> {
  const name = `${pages} pages, floor${search === "" ? "" : " that skips"}`;
  const { page, close } = await open(browser, `${plain.url}/${pages}/${search}`, name);
  try {
    note(`${name}: alone, p95`, percentile(await type(page), 0.95));
  } finally {
    await close();
  }
}

async function inSheaf(pages: number): Promise<void> {
  const document = `pages-${pages}`;
  const name = `${pages} pages, Sheaf`;
  const { page, session, close } = await open(browser, `${sheaf.url}/d/${document}`, name);
  const crowd = await Crowd.join(sheaf.url, document, OTHERS);
  try {
    note(`${name}: alone, p95`, percentile(await type(page), 0.95));
    for (const rate of [2, 5]) {
      crowd.start(rate);
      await delay(1_000);
      note(`${name}: ${OTHERS} others at ${rate}/s, p95`, percentile(await type(page), 0.95));
      crowd.stop();
      await delay(500);
    }
    const before = await scriptMillis(session);
    const sent = crowd.sent;
    crowd.start(5);
    await delay(6_000);
    crowd.stop();
    await delay(500);
    note(`${name}: script per update of others`, ((await scriptMillis(session)) - before) / (crowd.sent - sent));
  } finally {
    crowd.leave();
    await close();
  }
}

/** A new browser profile every time: nothing is cached. */
async function open(browser: Browser, url: string, name: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watch);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  await page.goto(url);
  await page.waitForFunction(() => window.editableAfter !== undefined);
  note(`${name}: editable after`, await page.evaluate(() => window.editableAfter!));
  note(`${name}: fetched until then, kB`, await page.evaluate(() => window.fetchedBytes! / 1000));
  await page.locator("[contenteditable=true] > p").nth(3).click();
  await delay(1_500);
  return { page, session, close: () => context.close() };
}

declare global {
  interface Window {
    editableAfter?: number;
    /** Until then; what comes over a socket is not counted. */
    fetchedBytes?: number;
    paintedAfter: number[];
  }
}

/** In the page, before anything else: from a key to the task after the frame that shows it. */
function watch(): void {
  const afterFrame = (then: () => void): void => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.addEventListener("message", then);
      channel.port1.start();
      channel.port2.postMessage(0);
    });
  };
  window.paintedAfter = [];
  addEventListener(
    "keydown",
    ({ timeStamp }) => afterFrame(() => window.paintedAfter.push(performance.now() - timeStamp)),
    { capture: true },
  );
  const look = (): void => {
    const text = document.querySelector("[contenteditable=true]");
    if ((text?.childElementCount ?? 0) > 20)
      afterFrame(() => {
        window.editableAfter = performance.now();
        const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
        window.fetchedBytes = all.reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0);
      });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function type(page: Page): Promise<number[]> {
  await page.evaluate(() => window.paintedAfter.splice(0));
  const began = performance.now();
  for (let key = 0; key < KEYS; key++) {
    await page.keyboard.press("abcdefghi "[key % 10] === " " ? "Space" : `Key${"ABCDEFGHI"[key % 10]}`);
    await delay(Math.max(0, began + (key + 1) * KEY_MILLIS - performance.now()));
  }
  await delay(500);
  return page.evaluate(() => window.paintedAfter);
}

async function scriptMillis(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "ScriptDuration")!.value * 1000;
}

function note(what: string, value: number): void {
  results.set(what, [...(results.get(what) ?? []), value]);
  console.log(`${value.toFixed(1).padStart(8)}  ${what}`);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

function report(): void {
  const median = (what: string): number => percentile(results.get(what)!, 0.5);
  const line = (what: string, value: number, atMost: number, unit: string): void => {
    console.log(
      `${value <= atMost ? "met   " : "MISSED"} ${what}: ${value.toFixed(2)}${unit}, at most ${atMost}${unit}`,
    );
  };
  console.log(`\nMedians of ${ROUNDS} rounds`);
  for (const pages of PAGES) {
    const at = (what: string): number => median(`${pages} pages, ${what}`);
    const typing = at("floor: alone, p95");
    for (const [rate, bar] of [
      [2, 1.5],
      [5, 2],
    ] as const) {
      const ours = at(`Sheaf: ${OTHERS} others at ${rate}/s, p95`);
      line(`${pages} pages, a key among ${OTHERS} at ${rate}/s, of the floor`, ours / typing, bar, "x");
      const skipping = at("floor that skips: alone, p95");
      console.log(`       of a floor that skips what is far from the screen: ${(ours / skipping).toFixed(2)}x`);
    }
    line(
      `${pages} pages, load to editable, of the floor`,
      at("Sheaf: editable after") / at("floor: editable after"),
      1.15,
      "x",
    );
    line(`${pages} pages, fetched until then`, at("Sheaf: fetched until then, kB"), 230, " kB");
  }
  const update = (pages: number): number => median(`${pages} pages, Sheaf: script per update of others`);
  line("100 pages, script per update of others", update(100), 2, " ms");
  line("100 pages, script per update of others, of 10 pages", update(100) / update(10), 2.5, "x");
}

/** The built floor, with the document of so many pages beside it. */
async function servePlain(): Promise<{ readonly url: string; readonly server: Server }> {
  const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };
  const server = createServer((request, response) => {
    const [, pages, ...path] = new URL(request.url!, "http://localhost").pathname.split("/");
    const file = path.join("/") || "index.html";
    response.setHeader("Content-Type", types[extname(file)] ?? "text/html");
    if (file === "content.json") response.end(JSON.stringify(toTiptap(article(Number(pages)))));
    else if (existsSync(join(floor, "dist", file))) response.end(readFileSync(join(floor, "dist", file)));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
