import { afterAll, beforeAll, expect, test } from "vitest";
import type { Locator } from "playwright-core";
import { violations } from "../support/axe.ts";
import { launchBrowser, Window } from "../support/browser.ts";
import { SharedServer } from "../support/shared-server.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const stage = setStage();

const panelOf = ({ page }: Window): Locator => page.getByRole("dialog", { name: "Documents" });
const rowsOf = (window: Window): Locator => panelOf(window).getByRole("list").getByRole("link");
const titlesOf = (window: Window): Promise<string[]> =>
  rowsOf(window).evaluateAll((links) => links.map((link) => link.querySelector("span span")?.textContent ?? ""));

async function openPanel(window: Window): Promise<Locator> {
  await window.page.getByRole("button", { name: "Documents" }).click();
  await panelOf(window).getByRole("searchbox").waitFor();
  return panelOf(window);
}

/** Writes a new document, and waits until the server lists it. */
async function write(title: string, from = stage): Promise<Window> {
  const window = await from.open(from.newDocument());
  await window.type(title);
  await window.saved();
  await serverLists(title);
  return window;
}

const serverLists = (title: string): Promise<number> =>
  until(
    `the server lists ${title}`,
    async () => {
      const { documents } = (await stage.owner.ask("GET", "/api/documents")).body;
      return documents.some((each) => each.title === title);
    },
    30_000,
  );

async function choose(window: Window, title: string, item: string): Promise<void> {
  await panelOf(window)
    .getByRole("button", { name: `More for ${title}`, exact: true })
    .click();
  await window.page.getByRole("menuitem", { name: item }).click();
}

const focused = ({ page }: Window): Promise<string | null> =>
  page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? null,
  );

test("what one wrote is listed by its first line, the last first, and again when that line changes", async () => {
  const first = await write("Apples");
  await write("Pears");
  const panel = await openPanel(first);
  await until("both are listed", async () => (await rowsOf(first).count()) >= 2);
  expect((await titlesOf(first)).slice(0, 2)).toEqual(["Pears", "Apples"]);
  await panel.getByRole("link", { name: "Apples", exact: false, includeHidden: false }).waitFor();
  expect(await panel.locator("[aria-current=page]").innerText()).toMatch(
    /^Apples\n+(Just now|\d+ minutes? ago) · Open now$/,
  );

  // Renamed by its first line, here at once, elsewhere some seconds later.
  await first.press("Escape");
  await first.toEnd();
  await first.type(" and quinces");
  await openPanel(first);
  expect(await panel.locator("[aria-current=page]").innerText()).toMatch(/^Apples and quinces\n/);
  await first.press("Escape");
  await serverLists("Apples and quinces");
  const other = await stage.open(stage.newDocument());
  await openPanel(other);
  await rowsOf(other).filter({ hasText: "Apples and quinces" }).waitFor();
});

test("by the keyboard: a shortcut opens it, words find a document, Enter opens it, Escape goes back to the text", async () => {
  await write("Résumé of winter");
  const window = await write("Résumé of summer");
  await window.press("Control+\\");
  await until("the search has the focus", async () => (await focused(window)) === "Search documents by title");
  await window.type("RESUME wint");
  await until("one is left", async () => (await titlesOf(window)).join() === "Résumé of winter");
  await window.press("Escape");
  await window.page.getByRole("searchbox").waitFor({ state: "detached" });
  await window.type("!");
  expect(await window.text()).toBe("Résumé of summer!");

  await window.press("Control+\\");
  await until("the search has the focus again", async () => (await focused(window)) === "Search documents by title");
  await window.type("resume");
  await until("two are left", async () => (await rowsOf(window).count()) === 2);
  await window.press("ArrowDown");
  expect(await focused(window)).toContain("Résumé of summer");
  await window.press("ArrowUp");
  expect(await focused(window)).toBe("Search documents by title");
  await window.press("ArrowDown");
  await window.press("ArrowDown");
  expect(await focused(window)).toContain("Résumé of winter");
  await window.press("Enter");
  await window.shows("Résumé of winter");
  expect(await window.text()).toBe("Résumé of winter");
  await window.press("Control+\\");
  await panelOf(window).getByRole("link", { name: "New document" }).click();
  await window.ready();
  expect(await window.text()).toBe("");
});

test("a list that is asked for again before the browser has told that it was closed is there, and has the focus", async () => {
  const window = await write("Asked for twice");
  await window.press("Control+\\");
  await until("the search has the focus", async () => (await focused(window)) === "Search documents by title");
  await window.page.evaluate(async () => {
    document.querySelector<HTMLDialogElement>("dialog.documents")?.requestClose();
    await Promise.resolve();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "\\", ctrlKey: true, bubbles: true }));
  });
  await until("the search has the focus again", async () => (await focused(window)) === "Search documents by title");
  await window.type("twice");
  await until("it is found", async () => (await titlesOf(window)).join() === "Asked for twice");
  // The caret is back at once, and not only when the browser tells of it.
  await window.page.evaluate(() => document.querySelector<HTMLDialogElement>("dialog.documents")?.requestClose());
  await window.type("!");
  await window.shows("Asked for twice!");
});

test("to the trash and back by Undo; to the trash and back from there; deleted for ever it is gone after a question", async () => {
  await write("Keep me");
  const window = await write("Throw me");
  await window.page.goto(stage.url);
  await window.ready();
  const panel = await openPanel(window);
  const isListed = async (): Promise<boolean> => (await titlesOf(window)).includes("Throw me");

  await choose(window, "Throw me", "Move to trash");
  await panel.getByText("Throw me is in the trash.").waitFor();
  expect(await isListed()).toBe(false);
  await panel.getByRole("button", { name: "Undo" }).click();
  await until("it is back", isListed);

  await choose(window, "Throw me", "Move to trash");
  await until("it is gone", async () => !(await isListed()));
  expect(await focused(window), "the focus stays in the list").toContain("Keep me");
  await panel.getByRole("button", { name: "Trash" }).click();
  await panel.getByRole("button", { name: "Restore Throw me" }).click();
  await panel.getByText("Throw me is back.").waitFor();
  await panel.getByRole("button", { name: "Back to documents" }).click();
  await until("it is listed", isListed);

  await choose(window, "Throw me", "Move to trash");
  await panel.getByRole("button", { name: "Trash" }).click();
  await panel.getByRole("button", { name: "Delete Throw me for ever" }).click();
  await panel.getByText("Delete Throw me for ever?").waitFor();
  await until("the safe answer has the focus", async () => (await focused(window)) === "Cancel");
  await window.press("Enter");
  await until("the focus is back", async () => (await focused(window)) === "Delete Throw me for ever");
  await window.press("Enter");
  await panel.getByRole("button", { name: "Delete for ever", exact: true }).click();
  await panel.getByText("Throw me is deleted for ever.").waitFor();
  expect(await panel.getByRole("button", { name: "Restore Throw me" }).count()).toBe(0);
  await window.page.reload();
  await openPanel(window);
  await until("the other is listed", async () => (await titlesOf(window)).includes("Keep me"));
  expect(await isListed()).toBe(false);
});

test("a document thrown away while it is open says so where the text is, and goes on where it was once restored", async () => {
  const window = await write("Still here");
  const { page } = window;
  const panel = await openPanel(window);
  await choose(window, "Still here", "Move to trash");
  await panel.getByText("Still here is in the trash.").waitFor();
  await window.press("Escape");
  await page.getByText("This document is in the trash.").waitFor();
  expect(await page.locator(".saved").innerText()).toBe("In the trash");
  await page.reload();
  await page.getByText("This document is in the trash.").waitFor();
  await page.getByRole("button", { name: "Restore" }).click();
  await window.ready();
  await window.saved();
  await window.toEnd();
  await window.type(" and well");
  await window.saved();
  const reader = await stage.open(new URL(page.url()).pathname.slice("/d/".length));
  expect(await reader.text()).toBe("Still here and well");
});

test("without its server the list is the one of last time, and says so", async () => {
  const window = await write("Read before");
  await openPanel(window);
  await rowsOf(window).filter({ hasText: "Read before" }).waitFor();
  await window.press("Escape");
  await stage.server.end();
  const panel = await openPanel(window);
  await panel.getByText("The server does not answer. This is the list as it was read last").waitFor();
  expect(await titlesOf(window)).toContain("Read before");
  await choose(window, "Read before", "Move to trash");
  await panel.locator(".documents-done").getByText("The server does not answer.").waitFor();
  await stage.restart();
});

// A size and a theme have nothing to do with each other.
for (const [size, viewport, colorScheme] of [
  ["wide", { width: 1280, height: 800 }, "light"],
  ["narrow", { width: 390, height: 844 }, "dark"],
] as const) {
  test(`axe finds nothing in the list, in a menu, in the trash and in its question, ${size} and ${colorScheme}`, async () => {
    const title = `Seen ${size} ${colorScheme}`;
    await write(title);
    const window = await stage.open(stage.newDocument(), { viewport, colorScheme, reducedMotion: "reduce" });
    const panel = await openPanel(window);
    await rowsOf(window).filter({ hasText: title }).waitFor();
    expect(await violations(window)).toEqual([]);
    const { width } = (await panel.boundingBox())!;
    expect(width).toBe(size === "narrow" ? 390 : 360);
    await panel.getByRole("button", { name: `More for ${title}` }).click();
    expect(await violations(window)).toEqual([]);
    await window.page.getByRole("menuitem", { name: "Move to trash" }).click();
    await panel.getByRole("button", { name: "Undo" }).waitFor();
    expect(await violations(window)).toEqual([]);
    await panel.getByRole("button", { name: "Trash" }).click();
    await panel.getByRole("button", { name: `Delete ${title} for ever` }).click();
    expect(await violations(window)).toEqual([]);
    expect(await window.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
  });
}

// Where not everything is one person's.

let shared: SharedServer;
beforeAll(async () => {
  shared = await SharedServer.start();
});
afterAll(() => shared.stop());

test("a guest is listed what they were given, which they cannot throw away, and nothing of the owner's besides", async () => {
  const owner = await shared.owner();
  for (const document of ["given", "secret"]) {
    await owner.ask("POST", "/api/documents", { document });
    const author = await owner.open(document, 1).synced();
    author.text.insert(0, `The ${document} words`);
    await until("saved", () => author.status === "saved");
    author.close();
  }
  await until(
    "both are listed to their owner",
    async () => (await owner.ask("GET", "/api/documents")).body.documents.length === 2,
    30_000,
  );
  const { body } = await owner.ask("POST", "/api/documents/given/invites", { role: "editor" });
  const browser = await launchBrowser();
  const guest = await Window.open(browser, `${shared.url}/join#${body.key}`);
  await guest.page.getByLabel("Your name").fill("Gus");
  await guest.press("Enter");
  await guest.page.locator('#editor[data-synced="true"]').waitFor();
  const panel = await openPanel(guest);
  await until("the given one is listed", async () => (await rowsOf(guest).count()) > 0);
  expect(await panel.innerText()).not.toContain("secret");
  expect(await panel.getByText("Shared with you").count()).toBeLessThanOrEqual(1);
  await panel.getByRole("button", { name: /^More for/ }).click();
  await guest.page.getByRole("menuitem", { name: "Open in a new tab" }).waitFor();
  expect(await guest.page.getByRole("menuitem", { name: "Move to trash" }).count()).toBe(0);
  await guest.close();
  await browser.close();
});
