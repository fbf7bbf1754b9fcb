import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { launchBrowser, Window, type WindowOptions } from "./browser.ts";
import { ServerProcess } from "./server-process.ts";

/** A server and a browser for the scenarios of one file. */
export interface Stage {
  /** May be replaced by a scenario that restarts it. */
  server: ServerProcess;
  readonly browser: Browser;
  /** A name no other scenario uses. */
  newDocument(): string;
  /** Opens a window on a document, ready and with the caret at its end. It is closed, and checked, after the scenario. */
  open(document: string, options?: WindowOptions & { readonly from?: Browser }): Promise<Window>;
  /** Has a window that was opened otherwise closed and checked, too. */
  keep(window: Window): Window;
  /** Closes the windows now. */
  closeWindows(): Promise<void>;
}

/** Sets the stage with the hooks of the calling file. */
export function setStage(): Stage {
  let server: ServerProcess;
  let browser: Browser;
  let documents = 0;
  const windows: Window[] = [];
  const stage: Stage = {
    get server() {
      return server;
    },
    set server(next) {
      server = next;
    },
    get browser() {
      return browser;
    },
    newDocument: () => `document-${++documents}`,
    async open(document, { from = browser, ...options } = {}) {
      const window = stage.keep(await Window.open(from, `http://localhost:${server.port}/d/${document}`, options));
      await window.ready();
      await window.toEnd();
      return window;
    },
    keep(window) {
      windows.push(window);
      return window;
    },
    async closeWindows() {
      for (const window of windows.splice(0)) await window.close();
    },
  };
  beforeAll(async () => {
    // First what can be missing: hooks after one that failed do not end what it began.
    browser = await launchBrowser();
    server = await ServerProcess.start();
  });
  afterEach(() => stage.closeWindows());
  afterAll(async () => {
    await browser.close();
    await server.end();
  });
  return stage;
}
