import type { Browser, BrowserContext, Page } from "playwright-core";
import * as Y from "yjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DOCUMENT, SCHEMA_VERSION } from "@sheaf/editor";
import { launchBrowser, Window } from "../support/browser.ts";
import { OwnClient } from "../support/own-client.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";
import { store } from "../support/stored.ts";
import { editingTrace, writeTraceAsBlocks } from "../support/trace.ts";
import { until } from "../support/until.ts";

/** What a paper of some 30 pages may take over the network, of what stock clients are sent; made-up letters pack worst. */
const MAX_HTTP_SHARE = 0.6;
const MAX_SOCKET_BYTES = 8_000;
const ANY_SNAPSHOT = "**/api/documents/*/snapshot";

let browser: Browser;
let server: ServerProcess;
/** Somebody who is in the paper, and has changed its title since the snapshot. */
let author: OwnClient;
/** A line for each block. */
let text: string;
let plainBytes: number;

beforeAll(async () => {
  browser = await launchBrowser();
  const doc = new Y.Doc();
  writeTraceAsBlocks(doc.getXmlFragment(DOCUMENT), editingTrace());
  const dataDir = makeFolder();
  const plain = Y.encodeStateAsUpdate(doc);
  plainBytes = plain.length;
  await store(dataDir, "paper", [plain], SCHEMA_VERSION);
  server = await ServerProcess.start({ dataDir });
  author = await new OwnClient(server.url, "paper", { schemaVersion: SCHEMA_VERSION }).synced();
  const blocks = author.doc.getXmlFragment(DOCUMENT);
  ((blocks.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(0, "Since the snapshot: ");
  await until("the author's words are saved", () => author.status === "saved");
  text = blocks
    .toArray()
    .map((block) => ((block as Y.XmlElement).get(0) as Y.XmlText).toJSON())
    .join("\n");
}, 120_000);
afterAll(async () => {
  author.close();
  await browser.close();
  await server.end();
});

interface Traffic {
  /** Bytes of messages that came over sockets. */
  socket: number;
  /** Answers for snapshots. */
  readonly answers: { readonly status: number; readonly bytes: number; readonly encoding: string | undefined }[];
}

function trafficOf(page: Page): Traffic {
  const traffic: Traffic = { socket: 0, answers: [] };
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => (traffic.socket += payload.length));
  });
  page.on("requestfinished", async (request) => {
    if (!request.url().includes("/api/documents/")) return;
    const [response, sizes] = [await request.response(), await request.sizes()];
    const { "content-encoding": encoding, "content-length": length } = response?.headers() ?? {};
    // As the server says it: what the browser says of a body is now and then its size unpacked.
    const bytes = Number(length ?? 0) + sizes.responseHeadersSize;
    traffic.answers.push({ status: response?.status() ?? 0, bytes, encoding });
  });
  return traffic;
}

/** Opens the paper as somebody who was never here. */
async function newcomer(prepare: (context: BrowserContext) => Promise<unknown> = async () => {}) {
  const context = await browser.newContext();
  await prepare(context);
  const window = await Window.openIn(context, "about:blank");
  const traffic = trafficOf(window.page);
  await window.page.goto(`${server.url}/d/paper`);
  await window.ready();
  return { window, traffic };
}

/** The first screens come first, and all of it soon. */
async function shows(window: Window, wanted: string): Promise<void> {
  await until("all of it is drawn", async () => (await window.text()).length >= wanted.length);
  expect(await window.text()).toBe(wanted);
}

test("a newcomer gets a long document packed over HTTP, over the socket only what is newer; all of it is shown, and kept", async () => {
  const { window, traffic } = await newcomer();
  await shows(window, text);
  await until("the answer is counted", () => traffic.answers.length > 0);
  const moved = traffic.answers[0]!.bytes;
  console.log(`the paper, ${plainBytes} bytes: ${moved} bytes over HTTP, ${traffic.socket} over the socket`);
  expect(traffic.answers).toMatchObject([{ status: 200, encoding: "br" }]);
  expect(moved / plainBytes).toBeLessThan(MAX_HTTP_SHARE);
  expect(traffic.socket).toBeLessThan(MAX_SOCKET_BYTES);

  // What is typed on top of it goes out and comes in like anywhere.
  await window.toEnd();
  await window.type(" and one word more");
  await window.saved();
  await until("the author sees it", () => author.doc.getXmlFragment(DOCUMENT).toString().includes("one word more"));

  // The next visit has it from the device and asks for no snapshot.
  traffic.answers.splice(0);
  traffic.socket = 0;
  await window.page.reload();
  await window.ready();
  await shows(window, `${text} and one word more`);
  expect(traffic.answers).toEqual([]);
  expect(traffic.socket).toBeLessThan(MAX_SOCKET_BYTES);
  await window.close();
});

test.each<[string, (context: BrowserContext) => Promise<unknown>]>([
  ["is blocked on the way", (context) => context.route(ANY_SNAPSHOT, (route) => route.abort())],
  ["is something else", (context) => context.route(ANY_SNAPSHOT, (route) => route.fulfill({ body: "Sign in here." }))],
  ["never comes", (context) => context.route(ANY_SNAPSHOT, () => {})],
])("when the snapshot %s, all of the document comes over the socket", async (_what, prepare) => {
  const { window, traffic } = await newcomer(prepare);
  expect(await window.text()).toContain("Since the snapshot: ");
  await until("all of it is drawn", async () => (await window.text()).length >= text.length);
  expect(traffic.socket).toBeGreaterThan(100_000);
  await window.toEnd();
  await window.type(" still written");
  await window.saved();
  await window.close();
});

test("a newcomer reads and writes while the socket opens: the snapshot says what it is and who they are", async () => {
  const context = await browser.newContext();
  // Opens, and at first nobody answers.
  let isAnswered = false;
  await context.routeWebSocket("**/sync", (socket) => void (isAnswered && socket.connectToServer()));
  const window = await Window.openIn(context, `${server.url}/d/paper`);
  await window.editor.waitFor();
  await until("all of it is shown", async () => (await window.text()).length > text.length - 100);
  expect(await window.editor.getAttribute("contenteditable")).toBe("true");
  await window.toEnd();
  await window.type(" typed early");
  isAnswered = true;
  await window.page.reload();
  await window.ready();
  await window.saved();
  expect(await window.text()).toContain(" typed early");
  await until("the author sees it", () => author.doc.getXmlFragment(DOCUMENT).toString().includes(" typed early"));
  await window.close();
});

test("a document made up just now has no snapshot and can be written in at once", async () => {
  const window = await Window.open(browser, server.url);
  await window.editor.waitFor();
  await window.type("the first words");
  await window.saved();
  await window.shows("the first words");
  await window.close();
});
