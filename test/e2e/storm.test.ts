import { expect, test } from "vitest";
import { launchBrowser, type Window } from "../support/browser.ts";
import { seededRandom } from "../support/random.ts";
import { setStage } from "../support/stage.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { delay, until } from "../support/until.ts";

const stage = setStage();

/** A seed that failed stays here; what three windows do at once is not repeated to the millisecond, its keys are. */
const SEEDS = [3, 110, 207];
const ACTIONS = 45;

type Below = (limit: number) => number;

/** One thing a person does with a keyboard. */
async function act(window: Window, word: string, below: Below): Promise<void> {
  const pick = (...keys: readonly string[]): Promise<void> => window.press(keys[below(keys.length)]!);
  switch (below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return window.type(`${word} `);
    case 4:
      return window.press("Enter");
    case 5:
      return window.press("Backspace");
    case 6:
      return pick("Control+Alt+1", "Control+Alt+0", "Control+Shift+8", "Control+Shift+7", "Control+Shift+9");
    case 7:
      await pick("Tab", "Shift+Tab");
      // Outside of lists the key leaves the text, as it should.
      return window.editor.focus();
    case 8:
      return pick("Control+z", "Control+Shift+z");
    case 9:
      for (let i = 0; i < 4; i++) await pick("ArrowUp", "ArrowDown", "ArrowLeft", "Home", "End");
      return;
    case 10:
      await window.press("Shift+ArrowLeft");
      await window.press("Shift+ArrowLeft");
      return pick("Control+b", "Control+i", "Control+e", "Delete");
    case 11:
      return pick("Alt+Shift+ArrowUp", "Alt+Shift+ArrowDown", "Control+d");
    case 12:
      await window.press("Shift+ArrowUp");
      return pick("Delete", "ArrowRight", "ArrowRight");
    default:
      return delay(below(40));
  }
}

/** Blocks, attributes and marked letters, apart from where other people's carets cut the elements. */
const contentOf = (window: Window): Promise<string[]> =>
  window.editor.evaluate((editor) => {
    const copy = editor.cloneNode(true) as HTMLElement;
    for (const helper of copy.querySelectorAll(
      ".ProseMirror-widget, .ProseMirror-trailingBreak, .ProseMirror-separator",
    ))
      helper.remove();
    const MARKS = ["STRONG", "EM", "CODE", "U", "S", "A"];
    const letters = (node: Node, marks: readonly string[]): string => {
      if (node.nodeType === Node.TEXT_NODE)
        return node
          .textContent!.split("")
          .map((letter) => letter + marks.join(""))
          .join("");
      const own = MARKS.includes(node.nodeName) ? [...marks, node.nodeName.toLowerCase()].toSorted() : marks;
      return [...node.childNodes].map((child) => letters(child, own)).join("");
    };
    return ([...copy.children] as HTMLElement[]).map((block) => {
      const { id, kind, indent, checked } = block.dataset;
      return `${block.tagName} ${JSON.stringify({ id, kind, indent, checked })} ${letters(block, [])}`;
    });
  });

test.each(SEEDS)(
  "three people at their keyboards, their network cut now and then: all see the same in the end (seed %i)",
  async (seed) => {
    const proxy = await TcpProxy.to(() => stage.port, { address: "127.0.0.2", port: stage.port });
    const browser = await launchBrowser("127.0.0.2");
    const random = seededRandom(seed);
    const below: Below = (limit) => Math.floor(random() * limit);
    try {
      const document = stage.newDocument();
      const people: Window[] = [];
      for (let i = 0; i < 3; i++) people.push(await stage.open(document, { from: browser }));
      await people[0]!.type("Title\nalpha beta\n- one\ntwo\n");
      for (const window of people) {
        await window.shows("two");
        await window.toEnd();
      }
      let isOver = false;
      const cuts = (async () => {
        while (!isOver) {
          await delay(1_000 + below(1_500));
          proxy.cut(true);
          await delay(300 + below(900));
          proxy.restore();
        }
      })();
      await Promise.all(
        people.map(async (window, person) => {
          for (let action = 0; action < ACTIONS; action++) await act(window, `p${person}a${action}`, below);
        }),
      );
      isOver = true;
      await cuts;
      for (const window of people) await window.saved(40_000);
      const newcomer = await stage.open(document);
      const isSame = async (window: Window): Promise<boolean> =>
        JSON.stringify(await contentOf(window)) === JSON.stringify(await contentOf(newcomer));
      for (const window of people) {
        // What was committed last may still be on its way; what differs after that is printed.
        await until("the window shows what the newcomer shows", () => isSame(window)).catch(() => {});
        expect(await contentOf(window)).toEqual(await contentOf(newcomer));
      }
    } finally {
      await stage.closeWindows();
      await browser.close();
      await proxy.close();
    }
  },
);
