import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Route } from "playwright-core";
import { DOCUMENT, SCHEMA_VERSION } from "@sheaf/editor";
import { element } from "@sheaf/editor/testing";
import { violations } from "../support/axe.ts";
import { carry } from "../support/carry.ts";
import { filesIn } from "../support/files-in.ts";
import type { Window } from "../support/browser.ts";
import { hashOf, makePng } from "../support/picture.ts";
import { ServerProcess } from "../support/server-process.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

const stage = setStage();
const { newDocument, open } = stage;

const png = (tint: number, width = 300, height = 200): readonly [Uint8Array, string] => [
  makePng(width, height, tint),
  "image/png",
];

/** The blocks in short: words, and pictures by the first letters of their hashes. */
const blocks = (window: Window): Promise<string[]> =>
  window.editor.evaluate((editor) =>
    [...editor.children]
      .filter((block) => !block.classList.contains("ProseMirror-widget"))
      .map((block) => {
        const copy = block.cloneNode(true) as HTMLElement;
        for (const widget of copy.querySelectorAll(".ProseMirror-widget")) widget.remove();
        return copy.classList.contains("picture") ? `[${copy.dataset["blob"]?.slice(0, 6)}]` : copy.textContent;
      }),
  );

const named = (tint: number, width = 300, height = 200): string =>
  `[${hashOf(makePng(width, height, tint)).slice(0, 6)}]`;

async function shows(window: Window, ...wanted: readonly string[]): Promise<void> {
  let found: string[] = [];
  await until(wanted.join(" | "), async () => {
    found = await blocks(window);
    return JSON.stringify(found) === JSON.stringify(wanted);
  }).catch(() => expect(found).toEqual(wanted));
}

/** Has uploads wait until they are let through, in whatever order. */
async function holdUploads(window: Window): Promise<readonly Route[]> {
  const held: Route[] = [];
  await window.page.route("**/blobs", (route) => void held.push(route));
  return held;
}

/** The last request that sends this picture: they are made in any order, as each is read. */
const sending = (held: readonly Route[], [bytes]: readonly [Uint8Array, string]): Route =>
  held.findLast((route) => route.request().postDataBuffer()?.equals(bytes) === true)!;

const uploads = (window: Window) => window.editor.locator(".upload");
const loaded = (window: Window): Promise<number[]> =>
  window.editor
    .locator(".picture img")
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));

test("a pasted picture is there for both, is taken back by one undo, and comes again by redo; a dropped one goes where it fell", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title");
  await ana.press("Enter");
  await ana.type("first");
  await ana.press("Enter");
  await ana.type("second");
  const ben = await open(document);
  await carry(ana, "paste", { files: [png(1)] });
  // Behind the last block there is a line to write on.
  await shows(ana, "Title", "first", "second", named(1), "");
  await shows(ben, "Title", "first", "second", named(1), "");
  await until("both see it", async () => (await loaded(ana))[0] === 300 && (await loaded(ben))[0] === 300);
  await ana.type(", typed on");
  await ana.press("Control+z");
  await ana.press("Control+z");
  await shows(ben, "Title", "first", "second");
  await ana.press("Control+Shift+z");
  await shows(ben, "Title", "first", "second", named(1), "");
  await carry(ana, { dropOn: "first" }, { files: [png(2)] });
  await shows(ben, "Title", "first", named(2), "second", named(1), "");
  await ana.editor
    .locator(".picture")
    .nth(1)
    .dragTo(ana.editor.locator("> *", { hasText: "first" }), {
      targetPosition: { x: 40, y: 8 },
    });
  await shows(ben, "Title", "first", named(1), named(2), "second", "");
  await ana.saved();
  expect(await ana.editor.locator(".picture img").first().getAttribute("width")).toBe("300");
});

test("two on their way keep their order and their place while another person writes above and takes what was beside them; one is cancelled, one fails and is tried again", async () => {
  const document = newDocument();
  const ana = await open(document);
  for (const line of ["Title", "above", "beside", "below"]) {
    await ana.type(line);
    if (line !== "below") await ana.press("Enter");
  }
  await ana.saved();
  const ben = await open(document);
  await ben.shows("below");
  await ana.press("ArrowUp");
  const held = await holdUploads(ana);
  await carry(ana, "paste", { files: [png(3), png(4), png(5)] });
  await until("all are on their way", () => held.length === 3);
  expect(await uploads(ana).count()).toBe(3);
  expect(await violations(ana)).toEqual([]);
  expect(await uploads(ben).count(), "nobody else sees them yet").toBe(0);

  await ben.press("Control+Home");
  await ben.press("ArrowDown");
  await ben.type("more ");
  await ben.press("ArrowDown");
  await ben.press("Control+Shift+Backspace");
  await until("her page has it", async () => (await blocks(ana)).includes("more above"));
  await until("and lost the block", async () => !(await blocks(ana)).includes("beside"));

  await uploads(ana).nth(1).getByRole("button", { name: "Cancel" }).click();
  expect(await uploads(ana).count()).toBe(2);
  // The later one first.
  await sending(held, png(5)).continue();
  await shows(ben, "Title", "more above", named(5), "below");
  await sending(held, png(3)).fulfill({
    status: 507,
    json: { code: "disk-full", reason: "The server’s disk is full." },
  });
  const failed = uploads(ana).filter({ hasText: "The server’s disk is full." });
  await failed.getByRole("button", { name: "Retry" }).click();
  await until("it is sent again", () => held.length === 4);
  await sending(held, png(3)).continue();
  await shows(ben, "Title", "more above", named(3), named(5), "below");
  await shows(ana, "Title", "more above", named(3), named(5), "below");
  expect(await uploads(ana).count()).toBe(0);
});

test("what the server refuses says why and can be removed; without a connection a picture waits, the browser asks before it closes the page, and it goes when the connection is back", async () => {
  const document = newDocument();
  const ana = await open(document);
  await ana.type("Title");
  await ana.press("Enter");
  await ana.type("words");
  const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  await carry(ana, "paste", { files: [[svg, "image/svg+xml"]] });
  const refused = uploads(ana).filter({ hasText: /Only PNG, JPEG, GIF, WebP and AVIF/ });
  await refused.waitFor();
  expect(await refused.getByRole("button", { name: "Retry" }).count(), "it would be refused again").toBe(0);
  await refused.getByRole("button", { name: "Remove" }).click();
  expect(await blocks(ana)).toEqual(["Title", "words"]);

  await ana.saved();
  await stage.server.end();
  await until("the page knows", async () => (await ana.status()) === "offline", 20_000);
  await carry(ana, "paste", { files: [png(6)] });
  await uploads(ana).filter({ hasText: "Waiting for the server" }).waitFor();
  const asked = ana.page.waitForEvent("dialog");
  await ana.page.evaluate(() => setTimeout(() => location.reload()));
  await (await asked).dismiss();
  await stage.restart();
  await shows(ana, "Title", "words", named(6), "");
});

test("a selected picture: keys and a handle make it wider and narrower, alt text is given by keyboard, Enter writes below it, and arrows leave it", async () => {
  const document = newDocument();
  const ana = await open(document);
  for (let line = 0; line < 30; line++) {
    await ana.type(`line ${line}`);
    await ana.press("Enter");
  }
  await carry(ana, "paste", { files: [png(7, 600, 200)] });
  const picture = ana.editor.locator(".picture");
  await picture.waitFor();
  await ana.press("ArrowUp");
  await until("it is selected", async () => (await picture.getAttribute("class"))?.includes("selectednode") === true);
  const bar = ana.page.getByRole("toolbar", { name: "Picture" });
  await bar.waitFor();
  const inSight = await bar.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });
  expect(inSight, "on a page that was scrolled").toBe(true);
  expect(await violations(ana)).toEqual([]);

  const share = async (): Promise<number> =>
    picture.evaluate((element) => Math.round((element.getBoundingClientRect().width / 720) * 100));
  expect(await share()).toBe(83);
  await ana.press("-");
  await until("it is narrower", async () => (await share()) === 73);
  await ana.press("+");
  await ana.press("+");
  await until("it is wider", async () => (await share()) === 93);
  await ana.press("Control+z");
  await until("one press was taken back", async () => (await share()) < 93);
  await ana.press("Control+Shift+z");

  await ana.press("Alt+F10");
  // Past what is said below it.
  await ana.press("ArrowRight");
  await ana.press("ArrowRight");
  await ana.press("Enter");
  await until("the toolbar does the same", async () => (await share()) === 83);
  await ana.press("ArrowRight");
  await ana.press("Enter");
  await until("both ways", async () => (await share()) === 93);
  await ana.press("Escape");
  const grip = picture.locator(".picture-handle[data-side=right]");
  const box = (await grip.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await ana.page.mouse.move(x, y);
  await ana.page.mouse.down();
  await ana.page.mouse.move(x - 310, y, { steps: 4 });
  await ana.press("Escape");
  await ana.page.mouse.up();
  expect(await share(), "Escape leaves it").toBe(93);
  await ana.page.mouse.move(x, y);
  await ana.page.mouse.down();
  await ana.page.mouse.move(x - 310, y, { steps: 4 });
  await ana.page.mouse.up();
  await until("it is half as wide", async () => Math.abs((await share()) - 50) <= 1);

  await ana.press("Control+Alt+y");
  await ana.page.getByRole("textbox", { name: "Alt text" }).waitFor();
  await ana.type("A band of colours");
  await ana.press("Enter");
  const ben = await open(document);
  await ben.editor.getByRole("img", { name: "A band of colours" }).waitFor();
  await until("he sees it as wide", async () =>
    ben.editor.locator(".picture").evaluate((element) => Math.abs(element.getBoundingClientRect().width - 360) < 12),
  );

  await ana.press("Enter");
  await ana.type("caption");
  expect((await blocks(ana)).slice(-3)).toEqual([named(7, 600, 200), "caption", ""]);
  await ana.press("Home");
  // At the edge of words it takes two keys to delete a picture.
  await ana.press("Backspace");
  expect(await picture.getAttribute("class")).toContain("selectednode");
  await ana.press("ArrowUp");
  await ana.type("!");
  expect((await blocks(ana)).at(-4)).toMatch(/^line 29!|!$/);
  await ana.press("ArrowDown");
  await ana.press("Delete");
  await until("it is gone", async () => (await picture.count()) === 0);
  await ana.press("Control+z");
  await picture.waitFor();
});

test("copied from one document into another a picture is that one's own, with its alt text; pictures of other sites are left out, and the page says so", async () => {
  const [from, to] = [newDocument(), newDocument()];
  const ana = await open(from);
  await ana.type("Title");
  await carry(ana, "paste", { files: [png(8)] });
  await shows(ana, "Title", named(8), "");
  await ana.press("ArrowDown");
  await ana.press("Control+Alt+y");
  await ana.page.getByRole("textbox", { name: "Alt text" }).waitFor();
  await ana.type("Eight");
  await ana.press("Enter");
  const html = await ana.editor.evaluate((editor) => {
    const data = new DataTransfer();
    editor.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
    return data.getData("text/html");
  });
  expect(html).toContain(`/api/documents/${from}/blobs/`);
  await ana.press("ArrowDown");
  await carry(ana, "paste", { data: { "text/html": html } });
  // In the same document it needs no second sending.
  await shows(ana, "Title", named(8), named(8), "");

  const ben = await open(to);
  await ben.type("Other");
  await carry(ben, "paste", {
    data: { "text/html": `<p>before</p>${html}<p>after <img src="https://example.org/a.png" alt="far away"></p>` },
  });
  await until("his has it", async () => (await blocks(ben)).includes(named(8)));
  expect(await ben.text()).not.toContain("far away");
  expect((await blocks(ben)).filter((block) => block !== "")).toEqual(["Other", "before", named(8), "after "]);
  await ben.page.getByText("A picture from another site was left out.").waitFor();
  await ben.editor.getByRole("img", { name: "Eight" }).waitFor();
  const visitor = stage.owner;
  const hash = hashOf(makePng(300, 200, 8));
  expect((await visitor.ask("GET", `/api/documents/${to}/blobs/${hash}`)).status).toBe(200);
  await ben.saved();

  await visitor.ask("POST", `/api/documents/${from}/trash`, {});
  await visitor.ask("DELETE", `/api/documents/${from}`);
  expect((await visitor.ask("GET", `/api/documents/${to}/blobs/${hash}`)).status).toBe(200);
  await visitor.ask("POST", `/api/documents/${to}/trash`, {});
  await visitor.ask("DELETE", `/api/documents/${to}`);
  expect(filesIn(join(stage.server.dataDir, "blobs")).filter((path) => path.endsWith(hash))).toEqual([]);
});

test("who may only read sees a picture and its description, and nothing to change it with", async () => {
  const server = await ServerProcess.start({ isShared: true });
  try {
    const olga = await Visitor.join(server.url, server.ownerKey, "Olga");
    await olga.ask("POST", "/api/documents", { document: "shown" });
    const bytes = makePng(300, 200, 11);
    expect((await olga.upload("shown", bytes)).status).toBe(201);
    const author = await olga.open("shown", SCHEMA_VERSION).synced();
    author.doc
      .getXmlFragment(DOCUMENT)
      .push([
        element("textBlock", { id: "t" }, ["Title"]),
        element("image", { id: "i", blob: hashOf(bytes), width: 300, height: 200, alt: "Eleven", shown: 40 }),
      ]);
    await until("written", () => author.status === "saved");
    author.close();
    const { body } = await olga.ask("POST", "/api/documents/shown/invites", { role: "viewer" });
    const vera = await stage.visit(`http://127.0.0.1:${server.port}/join#${body.key}`);
    await vera.page.getByRole("textbox", { name: "Your name" }).fill("Vera");
    await vera.press("Enter");
    await vera.ready();
    const picture = vera.editor.locator(".picture");
    await vera.editor.getByRole("img", { name: "Eleven" }).click();
    await until("it is there", async () => (await loaded(vera))[0] === 300);
    await until("as wide as it was made", async () =>
      picture.evaluate((element) => Math.abs(element.getBoundingClientRect().width - 288) < 2),
    );
    expect(await vera.page.getByRole("toolbar", { name: "Picture" }).count()).toBe(0);
    expect(await picture.locator(".picture-handle").first().isVisible()).toBe(false);
    await carry(vera, "paste", { files: [png(12)] });
    await carry(vera, { dropOn: "Title" }, { files: [png(12)] });
    expect(await uploads(vera).count()).toBe(0);
    expect(await blocks(vera)).toEqual(["Title", named(11)]);
    await stage.closeWindows();
  } finally {
    await server.end();
    rmSync(server.dataDir, { recursive: true, force: true });
  }
});

test("a slash offers a picture, chosen from files; one whose file is gone is a box with its alt text, and says no more", async () => {
  const document = newDocument();
  const ana = await open(document);
  // Long before it comes: the browser has to be told not to open a window of its own.
  const chooser = ana.page.waitForEvent("filechooser");
  await ana.type("Title");
  await ana.press("Enter");
  await ana.type("/pict");
  await ana.page.getByRole("option", { name: "Picture" }).waitFor();
  await ana.press("Enter");
  await (await chooser).setFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from(makePng(40, 30, 9)) });
  await shows(ana, "Title", named(9, 40, 30), "");
  await ana.page.route("**/blobs/*", (route) => route.fulfill({ status: 404, json: {} }));
  await ana.page.reload();
  await ana.ready();
  const box = ana.editor.locator(".picture[data-missing]");
  await box.waitFor();
  expect(await box.innerText()).toContain("Picture");
  expect(await blocks(ana)).toEqual(["Title", named(9, 40, 30), ""]);
});
