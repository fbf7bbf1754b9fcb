import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview, type PreviewServer } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Window } from "../support/browser.ts";
import { ServerProcess } from "../support/server-process.ts";
import { handshake } from "../support/handshake.ts";
import { keyOf } from "../support/shared-server.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

/** The first byte of a batch frame. */
const BATCH = 3;

/** The application from `examples/codemirror`, built, and served as its authors would: from an origin of its own. */
let app: PreviewServer;
let origin: string;
const outDir = mkdtempSync(join(tmpdir(), "sheaf-example-"));

beforeAll(async () => {
  const its = {
    root: join(import.meta.dirname, "../examples/codemirror"),
    logLevel: "warn",
    build: { outDir, emptyOutDir: true },
  } as const;
  await build(its);
  app = await preview({ ...its, preview: { host: "127.0.0.1", port: 0 } });
  origin = new URL(app.resolvedUrls!.local[0]!).origin;
});
afterAll(async () => {
  await app.close();
  rmSync(outDir, { recursive: true });
});
const stage = setStage({ env: () => ({ APP_ORIGINS: origin }) });

const open = async (server: ServerProcess, document: string, name: string, token?: string): Promise<Window> => {
  const address = new URLSearchParams({ server: `ws://localhost:${server.port}/y`, document, name });
  if (token !== undefined) address.set("token", token);
  return stage.visit(`${origin}/?${address}`);
};

/** Without the carets of others, and the names at them. */
const linesOf = ({ page }: Window): Promise<string[]> =>
  page.locator(".cm-content").evaluate((content) => {
    const copy = content.cloneNode(true) as HTMLElement;
    for (const caret of copy.querySelectorAll(".cm-ySelectionCaret")) caret.remove();
    return [...copy.children].map((line) => line.textContent);
  });
const isConnected = async ({ page }: Window): Promise<boolean> =>
  (await page.locator("#status").textContent()) === "connected";

async function connected(window: Window): Promise<Window> {
  await until("the example is connected", () => isConnected(window));
  await window.page.locator(".cm-content").click();
  return window;
}

async function shows(line: string, ...windows: readonly Window[]): Promise<void> {
  for (const window of windows) await until(`"${line}" is shown`, async () => (await linesOf(window)).includes(line));
}

test("two people write in the example, which belongs to another application: the Sheaf page reads along and writes nothing", async () => {
  const document = stage.newDocument();
  const ana = await connected(await open(stage.server, document, "Ana"));
  await ana.type("from Ana\n");
  const ben = await connected(await open(stage.server, document, "Ben"));
  await shows("from Ana", ben);
  await ben.press("Control+End");
  await ben.type("from Ben\n");
  await shows("from Ben", ana);
  await ana.page.locator(".cm-ySelectionInfo", { hasText: "Ben" }).waitFor({ state: "attached" });

  const sheaf = await stage.visit("about:blank");
  const sent: number[] = [];
  sheaf.page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => void (typeof payload !== "string" && sent.push(payload[0]!))),
  );
  await sheaf.page.goto(`http://localhost:${stage.server.port}/d/${document}`);
  await sheaf.page.getByText("Another application made this document.").waitFor();
  const words = sheaf.page.locator(".foreign-text");
  await words.click();
  await sheaf.type("not written");

  await ana.page.close();
  await ben.type("and on");
  await until("Sheaf reads along", async () => (await words.textContent()) === "from Ana\nfrom Ben\nand on");
  const again = await open(stage.server, document, "Ana");
  await shows("and on", again);
  expect(await linesOf(again)).toEqual(["from Ana", "from Ben", "and on"]);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent).not.toContain(BATCH);
});

test("on a shared server a room token lets the example in, and nothing else does", async () => {
  const server = await ServerProcess.start({ isShared: true, env: { APP_ORIGINS: origin } });
  try {
    const owner = await Visitor.join(server.url, keyOf(/http\S+\/join#\S+/.exec(server.greeting)![0]), "Olga");
    const { token } =
      (await owner.ask("POST", "/api/documents", { document: "plans" })) &&
      (await owner.ask("POST", "/api/documents/plans/tokens", {})).body;
    const ana = await connected(await open(server, "plans", "Ana", token));
    await ana.type("with a token");
    const nobody = await open(server, "plans", "Nobody");
    const ben = await connected(await open(server, "plans", "Ben", token));
    await shows("with a token", ben);
    expect(await isConnected(nobody)).toBe(false);
    expect(await handshake(server.url, "/sync", { origin, cookie: owner.cookie! })).toBe(403);
    expect((await owner.ask("GET", "/api/me", undefined, { origin })).status).toBe(403);
    await stage.closeWindows();
  } finally {
    await server.end();
  }
});
