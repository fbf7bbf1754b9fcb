import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { violations } from "../support/axe.ts";
import { launchBrowser, Window, type WindowOptions } from "../support/browser.ts";
import { ServerProcess } from "../support/server-process.ts";
import { DAY_MILLIS, SharedServer } from "../support/shared-server.ts";
import { until } from "../support/until.ts";

let server: SharedServer;
let browser: Browser;
const windows: Window[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  server = await SharedServer.start();
});
afterEach(async () => {
  for (const window of windows.splice(0)) await window.close();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const PHONE: WindowOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Somebody with a browser of their own opens a link. */
async function visit(link: string, options: WindowOptions = {}): Promise<Window> {
  const window = await Window.open(browser, link, options);
  windows.push(window);
  return window;
}

async function comeIn(link: string, name: string, options: WindowOptions = {}): Promise<Window> {
  const window = await visit(link, options);
  await window.page.getByLabel("Your name").fill(name);
  await window.press("Enter");
  return window.ready();
}

/** The owner, in a new document with these words in it. */
async function ownerWith(words: string): Promise<Window> {
  const owner = await comeIn(server.ownerLink, "Olga");
  await owner.page.goto(server.url);
  await owner.ready();
  await owner.type(words);
  await owner.saved();
  return owner;
}

async function openShare({ page }: Window): Promise<void> {
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("dialog", { name: "Share" }).getByRole("heading", { name: "People" }).waitFor();
}

async function makeLink(owner: Window, role: "editor" | "viewer", days = ""): Promise<string> {
  const { page } = owner;
  const field = page.getByLabel("Invite link");
  const before = await field.inputValue({ timeout: 50 }).catch(() => "");
  await page.getByLabel("People with the link").selectOption(role);
  await page.getByLabel("The link works").selectOption(days);
  await page.getByRole("button", { name: "Copy invite link" }).click();
  await until("a new link is shown", async () => (await field.count()) > 0 && (await field.inputValue()) !== before);
  return field.inputValue();
}

const bar = ({ page }: Window) => page.locator("[role=status][data-status]").first();
const says = async (window: Window, words: string, timeoutMillis = 15_000): Promise<number> =>
  until(
    `the page says "${words}"`,
    async () => (await window.page.locator("body").innerText()).includes(words),
    timeoutMillis,
  );

test("an owner copies an invite link; a friend opens it, gives a name and writes: seconds, and both see it", async () => {
  const owner = await ownerWith("Plan");
  expect(owner.page.url()).toMatch(/\/d\/[\w-]+$/);
  await owner.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openShare(owner);
  const link = await makeLink(owner, "editor");
  expect(await owner.page.evaluate(() => navigator.clipboard.readText())).toBe(link);

  const began = performance.now();
  const friend = await visit(link);
  await friend.page.getByRole("heading", { name: "You are invited to write" }).waitFor();
  expect(friend.page.url()).toBe(`${server.url}/join`);
  await friend.page.getByLabel("Your name").fill("Ben Okri");
  await friend.press("Enter");
  await friend.ready();
  await friend.toEnd();
  await friend.type("!");
  await friend.saved();
  const millis = performance.now() - began;
  console.log(`from opening the link to the first committed letter: ${Math.round(millis)} ms`);
  expect(millis).toBeLessThan(10_000);

  expect(friend.page.url()).toBe(owner.page.url());
  await owner.shows("Plan!");
  await until("the owner's list names the friend", async () =>
    (await owner.page.getByRole("dialog", { name: "Share" }).innerText()).includes("Ben Okri"),
  );
  await says(owner, "1 person came");
  // The name others see is also the one the server has, and follows when it is changed.
  await friend.page.getByRole("button", { name: /^You: Ben Okri/ }).click();
  await friend.page.getByLabel("Your name").fill("Benedict");
  await friend.press("Enter");
  await owner.page
    .getByRole("list", { name: "People here" })
    .getByRole("button", { name: "Follow Benedict" })
    .waitFor();
  const list = owner.page.getByRole("dialog", { name: "Share" });
  await until("the server knows the new name", async () => {
    await owner.press("Escape");
    await openShare(owner);
    return (await list.innerText()).includes("Benedict");
  });
  // Whoever has been let in opens the link again without a question.
  await friend.page.goto(link);
  await friend.ready();
  expect(friend.page.url()).toBe(owner.page.url());
});

test("a reader reads, is told so, and cannot type; as an editor they can; and as a reader again they cannot", async () => {
  const owner = await ownerWith("Read me");
  await openShare(owner);
  const reader = await comeIn(await makeLink(owner, "viewer"), "Rita");
  await reader.shows("Read me");
  await until("the bar says so", async () => (await bar(reader).innerText()) === "You can only read this");
  expect(await reader.editor.getAttribute("contenteditable")).toBe("false");
  await reader.editor.click();
  await reader.type("lost?");
  const role = owner.page.getByLabel("What Rita may do");
  await role.selectOption("editor");
  await until("Rita may write", async () => (await reader.editor.getAttribute("contenteditable")) === "true");
  await reader.toEnd();
  await reader.type(" more\n");
  await reader.saved();
  await owner.shows("Read me more");
  expect(await reader.lineHints()).toEqual(["Write, or press / for lists, tables and more"]);
  await role.selectOption("viewer");
  await until("Rita may not", async () => (await reader.editor.getAttribute("contenteditable")) === "false");
  await until("the bar says so", async () => (await bar(reader).innerText()) === "You can only read this");
  await reader.editor.click();
  expect(await reader.lineHints()).toEqual([]);
  expect(await reader.text()).toBe("Read me more\n");
  expect(await owner.text()).toBe("Read me more\n");
  await reader.page.getByRole("button", { name: "Share" }).click();
  await says(reader, "Only the document’s owner can let others in.");
});

test("whoever opens the words about saving is told who wrote last, and when: a friend, oneself, and of the server’s owner only when", async () => {
  const owner = await ownerWith("Minutes");
  const told = async (window: Window, words: string): Promise<void> => {
    await window.page.locator("button.saved").click();
    const panel = window.page.getByRole("dialog", { name: "Saving" });
    await panel.getByText(words, { exact: true }).waitFor();
    expect(await violations(window)).toEqual([]);
    await window.press("Escape");
    await panel.waitFor({ state: "hidden" });
  };
  await told(owner, "Last change just now.");
  await openShare(owner);
  const [toWrite, toRead] = [await makeLink(owner, "editor"), await makeLink(owner, "viewer")];
  await owner.press("Escape");
  const rita = await comeIn(toRead, "Rita");
  await told(rita, "Last change just now.");
  const gus = await comeIn(toWrite, "Gus");
  await gus.toEnd();
  await gus.type(" of today");
  await gus.saved();
  await told(gus, "Last change by you, just now.");
  await told(owner, "Last change by Gus, just now.");
  await told(rita, "Last change by Gus, just now.");
  // Later, and while the server is not to be had, which says nothing of it.
  await owner.page.clock.install({ time: Date.now() + 5 * 60_000 });
  await told(owner, "Last change by Gus, 5 minutes ago.");
  await owner.page.route("**/last-change", (route) => route.abort());
  await owner.page.locator("button.saved").click();
  await owner.page.getByText("Everything you wrote is on the server’s disk.").waitFor();
  expect(await owner.page.getByText("Last change").count()).toBe(0);
});

test("a link revoked while its guest types: told in place at once, the text stays and can be copied, nothing is dropped", async () => {
  const owner = await ownerWith("Together");
  await openShare(owner);
  const link = await makeLink(owner, "editor");
  const guest = await comeIn(link, "Gus");
  await guest.toEnd();
  await guest.type(" we");
  await guest.saved();
  await owner.page.getByRole("button", { name: "Revoke link: can edit" }).click();
  const question = owner.page.getByRole("group", { name: "The person who came by it loses access." });
  await question.waitFor();
  const typing = guest.type(" write these words until the very last one of them", 30);
  const began = performance.now();
  await question.getByRole("button", { name: "Revoke" }).click();
  await says(guest, "You no longer have access to this document.");
  const millis = performance.now() - began;
  console.log(`told in place ${Math.round(millis)} ms after the link was revoked`);
  expect(millis).toBeLessThan(5_000);
  await typing;
  expect(await guest.editor.getAttribute("contenteditable")).toBe("false");
  const [seen, held] = [await guest.text(), await owner.text()];
  // What the owner does not have is still in front of its author.
  expect(seen.startsWith(held)).toBe(true);
  await guest.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await guest.page.getByRole("button", { name: "Copy the page’s text" }).first().click();
  await until(
    "the text is on the clipboard",
    async () => (await guest.page.evaluate(() => navigator.clipboard.readText())) === seen,
  );

  await guest.page.goto(link);
  await guest.page.getByRole("heading", { name: "This link does not work" }).waitFor();
  // Let in again, the words that were never sent go where they belong.
  await guest.page.goto(await makeLink(owner, "editor"));
  await guest.ready();
  await guest.saved();
  await owner.shows(seen);
});

test("removed from a document: no longer there for them, not even as a name, and the others stay", async () => {
  const owner = await ownerWith("Ours");
  await openShare(owner);
  const link = await makeLink(owner, "editor");
  const [ann, bob] = [await comeIn(link, "Ann"), await comeIn(link, "Bob")];
  await owner.page.getByLabel("What Ann may do").selectOption("remove");
  await owner.page.getByRole("group", { name: "Remove Ann?" }).getByRole("button", { name: "Remove" }).click();
  await until("the bar says so", async () => (await bar(ann).innerText()) === "No longer shared");
  expect(await ann.text()).toBe("Ours");
  await bob.toEnd();
  await bob.type(" still");
  await owner.shows("Ours still");
  expect(await owner.page.getByLabel("What Ann may do").count()).toBe(0);
  // The same page as for a document that does not exist.
  const elsewhere = await ann.openTab(`${server.url}/d/nobody-wrote-this`);
  await elsewhere.page.getByRole("heading", { name: "There is nothing here that you may open" }).waitFor();
  await elsewhere.page.getByRole("link", { name: "New document" }).click();
  await elsewhere.ready();
  // A document of one's own.
  await elsewhere.type("Mine");
  await elsewhere.saved();
});

test("a link that is wrong, incomplete or too old: one sentence and what to do", async () => {
  const stranger = await visit(`${server.url}/join#wrong`);
  await stranger.page.getByRole("heading", { name: "This link does not work" }).waitFor();
  expect(stranger.page.url()).toBe(`${server.url}/join`);
  await stranger.page.goto("about:blank");
  await stranger.page.goto(`${server.url}/join`);
  await stranger.page.getByRole("heading", { name: "This link is not complete" }).waitFor();
  const owner = await ownerWith("Soon over");
  await openShare(owner);
  const [today, ever] = [await makeLink(owner, "editor", "1"), await makeLink(owner, "editor")];
  await says(owner, "1 more day");
  server.letPass(2 * DAY_MILLIS);
  // In the same tab only what stands after the # is another.
  await stranger.page.goto(today);
  await stranger.page.getByRole("heading", { name: "This link does not work" }).waitFor();
  await stranger.page.goto(ever);
  await stranger.page.getByRole("heading", { name: "You are invited to write" }).waitFor();
  await stranger.page.getByLabel("Your name").fill(" ");
  await stranger.press("Enter");
  await says(stranger, "A name is needed");
});

test("without a session the page says what is needed, and comes to life in every tab when one is let in", async () => {
  const stranger = await visit(server.url, PHONE);
  await stranger.page.getByRole("heading", { name: "You need an invite link" }).waitFor();
  const owner = await ownerWith("Behind the door");
  await openShare(owner);
  const link = await makeLink(owner, "editor");
  const closed = await stranger.openTab(owner.page.url());
  await closed.page.getByRole("heading", { name: "You need an invite link" }).waitFor();
  const door = await stranger.openTab(link);
  await door.page.getByLabel("Your name").fill("Sam");
  await door.page.getByRole("button", { name: "Start writing" }).click();
  await door.ready();
  await closed.shows("Behind the door");
  // The fresh document of the first tab is theirs now.
  await stranger.ready();
  await stranger.toEnd();
  await stranger.type("My own");
  await stranger.saved();
});

/** A guest, on a socket that can be cut: then nothing reaches the server, nor does a question why. */
async function cuttable(link: string, name: string) {
  const guest = await visit("about:blank");
  let isCut = false;
  let end = (): void => {};
  await guest.page.routeWebSocket(/\/sync$/, (socket) => {
    if (isCut) return void socket.close();
    const upstream = socket.connectToServer();
    end = () => {
      void upstream.close();
      void socket.close();
    };
  });
  await guest.page.goto(link);
  await guest.page.getByLabel("Your name").fill(name);
  await guest.press("Enter");
  await guest.ready();
  await guest.toEnd();
  return {
    guest,
    async cut(): Promise<void> {
      isCut = true;
      await guest.page.route(/\/sync$/, (route) => route.abort());
      end();
    },
    async mend(): Promise<void> {
      isCut = false;
      await guest.page.unroute(/\/sync$/);
    },
  };
}

test("the cookie is lost while words wait: the page is known again by its key, and they are saved as the same person's", async () => {
  const owner = await ownerWith("Kept");
  await openShare(owner);
  const link = await makeLink(owner, "editor");
  const { guest, cut, mend } = await cuttable(link, "Kim");
  await cut();
  await guest.type(" my");
  await until("the device has it", () => guest.keepsAll(), 30_000);
  await guest.page.context().clearCookies();
  await mend();
  await guest.saved(60_000);
  await owner.shows("Kept my");
  // The same when the page itself is gone meanwhile.
  await cut();
  await guest.type(" words");
  await until("the device has them", () => guest.keepsAll(), 30_000);
  await guest.page.context().clearCookies();
  await mend();
  await guest.page.reload();
  await guest.saved(60_000);
  await owner.shows("Kept my words");
  // And at the door nobody is asked for a name twice.
  await guest.page.context().clearCookies();
  await guest.page.goto(link);
  await guest.ready();
  await guest.page.getByRole("button", { name: /^You: Kim/ }).waitFor();
  const list = owner.page.getByRole("dialog", { name: "Share" });
  await owner.press("Escape");
  await openShare(owner);
  expect(await list.getByLabel(/^What .* may do$/).count()).toBe(1);
  expect(await list.innerText()).toContain("Kim");
});

test("who signed out while words wait: the page says that this device keeps them, and they are there again after a reload and at the next visit", async () => {
  const owner = await ownerWith("Kept");
  await openShare(owner);
  const link = await makeLink(owner, "editor");
  const { guest, cut, mend } = await cuttable(link, "Kim");
  await cut();
  await guest.type(" my words");
  await until("the device has them", () => guest.keepsAll(), 30_000);
  expect(await guest.page.evaluate(async () => (await fetch("/api/session", { method: "DELETE" })).status)).toBe(204);
  await mend();
  await says(guest, "You are not signed in here", 40_000);
  await says(guest, "kept on this device");
  await guest.page.reload();
  await guest.shows("Kept my words");
  await guest.page.goto(link);
  await guest.page.getByLabel("Your name").fill("Kim");
  await guest.press("Enter");
  await guest.ready();
  await guest.shows("Kept my words");
});

test("a new document does not wait for the server: words typed before it is claimed are kept, and sent when it is", async () => {
  const owner = await comeIn(server.ownerLink, "Olga");
  await owner.page.route("**/api/documents", (route) => route.abort());
  await owner.page.goto(server.url);
  await owner.editor.waitFor();
  await owner.type("Unclaimed");
  await until("the page says they are kept", () => owner.keepsAll(), 30_000);
  await owner.page.reload();
  await owner.shows("Unclaimed");
  await owner.toEnd();
  await owner.type(" still");
  await owner.page.unroute("**/api/documents");
  await owner.saved(40_000);
  await owner.page.reload();
  await owner.ready();
  expect(await owner.text()).toBe("Unclaimed still");
});

test("at the door while the server is away: the page says so, keeps the invitation and goes on by itself", async () => {
  const guest = await visit("about:blank");
  // One route throughout: what a browser asks while one is put up or taken down may pass.
  let isAway = true;
  await guest.page.route("**/api/**", (route) => (isAway ? route.abort() : route.continue()));
  await guest.page.goto(`${server.url}/join#${server.inviteKey}`);
  await guest.page.getByRole("heading", { name: "The server does not answer" }).waitFor();
  await guest.page.reload();
  await guest.page.getByRole("heading", { name: "The server does not answer" }).waitFor();
  isAway = false;
  await guest.page.getByLabel("Your name").fill("Gil");
  isAway = true;
  await guest.press("Enter");
  await guest.page.getByRole("alert").getByText("The server does not answer.").waitFor();
  isAway = false;
  await guest.press("Enter");
  await guest.ready();
  await guest.page.getByRole("button", { name: /^You: Gil/ }).waitFor();
});

test("on loopback the panel says how to let others in, and nothing else", async () => {
  const local = await ServerProcess.start();
  const window = await visit(local.url);
  await window.ready();
  await window.page.getByRole("button", { name: "Share" }).click();
  await says(window, "npm start -- --share");
  expect(await window.page.getByRole("dialog", { name: "Share" }).getByRole("button").count()).toBe(0);
  await window.page.goto("about:blank");
  await local.end();
});

// A size and a theme have nothing to do with each other.
for (const [size, options, colorScheme] of [
  ["wide", { viewport: { width: 1280, height: 800 } }, "light"],
  ["narrow", PHONE, "dark"],
] as const) {
  test(`axe finds nothing at the door, before a closed one, and in the share panel: ${size} and ${colorScheme}`, async () => {
    const look: WindowOptions = { ...options, colorScheme, reducedMotion: "reduce" };
    const fits = ({ page }: Window): Promise<boolean> =>
      page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    const stranger = await visit(server.url, look);
    await stranger.page.getByRole("heading", { name: "You need an invite link" }).waitFor();
    expect(await violations(stranger)).toEqual([]);
    const owner = await visit(server.ownerLink, look);
    await owner.page.getByLabel("Your name").waitFor();
    expect(await violations(owner)).toEqual([]);
    expect(await fits(owner)).toBe(true);
    await owner.page.getByLabel("Your name").fill("Olga");
    await owner.press("Enter");
    await owner.ready();
    await owner.type("Plan");
    await openShare(owner);
    const guest = await comeIn(
      await makeLink(owner, "editor"),
      "A guest with quite a long name to put somewhere",
      look,
    );
    await guest.saved();
    await says(owner, "1 person came");
    expect(await violations(owner)).toEqual([]);
    await owner.page.getByRole("button", { name: "Revoke link: can edit" }).first().click();
    await owner.page.getByRole("button", { name: "Cancel" }).waitFor();
    expect(await violations(owner)).toEqual([]);
    const panel = owner.page.getByRole("dialog", { name: "Share" });
    expect(await panel.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    expect(await fits(owner)).toBe(true);
  });
}
