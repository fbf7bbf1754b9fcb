import { afterEach, expect, test } from "vitest";
import type { Window } from "../support/browser.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";
import { ALL_ONCE, countWords, wordsOf } from "../support/words.ts";

const stage = setStage();
const { newDocument, open } = stage;

// A scenario that fails must not leave the next one without a server.
afterEach(() => stage.server.signal("SIGCONT"));

const notSaved = (window: Window): Promise<number> =>
  until("the page says not saved", async () => (await window.status()) === "not-saved", 6_000);

const statusText = (window: Window): Promise<string | null> =>
  window.page.locator("[data-status]").first().textContent();

/** What the browser asks when the page is reloaded, answered with "stay". */
async function askedAtReload(window: Window): Promise<string[]> {
  const asked: string[] = [];
  window.page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await window.page.reload({ timeout: 1_000 }).catch(() => {});
  return asked;
}

test("words kept on the device may be left: nobody asks, and they are there again", async () => {
  const ana = await open(newDocument());
  stage.server.signal("SIGSTOP");
  await ana.type("unsaved");
  await notSaved(ana);
  await until("the words are kept", () => ana.keepsAll());
  expect(await askedAtReload(ana)).toEqual([]);
  stage.server.signal("SIGCONT");
  await ana.ready();
  await ana.shows("unsaved");
  await ana.saved();
});

/** Something that is saved, then something the server cannot hear and the device does not keep: the page says why. */
async function typeUnkept(window: Window, why: string): Promise<void> {
  await window.ready();
  await window.toEnd();
  await window.type("saved ");
  await window.saved();
  stage.server.signal("SIGSTOP");
  await window.type("unsaved");
  await notSaved(window);
  expect(await statusText(window)).toContain("kept in this page only");
  await window.page.locator("button.saved").click();
  await window.page.getByRole("dialog", { name: "Saving" }).getByText(why).waitFor();
}

test("without storage everything works from memory, the page says so, and leaving asks", async () => {
  const document = newDocument();
  const ana = await stage.visit("about:blank");
  await ana.page.addInitScript(() => Object.defineProperty(globalThis, "indexedDB", { value: undefined }));
  await ana.page.goto(stage.addressOf(document));
  await typeUnkept(ana, "This browser keeps nothing for this page, as private windows do.");
  expect(await askedAtReload(ana)).toEqual(["beforeunload"]);
  stage.server.signal("SIGCONT");
  await ana.saved();
  await ana.shows("saved unsaved");
});

test("a storage that is full is said to be, and words are kept as soon as there is room", async () => {
  const document = newDocument();
  const ana = await stage.visit("about:blank");
  const devtools = await ana.page.context().newCDPSession(ana.page);
  const { origin } = new URL(stage.addressOf(document));
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  await ana.page.goto(stage.addressOf(document));
  await typeUnkept(ana, "This device has no room to keep changes.");
  await devtools.send("Storage.overrideQuotaForOrigin", { origin });
  await until("the words are kept", () => ana.keepsAll());
  stage.server.signal("SIGCONT");
  await ana.saved();
});

test("a storage cleared under the page is filled anew: a tab killed after it loses nothing", async () => {
  const document = newDocument();
  const ana = await open(document);
  await stage.server.end("SIGKILL"); // one that stands still would still read what was sent
  const typed = wordsOf("ana", 20);
  await ana.type(`${typed.slice(0, 10).join(" ")} `);
  await notSaved(ana);
  await until("the words are kept", () => ana.keepsAll());
  const devtools = await ana.page.context().newCDPSession(ana.page);
  const origin = new URL(stage.addressOf("x")).origin;
  // While words are being written: their transactions end without an event.
  const typing = ana.type(`${typed.slice(10).join(" ")} `);
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  await typing;
  // It may take two tries, five seconds apart: the first can meet a storage that is still being cleared.
  await until("the words are kept", () => ana.keepsAll(), 30_000);
  const next = await ana.killTab();
  await stage.restart();
  await next.page.goto(stage.addressOf(document));
  await next.ready();
  await until("all words", async () => countWords(typed, await next.text()).lost.length === 0);
  expect(countWords(typed, await next.text())).toEqual(ALL_ONCE);
  await next.saved();
});

test("what the server refused is offered after a reload, can be copied, and goes when it is discarded", async () => {
  const document = newDocument();
  const ana = await open(document, { permissions: ["clipboard-read", "clipboard-write"] });
  await ana.type("saved ");
  await ana.saved();
  await stage.server.end("SIGKILL");
  await ana.type("refused words");
  await notSaved(ana);
  await until("the words are kept", () => ana.keepsAll());
  // As a refusal is kept.
  await ana.page.evaluate(async () => {
    const opening = indexedDB.open("sheaf");
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    const queues = opening.result.transaction("queues", "readwrite").objectStore("queues");
    const cursor = queues.openCursor();
    await new Promise<void>((resolve) => {
      cursor.addEventListener("success", () => {
        if (cursor.result === null) return resolve();
        const refusal = { code: "tooLarge", reason: "The change is larger than the server accepts." };
        cursor.result.update({ ...cursor.result.value, refusal });
        return cursor.result.continue();
      });
    });
    opening.result.close();
  });
  const next = await ana.killTab();
  await stage.restart();
  await next.page.goto(stage.addressOf(document));
  await next.ready();
  const notice = next.page.getByRole("alert", { name: "Notice" });
  await notice.getByText("The change is larger than the server accepts.").waitFor();
  expect(await notice.locator("blockquote").textContent()).toBe("refused words");
  expect(await next.text()).toBe("saved ");
  expect(await next.status()).toBe("not-saved");
  await notice.getByRole("button", { name: "Copy these words" }).click();
  await until(
    "copied",
    async () => (await next.page.evaluate(() => navigator.clipboard.readText())) === "refused words",
  );
  await next.toEnd();
  await next.type("and on");
  await (await open(document)).shows("saved and on");
  await notice.getByRole("button", { name: "Discard" }).click();
  await next.saved();
  await next.page.reload();
  await next.ready();
  await next.saved();
  expect(await notice.count()).toBe(0);
});

test("the page keeps one build: those of earlier days are deleted, and the server has its own list checked at every load", async () => {
  const ana = await open(newDocument());
  const kept = (): Promise<string[]> => ana.page.evaluate(() => caches.keys());
  await ana.page.evaluate(() => navigator.serviceWorker.ready);
  await until("the build is kept", async () => (await kept()).length === 1);
  await ana.page.evaluate(async () => {
    await caches.open("sheaf-of-yesterday");
    await (await navigator.serviceWorker.ready).unregister();
  });
  await ana.page.reload();
  await ana.ready();
  await until("only this build is kept", async () => !(await kept()).includes("sheaf-of-yesterday"));
  expect(await kept()).toHaveLength(1);
  const { headers } = await fetch(`${stage.url}/service-worker.js`);
  expect(headers.get("cache-control")).toBe("no-cache");
  expect(headers.get("content-type")).toContain("text/javascript");
});

test("on plain http, without locks and service workers, a killed tab's words are taken over all the same", async () => {
  const document = newDocument();
  const ana = await stage.visit("about:blank");
  await ana.page.context().addInitScript(() => {
    for (const name of ["locks", "serviceWorker", "clipboard"])
      Object.defineProperty(navigator, name, { value: undefined });
  });
  await ana.page.goto(stage.addressOf(document));
  await ana.ready();
  await ana.toEnd();
  const sibling = await (await ana.openTab(stage.addressOf(document))).ready();
  await stage.server.end("SIGKILL");
  const typed = wordsOf("ana", 20);
  await ana.type(`${typed.join(" ")} `);
  await notSaved(ana);
  await until("the words are kept", () => ana.keepsAll());
  await ana.killTab();
  await stage.restart();
  await until("all words", async () => countWords(typed, await sibling.text()).lost.length === 0, 30_000);
  expect(countWords(typed, await sibling.text())).toEqual(ALL_ONCE);
  await sibling.saved(30_000);
});
