import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser, Window } from "../support/browser.ts";
import { BrowserProcess } from "../support/browser-process.ts";
import { setStage } from "../support/stage.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";
import { ALL_ONCE, countWords } from "../support/words.ts";

const stage = setStage();
const { newDocument, open } = stage;

/** One browser whose way to the server can be cut. */
let proxy: TcpProxy;
let farBrowser: Browser;

beforeAll(async () => {
  proxy = await TcpProxy.to(() => stage.port, { address: "127.0.0.2", port: stage.port });
  farBrowser = await launchBrowser("127.0.0.2");
});

afterAll(async () => {
  await farBrowser.close();
  await proxy.close();
});

const LINES = ["Title ", "alpha bravo charlie ", "delta echo foxtrot "];
const TYPED = ["kilo", "lima", "mike"];
const ALL = [...LINES.join("").trim().split(" "), ...TYPED];

const BEHIND_ALPHA = Array.from("alpha ", () => "ArrowRight");

interface Deed {
  readonly name: string;
  /** What is done to the line that begins with "alpha". */
  readonly run: (window: Window) => Promise<void>;
  /** What the page says when words had to be put back; null where none had to. */
  readonly into: "moved" | "deleted" | null;
  /** Words the deed itself takes away. */
  readonly deletes: readonly string[];
}

const keysAt =
  (word: string, ...keys: readonly string[]) =>
  async (window: Window): Promise<void> => {
    await window.page.getByText(word).click();
    await window.press("Home");
    for (const key of keys) await window.press(key);
  };

const DEEDS: readonly Deed[] = [
  { name: "moves", run: keysAt("delta", "Alt+Shift+ArrowUp"), into: "moved", deletes: [] },
  { name: "joins", run: keysAt("alpha", "Backspace"), into: "moved", deletes: [] },
  { name: "splits", run: keysAt("alpha", ...BEHIND_ALPHA, "Enter"), into: null, deletes: [] },
  {
    name: "deletes",
    run: keysAt("alpha", "Control+Shift+Backspace"),
    into: "deleted",
    deletes: ["alpha", "bravo", "charlie"],
  },
  {
    name: "turns into code, by the menu,",
    async run(window) {
      await keysAt("alpha", "Shift+End")(window);
      await window.page.getByRole("button", { name: /^Turn into/ }).click();
      await window.page.getByRole("menuitemradio", { name: "Code block" }).click();
    },
    into: "moved",
    deletes: [],
  },
];

/** Two windows on a document with some lines; the second can be cut off. */
async function openTwo(): Promise<readonly [near: Window, far: Window]> {
  const document = newDocument();
  const near = await open(document);
  for (const [index, line] of LINES.entries()) {
    if (index > 0) await near.press("Enter");
    await near.type(line);
  }
  await near.saved();
  const far = await open(document, { from: farBrowser });
  await far.shows("foxtrot");
  return [near, far];
}

/** Behind the first word of the line that others move, join, split and delete. */
async function typeInside(window: Window): Promise<void> {
  await keysAt("alpha", ...BEHIND_ALPHA)(window);
  await window.type(`${TYPED.join(" ")} `);
}

async function cutOff(window: Window): Promise<void> {
  proxy.cut(true);
  await until("the page noticed", async () => (await window.status()) !== "saved");
}

async function reconnect(...windows: readonly Window[]): Promise<void> {
  proxy.restore();
  // What a browser says when it has its network back: nobody has to wait for the next try.
  for (const window of windows) await window.page.evaluate(() => dispatchEvent(new Event("online")));
  for (const window of windows) await window.saved(40_000);
}

async function allOnce(windows: readonly Window[], { deletes }: Deed): Promise<void> {
  const expected = ALL.filter((word) => !deletes.includes(word));
  for (const window of windows) {
    await until("all words", async () => countWords(expected, await window.text()).lost.length === 0);
    expect(countWords(expected, await window.text())).toEqual(ALL_ONCE);
    expect(countWords(deletes, await window.text()).lost).toEqual(deletes);
  }
}

const notice = (window: Window) => window.page.getByText(/^Kept what .+ typed/);

describe.each(DEEDS)("one person $name a line in which the other types", (deed) => {
  test("while cut off: what is typed comes back, the caret goes along, and undo takes only that", async () => {
    const [near, far] = await openTwo();
    await cutOff(far);
    await typeInside(far);
    await deed.run(near);
    await near.saved();
    await reconnect(far);
    await allOnce([near, far], deed);
    if (deed.into === null) {
      expect(await notice(far).count()).toBe(0);
      return;
    }
    expect(await notice(far).innerText()).toBe(`Kept what you typed in a paragraph that was ${deed.into}.`);
    expect(await notice(near).count()).toBe(0);
    await far.type("november ");
    await near.shows("kilo lima mike november");
    const others = ALL.filter((word) => !TYPED.includes(word) && !deed.deletes.includes(word));
    // How many steps "november " makes depends on how fast it was typed; the rescue is one step before them.
    for (let steps = 0; (await far.text()).includes("kilo"); steps++) {
      expect(steps).toBeLessThan("november ".length + 1);
      expect(countWords(TYPED, await far.text())).toEqual(ALL_ONCE);
      await far.press("Control+z");
    }
    for (const window of [near, far]) {
      await until("the rescue is undone", async () => !(await window.text()).includes("kilo"));
      expect(countWords(others, await window.text())).toEqual(ALL_ONCE);
    }
  });

  test("and is cut off: who did it puts the words back", async () => {
    const [near, far] = await openTwo();
    await cutOff(far);
    await deed.run(far);
    await typeInside(near);
    await near.saved();
    await reconnect(far);
    await allOnce([near, far], deed);
    if (deed.into === null) return;
    const sentence = await notice(far).innerText();
    expect(sentence).toMatch(new RegExp(`^Kept what (?!you).+ typed in a paragraph that was ${deed.into}\\.$`));
    expect(await notice(near).count()).toBe(0);
  });
});

/** Has the pages of a profile write under this Yjs client id, which Yjs draws: of two, the lower stands left. */
const drawing = (clientId: number) =>
  [
    (id: number) => {
      const draw = crypto.getRandomValues.bind(crypto);
      crypto.getRandomValues = (array) =>
        array instanceof Uint32Array && array.length === 1 ? (array.fill(id), array) : draw(array);
    },
    clientId,
  ] as const;

describe.each([
  { ben: 3_000_000_000, ana: 4_000_000_000 },
  { ben: 4_000_000_000, ana: 3_000_000_000 },
])("a word somebody is typing is whole, though its block was unwrapped unseen, client ids $ben and $ana,", (ids) => {
  let machine: BrowserProcess;
  let ana: Window;
  let ben: Window;

  beforeEach(async () => {
    const document = newDocument();
    machine = await BrowserProcess.start(BrowserProcess.newProfile());
    await machine.context.addInitScript(...drawing(ids.ana));
    await stage.signIn(machine.context);
    ana = await (await Window.openIn(machine.context, stage.addressOf(document))).ready();
    ben = await stage.visit("about:blank");
    await ben.page.addInitScript(...drawing(ids.ben));
    await ben.page.goto(stage.addressOf(document));
    await ben.ready();
    await ana.toEnd();
    await ana.type("Title\n[!tip] one\ntwo\n\nafter");
    await ana.saved();
    await ben.shows("after");
    await ben.page.getByText("two").click();
    await ben.press("End");
    await ana.page.getByText("one").click();
    await ana.press("Home");
    // The server hears Ben's first letters first, and Ana acts before she has any of them.
    stage.server.signal("SIGSTOP");
    await ben.type(" t");
    await until("Ben is saving", async () => (await ben.status()) !== "saved");
    await ana.press("Backspace");
    await until("Ana is saving", async () => (await ana.status()) !== "saved");
  });

  afterEach(async () => {
    stage.server.signal("SIGCONT");
    await machine.kill();
  });

  async function expectWhole(): Promise<void> {
    for (const window of [ana, ben])
      await until("the word is whole", async () => (await window.text()) === "Title\none\ntwo three\nafter");
  }

  test("when its first letters come back behind those typed since", async () => {
    machine.signal("SIGSTOP");
    stage.server.signal("SIGCONT");
    await ben.editor.getByRole("note").waitFor({ state: "detached" });
    await ben.type("hree");
    await ben.saved();
    machine.signal("SIGCONT");
    await expectWhole();
  });

  test("when they come back before the next is typed", async () => {
    stage.server.signal("SIGCONT");
    await ben.editor.getByRole("note").waitFor({ state: "detached" });
    await ben.shows("two t");
    await ben.type("hree");
    await expectWhole();
  });

  test("when it is typed on all the time", async () => {
    stage.server.signal("SIGCONT");
    await ben.type("hree");
    await expectWhole();
  });
});
