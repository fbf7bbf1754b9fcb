import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { launchBrowser, Window, type WindowOptions } from "./browser.ts";
import { BEHIND, DeployedProxy, freePort, type ProxyName } from "./deployed-proxy.ts";
import { type ServerOptions, ServerProcess } from "./server-process.ts";
import { Visitor } from "./visitor.ts";

/** A server and a browser for the scenarios of one file. */
export interface Stage {
  readonly server: ServerProcess;
  readonly browser: Browser;
  /** Where people reach the server; the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Its owner, outside a browser. */
  readonly owner: Visitor;
  /** A name no other scenario uses. */
  newDocument(): string;
  addressOf(document: string): string;
  /** Opens a window on a document, ready and with the caret at its end. It is closed, and checked, after the scenario. */
  open(document: string, options?: OpenOptions): Promise<Window>;
  /** Opens a window anywhere, and waits for nothing; else the same. */
  visit(url: string, options?: OpenOptions): Promise<Window>;
  /** Has windows of this profile be the owner's, as those of the stage's own browser are. */
  signIn(context: BrowserContext): Promise<void>;
  /** Closes the windows now. */
  closeWindows(): Promise<void>;
  /** Starts the server, which has ended, on the same folder and port. */
  restart(): Promise<void>;
}

export type OpenOptions = WindowOptions & { readonly from?: Browser };

export interface StageOptions {
  /**
   * A proxy with TLS between windows and server; the server is a shared one then, and the windows are its owner's, who
   * may do what everybody may without.
   */
  readonly behind?: ProxyName | undefined;
  /** Asked for when the server starts. */
  readonly env?: () => Readonly<Record<string, string>>;
}

/** Sets the stage with the hooks of the calling file. */
export function setStage({ behind = BEHIND, env = () => ({}) }: StageOptions = {}): Stage {
  let server: ServerProcess;
  let browser: Browser;
  let proxy: DeployedProxy | undefined;
  let owner: Visitor;
  let url: string;
  let documents = 0;
  const windows: Window[] = [];
  const start = (options: ServerOptions): Promise<ServerProcess> =>
    ServerProcess.start({ ...options, isShared: proxy !== undefined, env: { ...env(), ...proxy?.env } });
  const stage: Stage = {
    get server() {
      return server;
    },
    get browser() {
      return browser;
    },
    get url() {
      return url;
    },
    get port() {
      return Number(new URL(url).port);
    },
    get owner() {
      return owner;
    },
    newDocument: () => `document-${++documents}`,
    addressOf: (document) => `${url}/d/${document}`,
    async open(document, options) {
      const window = await stage.visit(stage.addressOf(document), options);
      await window.ready();
      await window.toEnd();
      return window;
    },
    async visit(address, { from = browser, ...options } = {}) {
      const context = await from.newContext(options);
      await stage.signIn(context);
      const window = await Window.openIn(context, address);
      windows.push(window);
      return window;
    },
    async signIn(context) {
      const [name, value] = owner.cookie?.split("=") ?? [];
      if (name !== undefined && value !== undefined) await context.addCookies([{ name, value, url, secure: true }]);
    },
    async closeWindows() {
      for (const window of windows.splice(0)) await window.close();
    },
    async restart() {
      const { dataDir, port } = server;
      server = await start({ dataDir, port });
    },
  };
  const end = async (): Promise<void> => {
    await browser?.close();
    await server?.end();
    await proxy?.end();
  };
  beforeAll(async () => {
    try {
      browser = await launchBrowser();
      const port = behind === undefined ? undefined : await freePort();
      if (behind !== undefined && port !== undefined) proxy = await DeployedProxy.start(behind, port);
      server = await start({ port });
      url = server.url.replace("127.0.0.1", "localhost");
      owner = proxy === undefined ? new Visitor(url) : await Visitor.join(url, server.ownerKey, "Olga");
    } catch (cause) {
      // Hooks after one that failed do not end what it began.
      await end();
      throw cause;
    }
  });
  afterEach(() => stage.closeWindows());
  afterAll(end);
  return stage;
}
