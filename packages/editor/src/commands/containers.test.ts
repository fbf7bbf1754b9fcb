import type { Node } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { isOpen, openAround, openStatePlugin, openToggles } from "../containers/open-state.ts";
import { readTitle } from "../reading/title.ts";
import { Host } from "../testing/host.ts";
import { element } from "../testing/odd-document.ts";
import { typingRulesPlugins } from "../typing-rules.ts";
import { Undo } from "../undo.ts";
import { commands, type CommandName } from "./commands.ts";

type Block = string | readonly Block[];

/** A document of paragraphs, each named by its words, and containers with ids from their names. */
function open(...blocks: readonly Block[]): Host {
  return openWith(new Set(), ...blocks);
}

/** The same for somebody who had toggles open the last time. */
function openWith(lastOpen: ReadonlySet<string>, ...blocks: readonly Block[]): Host {
  let count = 0;
  const make = (block: Block): Y.XmlElement => {
    if (typeof block === "string") return element("textBlock", { id: `b${count++}` }, [block]);
    const [name, ...inside] = block;
    return element(String(name), { id: `${String(name)}${count++}` }, inside.map(make));
  };
  const doc = new Y.Doc();
  doc.getXmlFragment("document").push(blocks.map(make));
  let undo: Undo | undefined;
  const host = new Host(doc, {
    plugins(binding) {
      undo = new Undo(binding);
      return [...typingRulesPlugins(), openStatePlugin(lastOpen)];
    },
  });
  if (undo !== undefined) undos.set(host, undo);
  return host;
}

const undos = new WeakMap<Host, Undo>();

/** The document in the shape it is opened by. */
function shape(host: Host): Block[] {
  const read = (node: Node): Block =>
    node.isTextblock ? node.textContent : [node.type.name, ...node.content.content.map(read)];
  return host.state.doc.content.content.map(read);
}

/** Puts the caret into the block of these words, at an offset or its end. */
function caret(host: Host, words: string, offset = words.length): Host {
  host.state.doc.descendants((node, position) => {
    if (node.isTextblock && node.textContent === words)
      host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, position + 1 + offset)));
    return !node.isTextblock;
  });
  return host;
}

const press = (host: Host, ...names: readonly CommandName[]): Host => {
  for (const name of names) expect(host.run(commands[name].run), name).toBe(true);
  return host;
};

const where = (host: Host): string => host.state.selection.$head.parent.textContent;

describe("a callout", () => {
  test("goes around the selected blocks and away again; ids stay, and one undo takes it back", () => {
    const host = open("title", "one", "two");
    const undo = new Undo(host.binding);
    host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, 9, 14)));
    press(host, "callout");
    expect(shape(host)).toEqual(["title", ["callout", "one", "two"]]);
    expect(host.state.doc.child(1).child(0).attrs["id"]).toBe("b1");
    host.run(undo.undo);
    expect(shape(host)).toEqual(["title", "one", "two"]);
    host.run(undo.redo);
    press(caret(host, "two"), "callout");
    expect(shape(host)).toEqual(["title", "one", "two"]);
  });

  test("Backspace at its start takes it away, Enter in an empty last line leaves it", () => {
    expect(shape(press(caret(open("title", ["callout", "one", "two"]), "one", 0), "backspace"))).toEqual([
      "title",
      "one",
      "two",
    ]);
    const host = press(caret(open(["callout", "one"]), "one"), "enter");
    expect(shape(host)).toEqual([["callout", "one", ""]]);
    press(host, "enter");
    expect(shape(host)).toEqual([["callout", "one"], ""]);
    expect(host.state.selection.$head.depth).toBe(1);
  });

  test("words beside it join those inside, and the other way round", () => {
    expect(shape(press(caret(open(["callout", "one"], "two"), "two", 0), "backspace"))).toEqual([
      ["callout", "onetwo"],
    ]);
    expect(shape(press(caret(open("zero", ["callout", "one", "two"]), "zero"), "deleteForward"))).toEqual([
      "zeroone",
      ["callout", "two"],
    ]);
    expect(shape(press(caret(open(["callout", "one"], "two"), "one"), "deleteForward"))).toEqual([
      ["callout", "onetwo"],
    ]);
    expect(shape(press(caret(open(["callout", "one"], ""), ""), "backspace"))).toEqual([["callout", "one"]]);
  });

  test("moves as a whole from its first and last line, and goes when its only block is deleted", () => {
    const host = press(caret(open("a", ["callout", "one", "two"]), "one"), "moveUp");
    expect(shape(host)).toEqual([["callout", "one", "two"], "a"]);
    press(caret(host, "one"), "moveDown");
    expect(shape(host)).toEqual([["callout", "two", "one"], "a"]);
    expect(shape(press(caret(open("a", ["callout", ["toggle", "one"]]), "one"), "deleteBlock"))).toEqual(["a"]);
  });

  test.each([
    ["[!NOTE] ", "note"],
    ["> [!warning] ", "warning"],
    ["[!caution] ", "warning"],
  ])("%j begins one, and Backspace right after keeps the letters", (letters, tone) => {
    const host = caret(open("a", ""), "");
    for (const letter of letters) {
      const { from, to } = host.state.selection;
      const isRule = host.state.plugins.some((plugin) =>
        (
          plugin.props.handleTextInput as
            | ((view: unknown, from: number, to: number, text: string) => boolean)
            | undefined
        )?.call(plugin, host, from, to, letter),
      );
      if (!isRule) host.dispatch(host.state.tr.insertText(letter));
    }
    expect(host.state.doc.child(1).attrs["tone"]).toBe(tone);
    expect(shape(host)).toEqual(["a", ["callout", ""]]);
    expect(host.run(undos.get(host)!.takeBackRule)).toBe(true);
    expect(host.state.doc.child(1).textContent).toBe(letters.replace("> ", ""));
    expect(host.state.doc.child(1).type.name).toBe("textBlock");
  });

  test("gives a document that begins with one its title, and one with nothing in it shows a line", () => {
    const host = open(["callout", ["toggle", "inside"], "more"]);
    expect(readTitle(host.fragment)).toBe("inside");
    const doc = new Y.Doc();
    doc.getXmlFragment("document").push([element("callout", { tone: "warm" })]);
    const empty = new Host(doc);
    expect(shape(empty)).toEqual([["callout", ""]]);
    expect(empty.updates).toEqual([]);
  });
});

describe("a toggle", () => {
  const toggleIn = (host: Host): Node => {
    let found: Node | null = null;
    host.state.doc.descendants((node) => {
      if (node.type.name === "toggle") found ??= node;
    });
    if (found === null) throw new Error("there is none");
    return found;
  };
  const isShown = (host: Host): boolean => isOpen(host.state, toggleIn(host));

  test("is closed when the document opens, and open when it is made", () => {
    expect(isShown(open("a", ["toggle", "line", "body"]))).toBe(false);
    const made = press(caret(open("a", "line"), "line"), "toggle");
    expect(shape(made)).toEqual(["a", ["toggle", "line"]]);
    expect(isShown(made)).toBe(true);
  });

  test("is closed when it comes from elsewhere, whole or letter by letter, and open when an undo brings it back", () => {
    const [from, to] = [open("a", "line"), open()];
    const catchUp = (): void => Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)));
    catchUp();
    press(caret(from, "line"), "toggle");
    catchUp();
    expect(isShown(from)).toBe(true);
    expect(isShown(to)).toBe(false);
    press(caret(from, "line"), "enter");
    catchUp();
    expect(isShown(to)).toBe(false);

    const whole = open("b", ["toggle", "other", "body"]);
    const late = open("c");
    Y.applyUpdate(late.doc, Y.encodeStateAsUpdate(whole.doc));
    expect(isShown(late)).toBe(false);

    press(caret(late, "other"), "leaveCode");
    const toggle = toggleIn(late);
    late.state.doc.forEach((node, position) => {
      if (node === toggle) late.dispatch(late.state.tr.delete(position, position + node.nodeSize));
    });
    late.run(undos.get(late)!.undo);
    expect(shape(late)).toContainEqual(["toggle", "other", "body"]);
    expect(isShown(late)).toBe(true);
  });

  test("is open when the document opens, or comes only then, where it was open the last time", () => {
    const lastOpen = new Set(["toggle1", "toggle7"]);
    const host = openWith(lastOpen, "a", ["toggle", "line"], ["toggle", "other"]);
    expect(openToggles(host.state)).toEqual(["toggle1"]);
    host.fragment.insert(1, [element("toggle", { id: "toggle7" }, [element("textBlock", {}, ["late"])])]);
    expect(openToggles(host.state).sort()).toEqual(["toggle1", "toggle7"]);
    press(caret(host, "line"), "leaveCode");
    expect(openToggles(host.state)).toEqual(["toggle7"]);
  });

  test("Mod+Enter opens and closes it; no update leaves, and a caret in what goes out of sight goes to its line", () => {
    const host = caret(open(["toggle", "line", "body"], "after"), "line");
    press(host, "leaveCode");
    expect(isShown(host)).toBe(true);
    press(caret(host, "body"), "leaveCode");
    expect(isShown(host)).toBe(false);
    expect(where(host)).toBe("line");
    expect(host.updates).toEqual([]);
  });

  test("opens for a position that is to be seen, with those around it", () => {
    const host = open(["toggle", "line", ["toggle", "deep", "deeper"]], "after");
    let position = 0;
    host.state.doc.descendants((node, at) => {
      if (node.text === "deeper") position = at;
    });
    expect(openAround(position)(host.state, (tr) => host.dispatch(tr))).toBe(true);
    host.state.doc.descendants((node) => {
      if (node.type.name === "toggle") expect(isOpen(host.state, node)).toBe(true);
    });
    expect(openAround(position)(host.state)).toBe(false);
    expect(host.updates).toEqual([]);
  });

  test("opens for a caret that comes into it, however deep", () => {
    const host = caret(open(["toggle", "line", ["callout", "deep"]], "after"), "after");
    expect(isShown(host)).toBe(false);
    expect(isShown(caret(host, "deep"))).toBe(true);
  });

  test("Enter in the line of a closed one writes on below it, in an open one inside", () => {
    const host = press(caret(open(["toggle", "line", "body"], "after"), "line", 2), "enter");
    expect(shape(host)).toEqual([["toggle", "li", "body"], "ne", "after"]);
    expect([where(host), isShown(host)]).toEqual(["ne", false]);
    const opened = press(caret(open(["toggle", "line", "body"]), "line"), "leaveCode", "enter");
    expect(shape(opened)).toEqual([["toggle", "line", "", "body"]]);
  });

  test("gets a line of its own where it is put around something else", () => {
    const host = caret(open("a", "x"), "x");
    press(host, "codeBlock", "toggle");
    expect(shape(host)).toEqual(["a", ["toggle", "", "x"]]);
  });

  test("whoever is in it stays in it when somebody else puts it into a callout", () => {
    const host = caret(open("a", ["toggle", "line", "body"]), "body", 2);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(host.doc));
    const ben = press(caret(new Host(other), "line"), "moveUp");
    Y.applyUpdate(host.doc, Y.encodeStateAsUpdate(ben.doc));
    expect(shape(host)).toEqual([["toggle", "line", "body"], "a"]);
    expect([where(host), host.state.selection.$head.parentOffset, isShown(host)]).toEqual(["body", 2, true]);
  });
});
