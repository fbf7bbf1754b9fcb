import type { BrowserContext } from "playwright-core";
import { expect, test } from "vitest";
import { launchBrowser, Window } from "../support/browser.ts";
import { BrowserProcess } from "../support/browser-process.ts";
import { setStage } from "../support/stage.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { delay, until } from "../support/until.ts";
import { ALL_ONCE, countWords, wordsOf } from "../support/words.ts";

/** Words typed through each fault: half before it, half while it lasts. */
const WORDS = Number(process.env["WORDS"] ?? 60);
/** An unsaved word is said to be so within five seconds; the rest is for looking. */
const SAID_WITHIN_MILLIS = 5_500;

const stage = setStage();
const { newDocument, open } = stage;

const line = (words: readonly string[]): string => `${words.join(" ")} `;

const notSaved = (window: Window): Promise<number> =>
  until("the page says not saved", async () => (await window.status()) === "not-saved", SAID_WITHIN_MILLIS);

const showsAll = (window: Window, typed: readonly string[]): Promise<number> =>
  until("all words", async () => countWords(typed, await window.text()).lost.length === 0, 20_000);

/** A window of a browser of its own. */
async function openIn(context: BrowserContext, document: string): Promise<Window> {
  await stage.signIn(context);
  return (await Window.openIn(context, stage.addressOf(document))).ready();
}

/** What somebody reads who was not there. */
async function expectAllOnce(document: string, typed: readonly string[]): Promise<void> {
  const fresh = await open(document);
  await showsAll(fresh, typed);
  expect(countWords(typed, await fresh.text())).toEqual(ALL_ONCE);
}

/** Types on while `begin` has done its worst, until the page says so. */
async function typeThrough(window: Window, typed: readonly string[], begin: () => unknown): Promise<void> {
  await window.type(line(typed.slice(0, WORDS / 2)));
  await begin();
  await Promise.all([window.type(line(typed.slice(WORDS / 2))), notSaved(window)]);
}

test.each([
  { fault: "reset", begin: (proxy: TcpProxy) => proxy.cut(true), end: (proxy: TcpProxy) => proxy.restore() },
  { fault: "swallowed", begin: (proxy: TcpProxy) => proxy.hold(), end: () => {} },
])(`${WORDS} words through a network that is $fault: each is there once`, async ({ begin, end }) => {
  const document = newDocument();
  const proxy = await TcpProxy.to(() => stage.port, { address: "127.0.0.2", port: stage.port });
  const browser = await launchBrowser("127.0.0.2");
  try {
    const ana = await open(document, { from: browser });
    const typed = wordsOf("ana", WORDS);
    await typeThrough(ana, typed, () => begin(proxy));
    end(proxy);
    await ana.saved(40_000);
    await expectAllOnce(document, typed);
  } finally {
    await stage.closeWindows();
    await browser.close();
    await proxy.close();
  }
});

test(`${WORDS} words while the server stands still: each is there once`, async () => {
  const document = newDocument();
  const ana = await open(document);
  const typed = wordsOf("ana", WORDS);
  await typeThrough(ana, typed, () => stage.server.signal("SIGSTOP"));
  stage.server.signal("SIGCONT");
  await ana.saved();
  await expectAllOnce(document, typed);
});

test(`${WORDS} words while the server is killed and started again: each is there once`, async () => {
  const document = newDocument();
  const ana = await open(document);
  const typed = wordsOf("ana", WORDS);
  await typeThrough(ana, typed, () => stage.server.end("SIGKILL"));
  await stage.restart();
  await ana.saved(40_000);
  await expectAllOnce(document, typed);
});

test(`a tab is killed in the middle of ${WORDS} words: the next tab has those the server never heard, and sends them once`, async () => {
  const document = newDocument();
  const ana = await open(document);
  const typed = wordsOf("ana", WORDS);
  await typeThrough(ana, typed, () => stage.server.end("SIGKILL"));
  await until("the words are kept", () => ana.keepsAll());
  const next = await ana.killTab();
  await stage.restart();
  await next.page.goto(stage.addressOf(document));
  await next.ready();
  await showsAll(next, typed);
  await next.saved();
  await expectAllOnce(document, typed);
});

test(`a browser is killed in the middle of ${WORDS} words: started again, it has them, and sends them once`, async () => {
  const document = newDocument();
  const profile = BrowserProcess.newProfile();
  const first = await BrowserProcess.start(profile);
  const typed = wordsOf("ana", WORDS);
  try {
    const ana = await openIn(first.context, document);
    await ana.toEnd();
    await typeThrough(ana, typed, () => stage.server.end("SIGKILL"));
    await until("the words are kept", () => ana.keepsAll());
  } finally {
    await first.kill();
    await stage.restart();
  }
  const second = await BrowserProcess.start(profile);
  try {
    const ana = await openIn(second.context, document);
    await showsAll(ana, typed);
    await ana.saved();
    await expectAllOnce(document, typed);
  } finally {
    await second.kill();
  }
});

test("a laptop sleeps with words unsent while its server restarts: awake, it sends them, and goes on", async () => {
  const document = newDocument();
  const laptop = await BrowserProcess.start(BrowserProcess.newProfile());
  const typed = wordsOf("ana", WORDS);
  try {
    const ana = await openIn(laptop.context, document);
    await ana.toEnd();
    stage.server.signal("SIGSTOP");
    await ana.type(line(typed.slice(0, WORDS / 2)));
    laptop.signal("SIGSTOP");
    await stage.server.end("SIGKILL");
    await delay(5_000);
    laptop.signal("SIGCONT");
    await Promise.all([ana.type(line(typed.slice(WORDS / 2))), notSaved(ana)]);
    await stage.restart();
    await ana.saved(40_000);
    await expectAllOnce(document, typed);
  } finally {
    await laptop.kill();
  }
});

test(`reloaded with the server down in the middle of ${WORDS} words: the page opens with them, and they are sent when it is back`, async () => {
  const document = newDocument();
  const ana = await open(document);
  const typed = wordsOf("ana", WORDS);
  await ana.saved();
  await ana.page.evaluate(() => navigator.serviceWorker.ready);
  await stage.server.end("SIGKILL");
  await ana.type(line(typed.slice(0, WORDS / 2)));
  await notSaved(ana);
  await ana.page.reload();
  await showsAll(ana, typed.slice(0, WORDS / 2));
  await ana.toEnd();
  await Promise.all([ana.type(line(typed.slice(WORDS / 2))), notSaved(ana)]);
  await stage.restart();
  await ana.saved(40_000);
  await expectAllOnce(document, typed);
});

test("five tabs of one browser, one killed with words unsent: no word is there twice, and each undoes only its own", async () => {
  const document = newDocument();
  const first = await open(document);
  for (const index of [0, 1, 2, 3]) await first.type(`line${index}`).then(() => first.press("Enter"));
  await first.type("line4");
  await first.saved();
  const others = [1, 2, 3, 4].map(async () => (await first.openTab(stage.addressOf(document))).ready());
  const tabs = [first, ...(await Promise.all(others))];
  // A line each: two people in one word would tear it apart.
  for (const [index, tab] of tabs.entries()) {
    await tab.toEnd();
    for (let up = index; up < 4; up++) await tab.press("ArrowUp");
    await tab.press("End");
  }
  const typed = tabs.map((_tab, index) => wordsOf(`tab${index}word`, WORDS / 5));
  await Promise.all(tabs.map((tab, index) => tab.type(` ${line(typed[index]!)}`)));
  for (const tab of tabs) await tab.saved();

  await stage.server.end("SIGKILL");
  await delay(600); // what is typed after a pause is undone by itself
  const killed = tabs[4]!;
  await Promise.all(tabs.map((tab, index) => tab.type(line(wordsOf(tab === killed ? "killed" : `undo${index}by`, 5)))));
  await notSaved(killed);
  await until("the words are kept", () => killed.keepsAll());
  await (await killed.killTab()).page.close();
  const living = tabs.slice(0, 4);
  // A slow machine types with pauses, and each pause begins another step.
  for (const [index, tab] of living.entries())
    while ((await tab.text()).includes(`undo${index}by`)) await tab.press("Control+z");
  await stage.restart();

  const all = [...typed.flat(), ...wordsOf("killed", 5)];
  for (const tab of living) {
    await showsAll(tab, all);
    await tab.saved(40_000);
  }
  await expectAllOnce(document, all);
  const texts = () => Promise.all(living.map((tab) => tab.text()));
  await until("all show the same", async () => new Set(await texts()).size === 1);
  expect((await texts())[0]).not.toContain("undo");
});
