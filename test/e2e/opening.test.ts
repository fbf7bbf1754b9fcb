import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import * as Y from "yjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DOCUMENT, SCHEMA_VERSION } from "@sheaf/editor";
import { element, ODD_CASES, writeOddDocument } from "@sheaf/editor/testing";
import type { Role } from "@sheaf/protocol";
import { NOBODY } from "@sheaf/room";
import { readSettings, type RunningServer, startServer } from "@sheaf/server";
import { launchBrowser, Window } from "../support/browser.ts";
import { OwnClient } from "../support/own-client.ts";
import { delay, until } from "../support/until.ts";

const WEB = join(import.meta.dirname, "../../apps/server/dist/web");
/** Bytes as they come over the network, packed. */
const MOST_FETCHED = 230_000;
/** The first byte of a batch frame. */
const BATCH = 3;

let browser: Browser;
let server: RunningServer;
/** What the next one to open a document may do; the author writes before. */
let role: Role = "editor";
const clients: OwnClient[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  const settings = readSettings({ PORT: "0", DATA_DIR: mkdtempSync(join(tmpdir(), "sheaf-opening-")) });
  if (!settings.ok) throw new Error(settings.error.join());
  const identity = { principal: NOBODY, access: () => role };
  const started = await startServer(settings.value, { webFolder: WEB, identity, report: () => {} });
  if (!started.ok) throw new Error(started.error);
  server = started.value;
});
afterAll(async () => {
  for (const client of clients) client.close();
  await browser.close();
  await server.stop();
});

/** Writes a document as another version of the editor might have, and leaves the author connected. */
async function written(document: string, write: (fragment: Y.XmlFragment) => void): Promise<OwnClient> {
  role = "editor";
  const author = await new OwnClient(server.url, document, { schemaVersion: SCHEMA_VERSION }).synced();
  clients.push(author);
  author.doc.transact(() => write(author.doc.getXmlFragment(DOCUMENT)));
  await until("written", () => author.status === "saved");
  return author;
}

/** Opens a document, the caret at its end; the bar comes when it is let go. */
async function withoutBar(document: string) {
  const window = await Window.open(browser, "about:blank");
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  await window.page.route("**/shell-*.js", async (route) => (await promise, route.continue()));
  await window.page.goto(`${server.url}/d/${document}`);
  await window.toEnd();
  return { window, letGo };
}

/** Opens a document and keeps the first byte of every frame the page sends. */
async function watched(document: string): Promise<{ readonly window: Window; readonly sent: number[] }> {
  const window = await Window.open(browser, "about:blank");
  const sent: number[] = [];
  window.page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => void (typeof payload !== "string" && sent.push(payload[0]!))),
  );
  await window.page.goto(`${server.url}/d/${document}`);
  return { window: await window.ready(), sent };
}

/** An odd subtree as bytes, apart from where it stands. */
function bytesOf(fragment: Y.XmlFragment, at: number): string {
  const copy = new Y.Doc();
  copy.clientID = 1;
  copy.getXmlFragment("copy").insert(0, [fragment.get(at).clone() as Y.XmlElement]);
  return Buffer.from(Y.encodeStateAsUpdate(copy)).toString("hex");
}

test("an editor opens everything the schema cannot hold: 0 updates; beside it one can write, and every byte is kept", async () => {
  const author = await written("odd-editor", writeOddDocument);
  const fragment = author.doc.getXmlFragment(DOCUMENT);
  const before = ODD_CASES.map((_, at) => bytesOf(fragment, at * 2));
  const state = Buffer.from(Y.encodeStateAsUpdate(author.doc)).toString("hex");
  const { window, sent } = await watched("odd-editor");
  await window.editor.click();
  await delay(1_500);
  expect(sent).not.toContain(BATCH);
  expect(Buffer.from(Y.encodeStateAsUpdate(author.doc)).toString("hex")).toBe(state);
  // Beside each of them, where an ordinary line stands.
  for (const at of [0, 5, 11, ODD_CASES.length - 1]) {
    await window.page.getByText(`line ${at}`, { exact: true }).click();
    await window.press("End");
    await window.type(` edited${at}`);
  }
  await window.saved();
  await until("the author has it", () => fragment.toString().includes(`edited${ODD_CASES.length - 1}`));
  expect(ODD_CASES.map((_, at) => bytesOf(fragment, at * 2))).toEqual(before);
  await window.close();
});

test("a viewer opens the same, also while it arrives, and sends nothing at all into the document", async () => {
  const author = await written("odd-viewer", (fragment) =>
    fragment.push([element("textBlock", { id: "first" }, ["first"])]),
  );
  role = "viewer";
  const { window, sent } = await watched("odd-viewer");
  author.doc.transact(() => writeOddDocument(author.doc.getXmlFragment(DOCUMENT)));
  await window.shows(`line ${ODD_CASES.length - 1}`);
  await window.editor.click();
  await window.type("not allowed");
  await delay(1_000);
  expect(sent).not.toContain(BATCH);
  expect(await window.text()).not.toContain("not allowed");
  expect(await window.editor.getAttribute("contenteditable")).toBe("false");
  await window.close();
});

test("what is fetched until one can write is at most 230 kB, and the page names all of it: bar and typefaces come behind", async () => {
  await written("small", (fragment) => fragment.push([element("textBlock", { id: "a" }, ["Title"])]));
  const window = await Window.open(browser, "about:blank");
  // In the page, at that moment: what is asked from here comes later, when the bar is on its way.
  await window.page.addInitScript(() => {
    new MutationObserver((_changes, watch) => {
      if (document.querySelector("[contenteditable=true]") === null) return;
      watch.disconnect();
      const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
      const fetched = all.map((entry) => ({
        path: new URL(entry.name).pathname,
        bytes: (entry as PerformanceResourceTiming).transferSize,
      }));
      Object.assign(window, { fetched });
    }).observe(document, { childList: true, subtree: true });
  });
  await window.page.goto(`${server.url}/d/small`);
  const fetched = await window.page
    .waitForFunction(
      () => (window as unknown as { fetched?: { readonly path: string; readonly bytes: number }[] }).fetched,
    )
    .then((handle) => handle.jsonValue());
  const bytes = fetched!.reduce((sum, each) => sum + each.bytes, 0);
  expect(bytes).toBeLessThan(MOST_FETCHED);
  expect(bytes).toBeGreaterThan(MOST_FETCHED / 3);
  // What it does not name is asked for only when the script that needs it has come.
  const html = await (await fetch(`${server.url}/d/small`)).text();
  const scripts = fetched!.map(({ path }) => path).filter((path) => path.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter((path) => !html.includes(path))).toEqual([]);
  await window.close();
});

test("a bar that cannot be fetched at first comes later, and one can write meanwhile", async () => {
  await written("no-bar", (fragment) => fragment.push([element("textBlock", { id: "a" }, ["Title"])]));
  const window = await Window.open(browser, "about:blank");
  let failures = 0;
  await window.page.route("**/shell-*.js", (route) => (failures++ < 2 ? route.abort() : route.continue()));
  await window.page.goto(`${server.url}/d/no-bar`);
  await window.toEnd();
  await window.type(" and more");
  await window.ready();
  expect(failures).toBeGreaterThan(2);
  await window.saved();
  await window.shows("Title and more");
  await window.close();
});

test("the build is kept for a visit without the server only when all that one waits for is there", async () => {
  await written("kept-last", (fragment) => fragment.push([element("textBlock", { id: "a" }, ["Title"])]));
  const { window, letGo } = await withoutBar("kept-last");
  await window.type(" and more");
  await window.page.locator('#editor[data-synced="true"]').waitFor();
  await delay(500);
  const isRegistered = (): Promise<boolean> =>
    window.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length > 0);
  expect(await isRegistered()).toBe(false);
  letGo();
  await until("the build is kept", isRegistered);
  await window.close();
});

test("a newcomer's snapshot is asked for by the page itself, once, before the script that needs it has come", async () => {
  await written("early", (fragment) => fragment.push([element("textBlock", { id: "a" }, ["Title"])]));
  const window = await Window.open(browser, "about:blank");
  const asked: string[] = [];
  window.page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  await window.page.route("**/assets/index-*.js", async (route) => (await promise, route.continue()));
  await window.page.goto(`${server.url}/d/early`, { waitUntil: "commit" });
  const SNAPSHOT = "/api/documents/early/snapshot";
  await until("it is asked for", async () => asked.includes(SNAPSHOT));
  letGo();
  await window.ready();
  expect(asked.filter((path) => path === SNAPSHOT)).toHaveLength(1);
  expect(await window.text()).toBe("Title");
  // Who has been here may have a copy: the page leaves it to the script, which looks first.
  const preloads = window.page.locator(`link[href="${SNAPSHOT}"]`);
  expect(await preloads.count()).toBe(1);
  await window.page.reload();
  await window.ready();
  expect(await preloads.count()).toBe(0);
  await window.close();
});

test("a command's key pressed before the bar is there does what it says when it comes", async () => {
  await written("late-bar", (fragment) => fragment.push([element("textBlock", { id: "a" }, ["Title"])]));
  const { window, letGo } = await withoutBar("late-bar");
  await window.press("Control+\\");
  letGo();
  const list = window.page.getByRole("dialog", { name: "Documents" });
  await list.waitFor();
  await window.press("Escape");
  await list.waitFor({ state: "hidden" });
  await window.type(" and more");
  await window.shows("Title and more");
  await window.close();
});

test("what a sign asks for before the bar is there is offered when it comes", async () => {
  await written("late-list", (fragment) => fragment.push([element("textBlock", { id: "a" }, ["Title"])]));
  const { window, letGo } = await withoutBar("late-list");
  await window.press("Enter");
  await window.type("/head");
  letGo();
  await window.page.getByRole("option", { name: "Heading 1" }).waitFor();
  await window.press("Enter");
  await window.type("Made");
  expect(await window.editor.locator("h2, h1").last().textContent()).toBe("Made");
  await window.close();
});

test.each([":", ":t"])(
  "a name that was begun with %s before the bar is there is offered as an emoji",
  async (begun) => {
    const document = `late-emoji-${begun.length}`;
    await written(document, (fragment) => fragment.push([element("textBlock", { id: "a" }, ["Title"])]));
    const { window, letGo } = await withoutBar(document);
    await window.type(` ${begun}`);
    letGo();
    await window.ready();
    await window.type(":tada".slice(begun.length));
    await window.page.locator("#suggestions").getByRole("option", { name: /tada/ }).waitFor();
    await window.press("Enter");
    await window.shows("Title 🎉");
    await window.close();
  },
);

test("what is typed right after a jump to the end of a long document stands there as it was typed", async () => {
  const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(" ");
  await written("far", (fragment) =>
    fragment.push(
      Array.from({ length: 400 }, (_, at) => element("textBlock", { id: `b${at}` }, at < 399 ? [words] : [])),
    ),
  );
  const { window } = await watched("far");
  await window.page.locator(".is-long").waitFor();
  await window.toEnd();
  await window.type(" in its order");
  expect((await window.text()).endsWith("\n in its order")).toBe(true);
  await window.press("Control+Home");
  await window.type("First ");
  expect((await window.text()).startsWith("First word0 ")).toBe(true);
  await window.close();
});

test("keys lead in a long document where they lead in a short one: Ctrl+End left the caret before the last words, and arrows took one that was scrolled out of sight past all that was", async () => {
  const LAST = 399;
  await written("reach", (fragment) =>
    fragment.push(
      Array.from({ length: LAST + 1 }, (_, at) =>
        element("textBlock", { id: `b${at}` }, [at === LAST ? "the last words" : `block ${at} has some words in it`]),
      ),
    ),
  );
  const { window } = await watched("reach");
  await window.page.locator(".is-long").waitFor();
  await window.toEnd();
  await window.type(" are here");
  expect((await window.text()).endsWith("\nthe last words are here")).toBe(true);
  await window.press("Control+Home");
  await window.press("Control+Shift+End");
  expect((await window.page.evaluate(() => getSelection()!.toString())).endsWith("the last words are here")).toBe(true);

  const inBlock = (at: number, offset: number): Promise<void> =>
    window.editor.evaluate(
      async (text, [block, letter]) => {
        getSelection()!.collapse(text.children[block]!.firstChild, letter);
        text.children[block]!.scrollIntoView();
        await new Promise((resolve) => setTimeout(resolve, 100));
        scrollTo(0, 0);
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
      [at, offset] as const,
    );
  for (const [key, at, offset, expected] of [
    ["ArrowLeft", 200, 0, "block 199 has some words in it*"],
    ["ArrowUp", 210, 0, "*block 209 has some words in it"],
    ["Control+ArrowRight", 220, 30, "*block 221 has some words in it"],
    ["ArrowDown", 230, 0, "*block 231 has some words in it"],
  ] as const) {
    await inBlock(at, offset);
    await window.press(key);
    await window.type("*");
    expect((await window.text()).split("\n").filter((line) => line.includes("*"))).toEqual([expected]);
    await window.press("Backspace");
  }
  await window.close();
});

test("a long document, of which only what is on the screen is laid out at first, is soon as long as all of it", async () => {
  const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(" ");
  await written("tall", (fragment) =>
    fragment.push(Array.from({ length: 300 }, (_, at) => element("textBlock", { id: `b${at}` }, [words, words]))),
  );
  const window = await Window.open(browser, `${server.url}/d/tall`);
  // Words are where they were put, and in sight, also while the page grows.
  await window.editor.locator("> p").first().click();
  await window.press("Control+End");
  await window.type(" at the end");
  // Nearly: typefaces that come later make lines of another length, and what is skipped is not laid out for them.
  const isAsLong = (): Promise<boolean> =>
    window.editor.evaluate((text) => {
      const isSkipping = text.closest(".is-long") !== null;
      const tall = text.scrollHeight;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(".ProseMirror > * { content-visibility: visible !important }");
      document.adoptedStyleSheets = [sheet];
      const whole = text.scrollHeight;
      document.adoptedStyleSheets = [];
      return isSkipping && Math.abs(tall / whole - 1) < 0.15;
    });
  await until("its length is right", isAsLong);
  expect((await window.text()).endsWith("word59 at the end")).toBe(true);
  const isSeen = await window.page.evaluate(() => {
    const { bottom, height } = getSelection()!.getRangeAt(0).getBoundingClientRect();
    return height > 0 && bottom > 0 && bottom < innerHeight;
  });
  expect(isSeen).toBe(true);
  await window.close();
});

/** A document of 300 lines whose time stands still with its first screens: the rest comes with {@link goOn}. */
async function atFirstScreens(document: string) {
  const author = await written(document, (fragment) =>
    fragment.push(
      Array.from({ length: 300 }, (_, at) => element("textBlock", { id: `b${at}` }, [`line ${at} of many`])),
    ),
  );
  const window = await Window.open(browser, "about:blank");
  await window.page.clock.install();
  await window.page.clock.pauseAt(Date.now() + 60_000);
  await window.page.goto(`${server.url}/d/${document}`);
  const shown = (): Promise<number> => window.editor.evaluate((text) => text.childElementCount);
  await window.editor.waitFor();
  expect(await shown()).toBeLessThan(100);
  const lines = (): string[] =>
    author.doc
      .getXmlFragment(DOCUMENT)
      .toArray()
      .map((block) => ((block as Y.XmlElement).get(0) as Y.XmlText).toJSON());
  return { window, shown, lines, goOn: () => window.page.clock.resume() };
}

test("a long document can be written in when its first screens are there, and what is written stands once in all of it", async () => {
  const { window, shown, lines, goOn } = await atFirstScreens("screens");
  await window.editor
    .locator("> p")
    .nth(2)
    .click({ position: { x: 1, y: 10 } });
  await window.type("Early words. ");
  await window.press("Enter");
  expect(await shown()).toBeLessThan(100);
  await goOn();
  await until("all of it is there", async () => (await shown()) === 301);
  await until("it is shared", () => lines()[2] === "Early words. ");
  expect(await window.text()).toBe(lines().join("\n"));
  expect(lines()).toHaveLength(301);
  await window.press("Control+z");
  await window.press("Control+z");
  await until("it is taken back", () => lines().length === 300 && lines()[2] === "line 2 of many");
  await window.close();
});

test("keys that may reach what is not shown yet have it shown before: all of a long document is selected, and its end is its end", async () => {
  const { window, shown, lines, goOn } = await atFirstScreens("reaching");
  await window.editor.locator("> p").nth(1).click();
  await window.press("Control+End");
  expect(await shown()).toBe(300);
  await window.type(", the last");
  await goOn();
  await until("written at the end", () => lines().at(-1) === "line 299 of many, the last");
  await window.close();

  const other = await atFirstScreens("everything");
  await other.window.editor.locator("> p").nth(1).click();
  await other.window.press("Control+a");
  await other.window.press("Delete");
  await other.goOn();
  await until("nothing is left", () => other.lines().join("") === "");
  await other.window.close();
});

test("a long document is printed whole, though it was printed before it was shown so", async () => {
  const { window, shown } = await atFirstScreens("printed");
  await window.page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  expect(await shown()).toBe(300);
  await window.close();
});

test("the name at a caret between two blocks of a long document made the page wider than a phone's screen", async () => {
  const author = await written("between", (fragment) =>
    fragment.push(
      Array.from({ length: 300 }, (_, at) =>
        at === 2 ? element("divider", {}) : element("textBlock", { id: `b${at}` }, [`block ${at}`]),
      ),
    ),
  );
  const window = await Window.open(browser, `${server.url}/d/between`, { viewport: { width: 390, height: 800 } });
  await window.ready();
  await window.page.locator(".is-long").waitFor();
  const between = Y.createRelativePositionFromTypeIndex(author.doc.getXmlFragment(DOCUMENT), 2);
  const encoded = Buffer.from(Y.encodeRelativePosition(between)).toString("base64");
  author.provider.awareness.setLocalState({ user: { name: "Ben" }, caret: { anchor: encoded, head: encoded } });
  await window.editor.locator(".caret").waitFor({ state: "attached" });
  expect(await window.editor.locator("> .caret").count()).toBe(1);
  expect(await window.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await window.close();
});

test("at 100 pages a remote keystroke redraws its own block and nothing else", async () => {
  const WORDS_A_BLOCK = 41;
  const author = await written("long", (fragment) => {
    const blocks = Array.from({ length: 1_200 }, (_, at) =>
      element("textBlock", { id: `b${at}`, ...(at % 12 === 0 && { kind: "heading2" }) }, [
        Array.from({ length: WORDS_A_BLOCK }, (_, word) => `word${at}x${word}`).join(" "),
      ]),
    );
    fragment.push(blocks);
  });
  const { window } = await watched("long");
  const touched = await window.editor.evaluateHandle((editor) => {
    const blocks: string[] = [];
    new MutationObserver((records) => {
      const tops = new Set<Node>();
      for (const { target } of records) {
        let node: Node = target;
        while (node.parentNode !== null && node.parentNode !== editor) node = node.parentNode;
        tops.add(node);
      }
      blocks.push(...[...tops].map((node) => (node === editor ? "the whole document" : "a block")));
    }).observe(editor, { childList: true, characterData: true, attributes: true, subtree: true });
    return blocks;
  });
  const session = await window.page.context().newCDPSession(window.page);
  await session.send("Performance.enable");
  const scriptSeconds = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "ScriptDuration")!.value;
  };
  const text = (author.doc.getXmlFragment(DOCUMENT).get(600) as Y.XmlElement).get(0) as Y.XmlText;
  const keystroke = async (letter: string): Promise<void> => {
    text.insert(text.length, letter);
    await delay(25);
  };
  for (let i = 0; i < 40; i++) await keystroke("w");
  await window.shows("w".repeat(40));
  await touched.evaluate((blocks) => blocks.splice(0));
  const before = await scriptSeconds();
  const KEYS = 200;
  for (let i = 0; i < KEYS; i++) await keystroke("k");
  await window.shows("k".repeat(KEYS));
  const millis = ((await scriptSeconds()) - before) * 1000;
  console.log(`script per remote keystroke at 100 pages: ${(millis / KEYS).toFixed(2)} ms`);
  const seen = await touched.evaluate((blocks) => blocks);
  expect(seen.length).toBeGreaterThan(KEYS / 2);
  expect(seen.filter((what) => what !== "a block")).toEqual([]);
  expect(seen.length).toBeLessThanOrEqual(KEYS);
  await window.close();
});
