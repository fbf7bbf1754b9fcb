import type { Browser, Locator, WebSocketRoute } from "playwright-core";
import { SCHEMA_VERSION } from "@sheaf/editor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { launchBrowser, Window, type WindowOptions } from "../support/browser.ts";
import type { OwnClient } from "../support/own-client.ts";
import { SharedServer } from "../support/shared-server.ts";
import { until } from "../support/until.ts";
import type { Visitor } from "../support/visitor.ts";

const DOCUMENT = "talked-about";
const KEYS = "Control+Alt+Shift+c";

let server: SharedServer;
let browser: Browser;
let owner: Visitor;
let client: OwnClient;
let ana: Window;
let ben: Window;
const windows: Window[] = [];
const sockets: WebSocketRoute[] = [];
let isCut = false;

/** Somebody who was let in, with a name of their own. */
async function comeIn(
  name: string,
  role: "viewer" | "editor",
  options: WindowOptions = {},
): Promise<[Window, Visitor]> {
  const visitor = await server.guest(owner, DOCUMENT, role, name);
  const [key, value] = visitor.cookie!.split("=") as [string, string];
  // A name that fades is hard to read for a moment.
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  await context.addCookies([{ name: key, value, url: server.url }]);
  await context.addInitScript((mine) => {
    localStorage.setItem("sheaf:name", mine);
    localStorage.setItem("sheaf:announcements", "on");
  }, name);
  if (name === "Ana") {
    await context.routeWebSocket(/./, (socket) => {
      if (isCut) return void socket.close();
      sockets.push(socket);
      socket.connectToServer();
    });
  }
  const window = await Window.openIn(context, `${server.url}/d/${DOCUMENT}`);
  windows.push(window);
  return [await window.ready(), visitor];
}

const panel = ({ page }: Window): Locator => page.getByRole("complementary", { name: "Chat" });
const button = ({ page }: Window): Locator => page.getByRole("button", { name: /^Chat/ });
const field = (window: Window): Locator => panel(window).getByRole("textbox", { name: "Message" });
const messages = (window: Window): Promise<string[]> =>
  panel(window).locator(".chat-message > [dir]").allTextContents();
const hears = (window: Window, words: string): Promise<unknown> =>
  until(`the chat says "${words}"`, async () => (await messages(window)).includes(words));
const isNew = (window: Window, count: number): Promise<unknown> =>
  until(`${count} are new`, async () => {
    const label = await button(window).getAttribute("aria-label");
    return label === (count === 0 ? "Chat" : count === 1 ? "Chat: 1 new message" : `Chat: ${count} new messages`);
  });

async function say(window: Window, words: string): Promise<void> {
  await field(window).fill(words);
  await window.press("Enter");
}

beforeAll(async () => {
  browser = await launchBrowser();
  server = await SharedServer.start();
  owner = await server.owner();
  await owner.ask("POST", "/api/documents", { document: DOCUMENT });
  client = await owner.open(DOCUMENT, SCHEMA_VERSION).synced();
  [[ana], [ben]] = await Promise.all([comeIn("Ana", "editor"), comeIn("Ben Öz", "editor", { colorScheme: "dark" })]);
  await ana.toEnd();
  await ana.type("The plan");
  await ana.page.getByRole("button", { name: "Follow Ben Öz" }).waitFor();
});
afterAll(async () => {
  for (const window of windows) await window.close();
  client?.close();
  await browser?.close();
  await server?.stop();
});

describe("the chat of a document", () => {
  test("two people talk beside the text: Enter sends, Shift+Enter begins a line, and no key of it goes into the text", async () => {
    await ana.press(KEYS);
    await ana.type("Is it ready?");
    await ana.press("Shift+Enter");
    await ana.type("See https://example.org/plan. <b>");
    await ana.press("Enter");
    await hears(ana, "Is it ready?\nSee https://example.org/plan. <b>");
    expect(await field(ana).inputValue()).toBe("");
    await isNew(ben, 1);
    await ben.press("Control+p");
    await ben.type("chat");
    await ben.page.getByRole("option", { name: /^Chat/ }).waitFor();
    await ben.press("Enter");
    await hears(ben, "Is it ready?\nSee https://example.org/plan. <b>");
    expect(await panel(ben).getByRole("link").getAttribute("href")).toBe("https://example.org/plan");
    await isNew(ben, 0);
    await ben.type("Nearly");
    await ben.press("Enter");
    await hears(ana, "Nearly");
    expect(await violations(ana)).toEqual([]);
    await ana.press("Escape");
    await ana.type(", written");
    await ben.shows("The plan, written");
    expect(await ana.text()).toBe("The plan, written");
    await ana.press("Control+z");
    await ben.shows("The plan");
    expect(await messages(ana), "undo is the text's").toHaveLength(2);
    expect(await ana.page.title()).toBe("The plan · Sheaf");
  });

  test("an at sign offers who is here; whoever is meant and has the chat closed is told once, and what is new is counted until it is read, in every tab", async () => {
    await panel(ben).getByRole("button", { name: "Close" }).click();
    await field(ana).click();
    await ana.type("ask @ben");
    await panel(ana).getByRole("option", { name: "Ben Öz" }).waitFor();
    expect(await violations(ana)).toEqual([]);
    await ana.press("Enter");
    await ana.type("if it is printed");
    await ana.press("Enter");
    await hears(ana, "ask @Ben Öz if it is printed");
    await ben.page.getByText("Ana mentions you in the chat: “ask @Ben Öz if it is printed”").waitFor();
    await isNew(ben, 1);
    const tab = await ben.openTab(ben.page.url());
    await tab.ready();
    await isNew(tab, 1);
    expect(await tab.page.getByText("mentions you").count()).toBe(0);
    const said = ben.page.locator("[data-announcement]");
    await until(
      "screen readers hear it",
      async () => (await said.textContent())?.includes("Ana wrote in the chat.") === true,
    );
    await button(tab).click();
    await until("it is marked", async () => (await panel(tab).locator("[data-me]").textContent()) === "@Ben Öz");
    for (const window of [tab, ben]) await isNew(window, 0);
    await tab.page.reload();
    await tab.ready();
    await button(tab).waitFor();
    await isNew(tab, 0);
    await tab.page.close();
  });

  test("its keys lead from the text to the field and back; what is half written stays, and one goes on following somebody", async () => {
    await ana.editor.focus();
    await ana.press(KEYS);
    await ana.type("half a tho");
    await ana.press(KEYS);
    await panel(ana).waitFor({ state: "hidden" });
    expect(await ana.editor.evaluate((editor) => editor === document.activeElement)).toBe(true);
    await ana.page.getByRole("button", { name: "Follow Ben Öz" }).first().click();
    await ana.page.getByText("Following Ben Öz").waitFor();
    await button(ana).click();
    await ana.type("ught");
    expect(await field(ana).inputValue()).toBe("half a thought");
    expect(await ana.page.getByText("Following Ben Öz").count()).toBe(1);
    await ana.press("Escape");
    await ana.type(" ");
    await ana.page.getByText("Following Ben Öz").waitFor({ state: "detached" });
    await ana.press("Backspace");
  });

  test("one takes back what one said at this visit, and nothing of others", async () => {
    await ben.press(KEYS);
    await say(ben, "Oops");
    await hears(ana, "Oops");
    await say(ana, "Never mind");
    await hears(ben, "Never mind");
    const before = await messages(ana);
    expect(await panel(ana).locator(".chat-message", { hasText: "Oops" }).getByRole("button").count()).toBe(0);
    const oops = panel(ben).locator(".chat-message", { hasText: "Oops" });
    await oops.hover();
    await oops.getByRole("button", { name: "Delete your message" }).click();
    for (const window of [ana, ben])
      await until("it is gone for all", async () => !(await messages(window)).includes("Oops"));
    expect(await messages(ana)).toEqual(before.filter((words) => words !== "Oops"));
  });

  test("offline a message shows at once, says that it is not sent, and is sent later", async () => {
    isCut = true;
    for (const socket of sockets.splice(0)) await socket.close();
    await until("ana is cut off", async () => (await ana.status()) === "offline");
    await say(ana, "From the train");
    await hears(ana, "From the train");
    await panel(ana).getByText("Not sent yet").waitFor();
    expect(await panel(ana).getByText("Not sent yet").count()).toBe(1);
    expect(await messages(ben)).not.toContain("From the train");
    isCut = false;
    await ana.page.evaluate(() => dispatchEvent(new Event("online")));
    await hears(ben, "From the train");
    await panel(ana).getByText("Not sent yet").waitFor({ state: "detached" });
  });

  test("anything written into the list is left out or shown as plain words; who reads above stays there", async () => {
    const before = (await messages(ana)).length;
    const by = { name: "Zoë", colour: "red" };
    const words = (text: unknown): object => ({ by, at: 1, text });
    const markup = "<img src=x onerror=alert(1)> javascript:alert(1)";
    const lines = Array.from({ length: 40 }, (_, index) => words(`line ${index}`));
    client.doc
      .getArray("chat")
      .push([null, 7, "words", [], words(7), { ...words("no"), at: 1e300 }, words(markup), ...lines]);
    await hears(ana, "line 39");
    expect(await messages(ana)).toHaveLength(before + 1 + 40);
    expect(await panel(ana).getByRole("log").locator("img, a[href^=javascript]").count()).toBe(0);
    await panel(ana)
      .getByRole("log")
      .evaluate((log) => log.scrollTo({ top: 0 }));
    client.doc.getArray("chat").push([words("one more"), words("and another")]);
    await panel(ana).getByRole("button", { name: "2 new messages" }).click();
    await isNew(ana, 0);
    expect(await panel(ana).getByText("and another").isVisible()).toBe(true);
    expect(await ana.text()).toBe("The plan");
  });

  test("a viewer reads it, on a phone in a sheet from below, and can write in it neither here nor by other means", async () => {
    const [vera, visitor] = await comeIn("Vera", "viewer", {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark",
    });
    await button(vera).click();
    await hears(vera, "and another");
    await panel(vera).getByText("You can read this chat.").waitFor();
    expect(await field(vera).count()).toBe(0);
    expect(await violations(vera)).toEqual([]);
    const raw = await visitor.open(DOCUMENT, SCHEMA_VERSION).synced();
    raw.doc.getArray("chat").push([{ by: { name: "Vera" }, at: 1, text: "Let me in" }]);
    await until("it is refused", () => raw.provider.state.refused.length > 0);
    raw.close();
    await say(ben, "Good night");
    await hears(vera, "Good night");
    expect(await messages(vera)).not.toContain("Let me in");
  });
});
