import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { COLOURS, type CommandName, commands, DOCUMENT, type EditorCommand, SCHEMA_VERSION } from "@sheaf/editor";
import { element, text } from "@sheaf/editor/testing";
import { Window } from "../support/browser.ts";
import type { OwnClient } from "../support/own-client.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";
import { countWords } from "../support/words.ts";

/**
 * Cases made from the command registry: each command by keyboard and by mouse, alone and beside somebody who types in
 * the same block, one of these in every run, all by `npm run test:commands`. A command that is not in the list below, or that cannot be reached one way, fails by its name.
 */

type Words = string | Y.XmlText;

/** What stands in the document before, with the caret or a selection at a word of it, and what stands there after. */
interface Case {
  /** Between the title and the last line; by default one line of three words. */
  readonly blocks?: () => readonly Y.XmlElement[];
  /** The word that is selected. */
  readonly word?: string;
  /** Keys pressed after that, to go where the command means something. */
  readonly keys?: readonly string[];
  /** Selects something else than a word, by mouse. */
  readonly select?: (window: Window) => Promise<void>;
  /** Between the same two lines. */
  readonly becomes: string;
  /** What one sees of it, where it changes nothing in the document. */
  readonly seen?: (window: Window) => Promise<boolean>;
  /** Nothing stands behind it. */
  readonly isLast?: true;
  /** It says how the whole document is. */
  readonly isWhole?: true;
  /** What others type meanwhile may be in the document twice: that is what it is for. */
  readonly doubles?: true;
  /**
   * What others typed goes when it stood there before it was done; what had not been seen comes back. Which it was, a
   * window cannot tell: the stories in test/rescue can.
   */
  readonly takes?: true;
}

const LINE = "alpha beta gamma";

const line = (attributes: Readonly<Record<string, unknown>> = {}, words: Words = LINE) => [
  element("textBlock", { id: "line", ...attributes }, [words]),
];

const cell = (words: string, attributes: Readonly<Record<string, unknown>> = {}): Y.XmlElement =>
  element("tableCell", { id: `cell-${words}`, ...attributes }, [element("textBlock", { id: words }, [words])]);

const row = (id: string, ...cells: readonly Y.XmlElement[]): Y.XmlElement => element("tableRow", { id }, cells);

const table = () => [
  element("table", { id: "table" }, [row("r1", cell("one"), cell("two")), row("r2", cell("three"), cell("four"))]),
];

const picture = () => [element("image", { id: "picture", blob: "0".repeat(64), width: 400, height: 40, shown: 50 })];

const code = () => [element("codeBlock", { id: "line", language: "sh" }, [LINE])];
const inside = (container: "callout" | "toggle") => () => [element(container, { id: "around" }, line())];
const isVisible = (selector: string) => async (window: Window) => (await window.page.locator(selector).count()) > 0;

const inTable = (becomes: string): Case => ({ blocks: table, word: "three", becomes });
const turned = (kind: string): Case => ({ becomes: `${kind}:${LINE}` });
const marked = (mark: string): Case => ({ becomes: `text:alpha <${mark}>beta</> gamma` });
const onPicture = (becomes: string): Case => ({
  blocks: picture,
  select: (window) => window.page.locator(".picture").click(),
  becomes,
});

/** All colours, by the names the commands have for them. */
const colours = <P extends "text" | "highlight">(prefix: P, mark: string) =>
  // The names are those of the registry: a wrong one is a case too many.
  Object.fromEntries(
    COLOURS.map((colour) => [
      prefix + colour.charAt(0).toUpperCase() + colour.slice(1),
      { becomes: `text:alpha <${mark}=${colour}>beta</> gamma` },
    ]),
  ) as Record<`${P}${Capitalize<(typeof COLOURS)[number]>}`, Case>;

const withMark = (attributes: Readonly<Record<string, unknown>>) => () =>
  line({}, text({ insert: "alpha " }, { insert: "beta", attributes }, { insert: " gamma" }));

const CASES: Readonly<Record<CommandName, Case>> = {
  text: { blocks: () => line({ kind: "heading2" }), becomes: `text:${LINE}` },
  heading1: turned("heading1"),
  heading2: turned("heading2"),
  heading3: turned("heading3"),
  heading4: turned("heading4"),
  heading5: turned("heading5"),
  heading6: turned("heading6"),
  numbered: turned("numbered"),
  bullet: turned("bullet"),
  task: turned("task"),
  quote: turned("quote"),
  codeBlock: turned("code"),
  mathBlock: turned("code math"),
  callout: { becomes: `callout(text:${LINE})` },
  toggle: { becomes: `toggle(text:${LINE})` },

  bold: marked("bold"),
  italic: marked("italic"),
  underline: marked("underline"),
  strike: marked("strike"),
  code: marked("code"),
  math: marked("math"),
  unlink: { blocks: withMark({ link: { href: "https://a.example" } }), becomes: `text:${LINE}` },
  subscript: marked("subscript"),
  superscript: marked("superscript"),
  clearFormatting: { blocks: withMark({ bold: {}, italic: {} }), becomes: `text:${LINE}` },
  ...colours("text", "textColor"),
  noTextColour: { blocks: withMark({ textColor: { color: "red" } }), becomes: `text:${LINE}` },
  ...colours("highlight", "highlight"),
  noHighlight: { blocks: withMark({ highlight: { color: "red" } }), becomes: `text:${LINE}` },
  highlight: marked("highlight=yellow"),
  alignLeft: { blocks: () => line({ align: "center" }), becomes: `text:${LINE}` },
  alignCenter: turned("text center"),
  alignRight: turned("text right"),
  alignJustify: turned("text justify"),

  divider: { becomes: `text:${LINE} divider` },
  table: { becomes: `text:${LINE} table(,,/,,/,,)` },
  footnote: { becomes: `text:title text:alpha beta^ gamma text:last footnote:`, isWhole: true },
  hardBreak: { becomes: "text:alpha ⏎ gamma" },

  addRowBefore: inTable("table(one,two/,/three,four)"),
  addRowAfter: inTable("table(one,two/three,four/,)"),
  addColumnBefore: inTable("table(,one,two/,three,four)"),
  addColumnAfter: inTable("table(one,,two/three,,four)"),
  deleteRow: { ...inTable("table(one,two)"), takes: true },
  deleteColumn: { ...inTable("table(two/four)"), takes: true },
  mergeCells: {
    blocks: table,
    word: "three",
    select: async (window) => {
      const [from, to] = [await placeOf(window, "three"), await placeOf(window, "four")];
      await window.page.mouse.move(from.x, from.y);
      await window.page.mouse.down();
      await window.page.mouse.move(to.x, to.y, { steps: 3 });
      await window.page.mouse.up();
      await window.page.locator(".selectedCell").first().waitFor();
    },
    becomes: "table(one,two/three+four)",
  },
  splitCell: {
    blocks: () => [
      element("table", { id: "table" }, [
        row("r1", cell("one"), cell("two")),
        row("r2", cell("three", { colspan: 2 })),
      ]),
    ],
    word: "three",
    becomes: "table(one,two/three,)",
  },
  moveRowUp: inTable("table(three,four/one,two)"),
  moveRowDown: { ...inTable("table(three,four/one,two)"), word: "one" },
  duplicateRow: { ...inTable("table(one,two/three,four/three,four)"), doubles: true },
  moveColumnLeft: { ...inTable("table(two,one/four,three)"), word: "four" },
  moveColumnRight: inTable("table(two,one/four,three)"),
  duplicateColumn: { ...inTable("table(one,one,two/three,three,four)"), doubles: true },
  toggleHeaderRow: inTable("table(*one,*two/three,four)"),
  toggleHeaderColumn: inTable("table(*one,two/*three,four)"),
  widerColumn: inTable("table(one|,two|/three|,four|)"),
  narrowerColumn: inTable("table(one|,two|/three|,four|)"),
  evenColumns: {
    blocks: () => [
      element("table", { id: "table" }, [
        row("r1", cell("one", { colwidth: [100] }), cell("two")),
        row("r2", cell("three", { colwidth: [100] }), cell("four")),
      ]),
    ],
    word: "three",
    becomes: "table(one,two/three,four)",
  },
  clearCells: { ...inTable("table(one,two/,four)"), takes: true },
  leaveTable: {
    blocks: () => [...table(), element("divider", { id: "divider" })],
    word: "three",
    becomes: "table(one,two/three,four) text: divider",
  },
  toggleHeader: inTable("table(one,two/*three,four)"),
  deleteTable: { ...inTable(""), takes: true },

  moveUp: { becomes: `text:${LINE} text:title text:last`, isWhole: true },
  moveDown: { becomes: `text:title text:last text:${LINE}`, isWhole: true },
  duplicate: { becomes: `text:${LINE} text:${LINE}`, doubles: true },
  deleteBlock: { becomes: "", takes: true },

  tone: {
    blocks: inside("callout"),
    becomes: `callout(text:${LINE})`,
    seen: isVisible("[role=listbox][aria-label=Tone]"),
  },
  visitFootnote: {
    blocks: () => [
      ...line({}, text({ insert: "alpha beta" }, { insert: { footnoteRef: { note: "note" } } }, { insert: " gamma" })),
      element("textBlock", { id: "note", kind: "footnote" }, ["said"]),
    ],
    keys: ["ArrowRight"],
    becomes: "text:alpha beta^ gamma footnote:said",
    seen: (window) =>
      window.page.evaluate(
        () => document.querySelector("[data-kind=footnote]")?.contains(getSelection()?.focusNode ?? null) === true,
      ),
  },
  turnToggle: {
    // Each is another, for who opened one finds it open.
    blocks: () => [
      element("toggle", { id: `toggle${round}` }, [...line(), element("textBlock", { id: "more" }, ["more"])]),
    ],
    becomes: `toggle(text:${LINE} text:more)`,
    seen: isVisible("button[aria-expanded=true][aria-label=Close]"),
  },
  language: {
    blocks: code,
    becomes: `code sh:${LINE}`,
    seen: isVisible("[role=listbox][aria-label=Language]"),
  },
  selectCode: {
    blocks: code,
    becomes: `code sh:${LINE}`,
    seen: (window) => window.page.evaluate(() => getSelection()?.toString().trim().startsWith("alpha") === true),
  },

  indent: { blocks: () => line({ kind: "bullet" }), becomes: `bullet+1:${LINE}` },
  outdent: { blocks: () => line({ kind: "bullet", indent: 1 }), becomes: `bullet:${LINE}` },
  toggleChecked: { blocks: () => line({ kind: "task" }), becomes: `task!:${LINE}` },

  wider: onPicture("image 60"),
  narrower: onPicture("image 40"),
  caption: onPicture("image 50 caption:"),

  enter: { keys: ["End"], becomes: `text:${LINE} text:` },
  leaveCode: {
    blocks: code,
    keys: ["End"],
    becomes: `code sh:${LINE} text:`,
  },
  backspace: { keys: ["Home"], becomes: `text:title${LINE} text:last`, isWhole: true },
  leaveBelow: { blocks: code, keys: ["End"], isLast: true, becomes: `code sh:${LINE} text:` },
  goToTools: { blocks: code, becomes: `code sh:${LINE}`, seen: isVisible(".block-tools > button:focus") },
  deleteForward: { keys: ["End"], becomes: `text:title text:${LINE}last`, isWhole: true },
};

/** Ways to a command by mouse; the palette, which is behind one's own avatar, has all of them. */
const BY_MOUSE: Partial<Record<EditorCommand["group"], (command: EditorCommand, word: string) => Promise<void>>> = {
  format: async ({ label }) => {
    const tool = ana.page
      .getByRole("toolbar", { name: "Formatting" })
      .getByRole("button", { name: label, exact: true });
    await ((await tool.count()) > 0 ? tool.click() : byPaletteAndMouse(label));
  },
  "turn into": async ({ label }, word) => {
    await openBlockMenu(word);
    await ana.page.getByRole("menuitem", { name: "Turn into" }).click();
    const item = ana.page.getByRole("menuitemradio", { name: label });
    await item
      .first()
      .or(ana.page.getByRole("menuitem", { name: "Turn into" }))
      .first()
      .waitFor();
    if ((await item.count()) > 0) return item.click();
    await ana.press("Escape");
    await byPaletteAndMouse(label);
  },
  block: async ({ label }, word) => {
    // What is about a container has a button there.
    if (!["Duplicate", "Move up", "Move down", "Delete"].includes(label)) return byPaletteAndMouse(label);
    await openBlockMenu(word);
    await ana.page.getByRole("menuitem", { name: label }).click();
  },
  picture: async ({ label }) =>
    ana.page.getByRole("toolbar", { name: "Picture" }).getByRole("button", { name: label }).click(),
};

const stage = setStage();
let ana: Window;
let ben: Window;
let author: OwnClient;

beforeAll(async () => {
  author = await stage.owner.open("commands", SCHEMA_VERSION).synced();
  const open = async (): Promise<Window> => {
    const context = await stage.browser.newContext();
    await stage.signIn(context);
    return (await Window.openIn(context, stage.addressOf("commands"))).ready();
  };
  [ana, ben] = [await open(), await open()];
  for (const window of [ana, ben]) await window.editor.click();
});
afterAll(async () => {
  author?.close();
  await ana?.close();
  await ben?.close();
});

test("every command of the registry has a case here", () => {
  expect(Object.keys(CASES).toSorted()).toEqual(Object.keys(commands).toSorted());
});

/** Colours differ by a name only, and every fourth command is enough for every run. */
const isHere = (name: string, at: number): boolean =>
  process.env["WAYS"] === "all" ||
  (at % 4 === 0 && !COLOURS.slice(1).some((colour) => name.toLowerCase().endsWith(colour)));

const HERE = (Object.entries(commands) as [CommandName, EditorCommand][]).filter(([name], at) => isHere(name, at));

describe.each(HERE)("%s", (name, command) => {
  const each: Case = CASES[name] ?? { becomes: "a case, which is missing" };
  const { word = "beta", becomes, seen, isWhole, isLast, doubles, takes } = each;
  const last = isLast === true ? "" : " text:last";
  const after = isWhole === true ? becomes : `text:title ${becomes}${last}`.replace("  ", " ");

  test.each(waysOf(name, command))("by $hand, $company", async ({ hand, company }) => {
    await begin(CASES[name]);
    const typed = company === "alone" ? [] : [`ben${name}1`, `ben${name}2`, `ben${name}3`];
    const before = withoutBen(shape());
    const act = hand === "keyboard" ? byKeyboard(command) : byMouse(command, word);
    await Promise.all([act, write(ben, typed)]);
    if (seen !== undefined) await until(`${name} by ${hand} is seen`, () => seen(ana));
    if (company === "alone") {
      await until(`${name} by ${hand} makes it so, not ${shape()}`, () => shape() === after);
      return;
    }
    if (seen === undefined) await until("the command did something", () => withoutBen(shape()) !== before);
    if (takes !== true) await until("every word is there", () => countWords(typed, words()).lost.length === 0);
    // What comes back comes a moment later.
    else for (const window of [ana, ben]) await window.saved();
    if (doubles !== true) expect(countWords(typed, words()).doubled).toEqual([]);
  });
});

interface Way {
  readonly hand: "keyboard" | "mouse";
  readonly company: "alone" | "beside somebody";
}

const WAYS: readonly Way[] = [
  { hand: "keyboard", company: "beside somebody" },
  { hand: "mouse", company: "alone" },
  { hand: "keyboard", company: "alone" },
  { hand: "mouse", company: "beside somebody" },
];

/** All four take minutes, so a command has one of them here: `npm run test:commands` goes all ways. */
function waysOf(name: CommandName, { group }: EditorCommand): readonly Way[] {
  // A key is what it is: who types has a keyboard.
  const ways = WAYS.filter(({ hand }) => group !== "key" || hand === "keyboard");
  if (process.env["WAYS"] === "all") return ways;
  const names = Object.keys(commands);
  return [ways[Math.floor(names.indexOf(name) / 4) % ways.length]!];
}

/** The document of a case, in both windows, with ana at the command's place and ben at the end of the same line. */
async function begin(each: Case | undefined): Promise<void> {
  const { blocks = () => line(), word = "beta", keys = [], select, isLast } = each ?? {};
  const fragment = author.doc.getXmlFragment(DOCUMENT);
  // Nothing is selected while the document goes: a toolbar over it would stand in the way.
  await ana.editor.focus();
  await ana.press("ArrowLeft");
  await ana.press("Escape");
  await ana.page.getByRole("toolbar", { name: "Formatting" }).waitFor({ state: "detached" });
  round++;
  author.doc.transact(() => {
    fragment.delete(0, fragment.length);
    fragment.push([
      element("textBlock", { id: `title${round}` }, ["title"]),
      ...blocks(),
      ...(isLast === true ? [] : [element("textBlock", { id: "last" }, ["last"])]),
    ]);
  });
  const isThere = (window: Window) =>
    window.page.locator(`.ProseMirror > [data-id="title${round}"]`).waitFor({ state: "attached" });
  await Promise.all([isThere(ana), isThere(ben)]);
  const isPicture = fragment.get(1) instanceof Y.XmlElement && (fragment.get(1) as Y.XmlElement).nodeName === "image";
  await selectWord(ben, isPicture ? "last" : word);
  await ben.press("End");
  // Only then: a caret that arrives while the browser moves one's own can put that back.
  const benIsHere = `.ProseMirror > :nth-child(${isPicture ? 3 : 2}) .caret`;
  await ana.page.locator(benIsHere).first().waitFor({ state: "attached" });
  if (select !== undefined) await select(ana);
  else await until("ana's editor knows what is selected", () => selectForSure(word));
  for (const key of keys) await ana.press(key);
}
let round = 0;

/** A word at a time: somebody may do something to the line between two letters, and put them back apart. */
async function write(window: Window, typed: readonly string[]): Promise<void> {
  for (const each of typed) await window.page.keyboard.insertText(` ${each} `);
}

async function byKeyboard({ label, shortcut }: EditorCommand): Promise<void> {
  if (shortcut !== undefined) return ana.press(playwrightKeys(shortcut));
  await ana.press("Control+p");
  await ana.type(label);
  await ana.page.getByRole("option", { name: label, selected: true }).waitFor();
  await ana.press("Enter");
}

async function byMouse(command: EditorCommand, word: string): Promise<void> {
  const way = BY_MOUSE[command.group];
  await (way === undefined ? byPaletteAndMouse(command.label) : way(command, word));
}

async function byPaletteAndMouse(label: string): Promise<void> {
  await ana.page.getByRole("button", { name: /^You: / }).click();
  await ana.page.getByRole("button", { name: /^Commands and documents/ }).click();
  await ana.page
    .getByRole("option")
    .filter({ has: ana.page.getByText(label, { exact: true }) })
    .first()
    .click();
}

async function openBlockMenu(word: string): Promise<void> {
  const { x, y } = await placeOf(ana, word);
  await ana.page.mouse.move(x, y + 1);
  await ana.page.mouse.move(x, y);
  await ana.page.getByRole("button", { name: "Block menu" }).click();
}

/** A caret of somebody else that arrives just then can put one's own back where it was. */
async function selectForSure(word: string): Promise<boolean> {
  await selectWord(ana, word);
  const toolbar = ana.page.getByRole("toolbar", { name: "Formatting" });
  return toolbar.waitFor({ timeout: 1_000 }).then(
    () => true,
    () => false,
  );
}

/** Selects a word without the mouse: two double clicks at one place within half a second are a triple click. */
async function selectWord(window: Window, word: string): Promise<void> {
  await onWord(window, word, "select");
}

/** The middle of a word on the page. */
async function placeOf(window: Window, word: string): Promise<Place> {
  return onWord(window, word, "look");
}

interface Place {
  readonly x: number;
  readonly y: number;
}

const onWord = (window: Window, word: string, what: "look" | "select"): Promise<Place> =>
  window.editor.evaluate(
    (editor: HTMLElement, wanted) => {
      // Someone's caret may stand in the word.
      const letters: [Node, number][] = [];
      const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
        if (node.parentElement?.closest(".ProseMirror-widget") === null)
          for (let at = 0; at < (node.nodeValue ?? "").length; at++) letters.push([node, at]);
      const found = letters
        .map(([node, at]) => node.nodeValue?.[at])
        .join("")
        .indexOf(wanted.word);
      const [first, last] = [letters[found], letters[found + wanted.word.length - 1]];
      if (first === undefined || last === undefined) throw new Error(`${wanted.word} is not in ${editor.innerHTML}`);
      const range = document.createRange();
      range.setStart(...first);
      range.setEnd(last[0], last[1] + 1);
      if (wanted.what === "select") {
        editor.focus();
        getSelection()?.setBaseAndExtent(first[0], first[1], last[0], last[1] + 1);
      }
      const { left, right, top, bottom } = range.getBoundingClientRect();
      return { x: (left + right) / 2, y: (top + bottom) / 2 };
    },
    { word, what },
  );

const NAMES: Readonly<Record<string, string>> = { Mod: "Control" };
const playwrightKeys = (shortcut: string): string =>
  shortcut
    .split(/-(?!$)/)
    .map((part) => NAMES[part] ?? part)
    .join("+");

/** The document in short. */
const shape = (): string => author.doc.getXmlFragment(DOCUMENT).toArray().map(shapeOf).join(" ");

function shapeOf(node: Y.XmlElement | Y.XmlText | Y.XmlHook): string {
  if (node instanceof Y.XmlText) return deltaOf(node);
  if (!(node instanceof Y.XmlElement)) return "";
  const attributes = node.getAttributes() as Record<string, unknown>;
  const inside = node.toArray().map(shapeOf);
  switch (node.nodeName) {
    case "textBlock": {
      const { kind = "text", indent, align, checked } = attributes;
      const about = [
        kind,
        indent === undefined || indent === 0 ? "" : `+${String(indent)}`,
        checked === true ? "!" : "",
      ].join("");
      const aligned = align === undefined || align === "left" ? "" : ` ${String(align)}`;
      return `${about}${aligned}:${inside.join("")}`;
    }
    case "codeBlock":
      return `code${attributes["language"] === undefined || attributes["language"] === null ? "" : ` ${String(attributes["language"])}`}:${inside.join("")}`;
    case "callout":
    case "toggle":
      return `${node.nodeName}(${inside.join(" ")})`;
    case "image":
      return `image ${String(attributes["shown"])}`;
    case "table":
      return `table(${inside.join("/")})`;
    case "tableRow":
      return inside.join(",");
    case "tableCell":
      return [
        attributes["header"] === true && inside.join("") !== "text:" ? "*" : "",
        inside.map((each) => each.slice("text:".length)).join("+"),
        attributes["colwidth"] === undefined || attributes["colwidth"] === null ? "" : "|",
      ].join("");
    default:
      return node.nodeName;
  }
}

const deltaOf = (node: Y.XmlText): string =>
  (node.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[])
    .map(({ insert, attributes = {} }) => {
      const marks = Object.entries(attributes).map(([mark, value]) => {
        const { color } = value as { readonly color?: string };
        return color === undefined ? mark : `${mark}=${color}`;
      });
      // An object in a text is what refers to a footnote.
      const plain = typeof insert === "string" ? insert.replaceAll("\n", "⏎") : "^";
      return marks.length === 0 ? plain : `<${marks.join(" ")}>${plain}</>`;
    })
    .join("");

const withoutBen = (all: string): string => all.replaceAll(/\bben\w*/g, "").replaceAll(" ", "");

function words(): string {
  const textsIn = (node: Y.XmlFragment | Y.XmlElement): string[] =>
    node.toArray().flatMap((child) => {
      if (child instanceof Y.XmlText)
        return [(child.toDelta() as { insert: unknown }[]).map(({ insert }) => String(insert)).join("")];
      return child instanceof Y.XmlElement ? textsIn(child) : [];
    });
  return textsIn(author.doc.getXmlFragment(DOCUMENT)).join("\n");
}
