import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { until } from "./until.ts";

/** Chromium without the parts that draw to a screen: the same engine at 40 % of the processor time. */
export const BROWSER_PATH = "/usr/bin/chromium-headless-shell";
export const BROWSER_ARGS: readonly string[] = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  // Where a test speaks https, its certificate vouches for itself.
  "--ignore-certificate-errors",
];

/** @param localhost - The loopback address `localhost` stands for: a proxy's, between this browser and the server. */
export const launchBrowser = (localhost = "127.0.0.1"): Promise<Browser> =>
  chromium.launch({
    executablePath: BROWSER_PATH,
    args: [...BROWSER_ARGS, `--host-resolver-rules=MAP localhost ${localhost}`],
  });

export type WindowOptions = NonNullable<Parameters<Browser["newContext"]>[0]>;

/** What a page must never do; collected in it and checked when its window closes. */
interface Faults {
  readonly list: string[];
}

/** One person's window, with a profile of its own. */
export class Window {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #faults: Faults;

  private constructor(page: Page, context: BrowserContext, faults: Faults) {
    this.page = page;
    this.#context = context;
    this.#faults = faults;
  }

  static async open(browser: Browser, url: string, options: WindowOptions = {}): Promise<Window> {
    return Window.openIn(await browser.newContext(options), url);
  }

  /** Opens a window of a profile that is there already. */
  static async openIn(context: BrowserContext, url: string): Promise<Window> {
    const faults: Faults = { list: [] };
    await context.exposeBinding("reportFault", (_source, fault: string) => void faults.list.push(fault));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
        // @ts-expect-error Bound by the test.
        reportFault(`${violatedDirective} blocked ${blockedURI} at ${sourceFile}:${lineNumber}`);
      });
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.list.push(`uncaught: ${error.message}`));
    const window = new Window(page, context, faults);
    await page.goto(url);
    return window;
  }

  get editor(): Locator {
    return this.page.locator("#editor [role=textbox]");
  }

  /** Waits until the document is shown and can be written, and what stands around it has come behind it. */
  async ready(): Promise<this> {
    await this.page.locator('#editor[data-synced="true"]').waitFor({ timeout: 20_000 });
    await this.editor.waitFor();
    await this.page.locator("#bar [data-status]").first().waitFor();
    return this;
  }

  /** Puts the caret at the end of the document, as a click and a key do. */
  async toEnd(): Promise<void> {
    await this.editor.click();
    await this.press("Control+End");
  }

  /** What the document shows, a line a block; names at other people's carets are not part of it. */
  async text(): Promise<string> {
    return this.editor.evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement;
      for (const widget of copy.querySelectorAll(".ProseMirror-widget")) widget.remove();
      return [...copy.children].map((block) => block.textContent).join("\n");
    });
  }

  /** What empty lines say of what can be done on them, as it is painted. */
  async lineHints(): Promise<string[]> {
    return this.editor.evaluate((editor) =>
      [...editor.querySelectorAll(":is(.is-hinted, .is-empty):not(.is-title)")].flatMap(
        (line) => /^"(.*?)"/.exec(getComputedStyle(line, "::before").content)?.[1] ?? [],
      ),
    );
  }

  /** Types at the caret as a person does, key by key. */
  async type(text: string, delayMillis = 0): Promise<void> {
    await this.page.keyboard.type(text, { delay: delayMillis });
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  async status(): Promise<string | null> {
    return this.page.locator("[data-status]").first().getAttribute("data-status");
  }

  /** The page says that a crash would lose nothing. */
  async keepsAll(): Promise<boolean> {
    return (await this.page.locator("[data-status]").first().textContent())?.includes("kept on this device") === true;
  }

  async saved(timeoutMillis = 15_000): Promise<void> {
    await until("the page says saved", async () => (await this.status()) === "saved", timeoutMillis);
  }

  async shows(text: string, timeoutMillis = 15_000): Promise<void> {
    await until(`the page shows "${text}"`, async () => (await this.text()).includes(text), timeoutMillis);
  }

  /** Another tab of the same person: one browser, one storage. */
  async openTab(url = "about:blank"): Promise<Window> {
    const tab = await this.#context.newPage();
    tab.on("pageerror", (error) => this.#faults.list.push(`uncaught: ${error.message}`));
    await tab.goto(url);
    return new Window(tab, this.#context, this.#faults);
  }

  /** Ends the tab at once, without a word to its scripts. @returns An empty tab beside it. */
  async killTab(): Promise<Window> {
    const next = await this.openTab();
    const devtools = await this.#context.newCDPSession(this.page);
    const gone = this.page.waitForEvent("crash");
    devtools.send("Page.crash").catch(() => {}); // nobody is left to answer
    await gone;
    await this.page.close();
    return next;
  }

  /** What the page did wrong so far, for a scenario in which that is expected. */
  takeFaults(): string[] {
    return this.#faults.list.splice(0);
  }

  /** Closes the window; throws when the page broke its security policy or threw. */
  async close(): Promise<void> {
    await this.#context.close();
    if (this.#faults.list.length > 0) throw new Error(`the page misbehaved:\n${this.#faults.list.join("\n")}`);
  }
}
