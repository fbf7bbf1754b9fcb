import { chainCommands } from "@tiptap/pm/commands";
import { NodeSelection, TextSelection, type Command } from "@tiptap/pm/state";
import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Host } from "../testing/host.ts";
import { element, text } from "../testing/odd-document.ts";
import { escapeTabPlugin } from "../escape-tab.ts";
import { readTitle } from "../reading/title.ts";
import { appliedRule, typingRulesPlugins } from "../typing-rules.ts";
import { Undo } from "../undo.ts";
import { tablesPlugin } from "../tables/plugin.ts";
import { blockRunAt } from "../blocks-in-selection.ts";
import { insertTable, moveBlocks, selectBlocks } from "./blocks.ts";
import { commands, type EditorCommand } from "./commands.ts";
import { setLink } from "./links.ts";

type Line = readonly [attributes: Record<string, unknown>, words: string];

function open(...lines: readonly Line[]): Host {
  const doc = new Y.Doc();
  doc
    .getXmlFragment("document")
    .push(lines.map(([attributes, words], at) => element("textBlock", { id: `b${at}`, ...attributes }, [words])));
  let undo: Undo | undefined;
  const host = new Host(doc, {
    plugins: (binding) => {
      undo = new Undo(binding);
      return [...typingRulesPlugins(() => isCurly), tablesPlugin()];
    },
  });
  if (undo !== undefined) undos.set(host, undo);
  return host;
}

const undos = new WeakMap<Host, Undo>();
/** Whether quotes become the ones that belong where they are typed. */
let isCurly = false;
afterEach(() => void (isCurly = false));

/** The key, as the editor binds it: a rule that did something just now is taken back first. */
function pressBackspace(host: Host): Host {
  const takeBack = undos.get(host)?.takeBackRule ?? (() => false);
  host.run(chainCommands(takeBack, backspace));
  return host;
}

/** A document of one block of code. */
function code(words: string): Host {
  const doc = new Y.Doc();
  doc.getXmlFragment("document").push([element("codeBlock", { id: "c" }, [words])]);
  return new Host(doc, { plugins: () => [escapeTabPlugin()] });
}

/** The document in short: kind, indent, words. */
function shape(host: Host): string[] {
  return host.state.doc.content.content.map((node) => {
    if (node.type.name !== "textBlock") return `${node.type.name} ${node.textContent}`.trim();
    const { kind, indent, checked } = node.attrs;
    return `${String(kind)}${indent > 0 ? `+${String(indent)}` : ""}${checked === true ? "!" : ""} ${node.textContent}`.trim();
  });
}

function ids(host: Host): unknown[] {
  return host.state.doc.content.content.map((node) => node.attrs["id"]);
}

/** Puts the caret at an offset in a block. */
function caret(host: Host, block: number, offset: number, to = offset): Host {
  let start = 1;
  for (let at = 0; at < block; at++) start += host.state.doc.child(at).nodeSize;
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, start + offset, start + to)));
  return host;
}

function press(host: Host, ...presses: readonly Command[]): Host {
  for (const run of presses) host.run(run);
  return host;
}

/** Types letter by letter, as a browser would: the rules first. */
function type(host: Host, letters: string): Host {
  for (const letter of letters) {
    const { from, to } = host.state.selection;
    const isHandled = host.state.plugins.some((plugin) => {
      const handle = plugin.props.handleTextInput as
        | ((view: unknown, from: number, to: number, text: string) => boolean)
        | undefined;
      return handle?.call(plugin, host, from, to, letter) === true;
    });
    if (!isHandled) host.dispatch(host.state.tr.insertText(letter));
  }
  return host;
}

const { enter, backspace, indent, outdent } = {
  enter: commands.enter.run,
  backspace: commands.backspace.run,
  indent: commands.indent.run,
  outdent: commands.outdent.run,
};

describe("the command table", () => {
  test("no two commands share a shortcut, and every label is unique", () => {
    const all = Object.values<EditorCommand>(commands);
    const shortcuts = all.flatMap(({ shortcut }) => (shortcut === undefined ? [] : [shortcut.toLowerCase()]));
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
    expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
  });

  test.each(Object.entries(commands))("%s asked without a dispatch changes nothing", (_name, { run }) => {
    const host = caret(open([{}, "title"], [{ kind: "task" }, "words"]), 1, 2);
    const before = host.state;
    run(before);
    expect(host.state).toBe(before);
  });

  test.each(Object.entries(commands))(
    "%s leaves a valid document that a fresh reading agrees with, from anywhere",
    (_name, { run }) => {
      const probe = open(
        [{}, "title"],
        [{ kind: "task", indent: 1 }, "words here"],
        [{ kind: "bullet" }, ""],
        [{}, "end"],
      );
      press(caret(probe, 3, 3), commands.table.run);
      press(caret(probe, 0, 0), commands.divider.run);
      for (let at = 0; at <= probe.state.doc.content.size; at++) {
        const host = open();
        host.dispatch(host.state.tr.replaceWith(0, host.state.doc.content.size, probe.state.doc.content));
        const $at = host.state.doc.resolve(at);
        if ($at.parent.inlineContent)
          host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, at)));
        else if ($at.nodeAfter !== null && NodeSelection.isSelectable($at.nodeAfter))
          host.dispatch(host.state.tr.setSelection(NodeSelection.create(host.state.doc, at)));
        press(host, run);
        host.state.doc.check();
        expect(host.state.doc.eq(host.render())).toBe(true);
      }
    },
  );
});

describe("turn into", () => {
  test("changes an attribute of the same shared element", () => {
    const host = caret(open([{}, "title"]), 0, 2);
    const shared = host.fragment.get(0);
    press(host, commands.heading3.run);
    expect(shape(host)).toEqual(["heading3 title"]);
    expect(host.fragment.get(0)).toBe(shared);
    press(host, commands.bullet.run, commands.bullet.run);
    expect(shape(host)).toEqual(["text title"]);
    expect((host.fragment.get(0) as Y.XmlElement).getAttributes()).toEqual({ id: "b0" });
  });

  test("takes the whole selection", () => {
    const host = open([{}, "a"], [{ kind: "quote" }, "b"], [{}, "c"]);
    host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, 1, 5)));
    expect(shape(press(host, commands.numbered.run))).toEqual(["numbered a", "numbered b", "text c"]);
  });

  test("code and back keeps the words and the id", () => {
    const host = caret(open([{ kind: "bullet" }, "let x"]), 0, 2);
    press(host, commands.codeBlock.run);
    expect(shape(host)).toEqual(["codeBlock let x"]);
    expect(shape(press(host, commands.codeBlock.run))).toEqual(["text let x"]);
    expect(ids(host)).toEqual(["b0"]);
  });
});

describe("Enter", () => {
  test("in the middle: the words before the caret keep the id", () => {
    const host = press(caret(open([{ kind: "task", checked: true, indent: 2 }, "onetwo"]), 0, 3), enter);
    expect(shape(host)).toEqual(["task+2! one", "task+2 two"]);
    expect(ids(host)[0]).toBe("b0");
    expect(ids(host)[1]).not.toBe("b0");
  });

  test("at the very start: an empty block goes before, the words keep their id", () => {
    const host = press(caret(open([{ kind: "bullet" }, "one"]), 0, 0), enter);
    expect(shape(host)).toEqual(["bullet", "bullet one"]);
    expect(ids(host)[1]).toBe("b0");
    expect(host.state.selection.$from.parent.textContent).toBe("one");
  });

  test("at the end of a heading text follows; a heading cut in two stays one", () => {
    expect(shape(press(caret(open([{ kind: "heading2" }, "head"]), 0, 4), enter))).toEqual(["heading2 head", "text"]);
    expect(shape(press(caret(open([{ kind: "heading2" }, "head"]), 0, 2), enter))).toEqual([
      "heading2 he",
      "heading2 ad",
    ]);
  });

  test("in an empty item: one step out, then text", () => {
    const host = caret(open([{ kind: "bullet", indent: 1 }, ""]), 0, 0);
    expect(shape(press(host, enter))).toEqual(["bullet"]);
    expect(shape(press(host, enter))).toEqual(["text"]);
    expect(shape(press(host, enter))).toEqual(["text", "text"]);
  });

  test("in code a new line; Mod+Enter leaves", () => {
    const host = caret(open([{}, "x"]), 0, 1);
    press(host, commands.codeBlock.run, enter);
    expect(host.state.doc.textContent).toBe("x\n");
    expect(shape(press(host, commands.leaveCode.run))).toEqual(["codeBlock x", "text"]);
  });

  test("in code the next line begins as this one does; after two empty lines it leaves, and they go", () => {
    const host = caret(code("if (x) {\n    y();"), 0, 17);
    press(host, enter);
    expect(host.state.doc.textContent).toBe("if (x) {\n    y();\n    ");
    press(host, enter, enter);
    expect(shape(host)).toEqual(["codeBlock if (x) {\n    y();", "text"]);
    expect(host.state.selection.$from.parent.type.name).toBe("textBlock");
    expect(ids(host)[0]).toBe("c");
  });

  test("Shift+Enter is one character in the shared text", () => {
    const host = press(caret(open([{}, "onetwo"]), 0, 3), commands.hardBreak.run);
    expect(((host.fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).toString()).toBe("one\ntwo");
    expect(host.state.doc.child(0).child(1).type.name).toBe("hardBreak");
  });
});

describe("Backspace at the start", () => {
  test("first takes the kind, then the indent, then joins", () => {
    const host = caret(open([{}, "one"], [{ kind: "quote", indent: 1 }, "two"]), 1, 0);
    expect(shape(press(host, backspace))).toEqual(["text one", "text+1 two"]);
    expect(shape(press(host, backspace))).toEqual(["text one", "text two"]);
    expect(shape(press(host, backspace))).toEqual(["text onetwo"]);
    expect(ids(host)).toEqual(["b0"]);
  });

  test("after an empty line removes that line, and the words stay in their own block", () => {
    const host = press(caret(open([{}, ""], [{}, "two"]), 1, 0), backspace);
    expect(ids(host)).toEqual(["b1"]);
  });
});

describe("Tab", () => {
  test("indents list items up to 8 and back, and is left to the browser in text", () => {
    const host = caret(open([{ kind: "bullet" }, "a"], [{}, "b"]), 0, 1);
    for (let at = 0; at < 10; at++) press(host, indent);
    expect(shape(host)[0]).toBe("bullet+8 a");
    expect(shape(press(host, outdent))[0]).toBe("bullet+7 a");
    expect(caret(host, 1, 0).run(indent)).toBe(false);
  });

  test("in code: at the caret, or every selected line, by what the code is indented with", () => {
    const host = caret(code("a {\n\tb\n}"), 0, 0, 6);
    press(host, indent);
    expect(host.state.doc.textContent).toBe("\ta {\n\t\tb\n}");
    press(host, outdent, outdent);
    expect(host.state.doc.textContent).toBe("a {\nb\n}");
    expect(press(caret(code("ab"), 0, 1), indent).state.doc.textContent).toBe("a  b");
    expect(caret(code("ab"), 0, 1).run(outdent), "the key stays the block's").toBe(true);
  });

  test("leaves code after Escape, once", () => {
    const host = caret(code("ab"), 0, 1);
    const escape = { key: "Escape" } as KeyboardEvent;
    for (const plugin of host.state.plugins)
      (plugin.props.handleKeyDown as ((view: unknown, event: KeyboardEvent) => boolean) | undefined)?.call(
        plugin,
        host,
        escape,
      );
    expect(host.run(indent)).toBe(false);
    caret(host, 0, 2);
    expect(host.run(indent)).toBe(true);
  });

  test("walks through the cells of a table", () => {
    const host = press(caret(open([{}, ""]), 0, 0), insertTable(2, 2));
    const first = host.state.selection.head;
    press(host, indent);
    expect(host.state.selection.head).toBeGreaterThan(first);
    press(host, outdent);
    expect(host.state.selection.head).toBe(first);
  });
});

describe("code", () => {
  test("Mod+A selects the code first, then leaves it to the editor", () => {
    const host = caret(code("one\ntwo"), 0, 2);
    press(host, commands.selectCode.run);
    expect([host.state.selection.from, host.state.selection.to]).toEqual([1, 8]);
    expect(host.run(commands.selectCode.run)).toBe(false);
  });

  test("at the end of a document the arrow down makes a line to go on, once", () => {
    const host = caret(code("one\ntwo"), 0, 2);
    expect(host.run(commands.leaveBelow.run), "not in its last line").toBe(false);
    press(caret(host, 0, 5), commands.leaveBelow.run);
    expect(shape(host)).toEqual(["codeBlock one\ntwo", "text"]);
    expect(caret(host, 0, 5).run(commands.leaveBelow.run)).toBe(false);
  });
});

describe("a picture's caption", () => {
  /** A title, a picture and what follows; the picture selected. */
  function picture(...after: readonly Line[]): Host {
    const doc = new Y.Doc();
    doc
      .getXmlFragment("document")
      .push([
        element("textBlock", { id: "t" }, ["title"]),
        element("image", { id: "p", blob: "0123456789abcdef".repeat(4) }),
        ...after.map(([attributes, words]) => element("textBlock", attributes, [words])),
      ]);
    const host = new Host(doc);
    host.dispatch(host.state.tr.setSelection(NodeSelection.create(host.state.doc, 7)));
    return host;
  }

  test("stands below it, is gone to when it is there already, and Enter in it writes text", () => {
    const host = press(picture([{}, "words"]), commands.caption.run);
    expect(shape(host)).toEqual(["text title", "image", "caption", "text words"]);
    host.dispatch(host.state.tr.insertText("seen"));
    host.dispatch(host.state.tr.setSelection(NodeSelection.create(host.state.doc, 7)));
    press(host, commands.caption.run);
    host.dispatch(host.state.tr.insertText("!"));
    expect(shape(press(host, enter))).toEqual(["text title", "image", "caption seen!", "text", "text words"]);
  });

  test("goes where the picture goes, and away with it; Enter on the picture writes below both", () => {
    const below: readonly Line[] = [
      [{ kind: "caption" }, "seen"],
      [{}, "words"],
    ];
    expect(shape(press(picture(...below), commands.moveDown.run))).toEqual([
      "text title",
      "text words",
      "image",
      "caption seen",
    ]);
    expect(shape(press(caret(picture(...below), 3, 1), commands.moveUp.run))).toEqual([
      "text title",
      "text words",
      "image",
      "caption seen",
    ]);
    expect(shape(press(caret(picture(...below), 2, 1), commands.moveUp.run))[1]).toBe("caption seen");
    expect(shape(press(picture(...below), commands.deleteBlock.run))).toEqual(["text title", "text words"]);
    expect(shape(press(picture(...below), enter))[3]).toBe("text");
  });

  test("is no document's title", () => {
    const host = picture([{ kind: "caption" }, "seen"], [{}, "words"]);
    host.dispatch(host.state.tr.delete(0, 7));
    expect(readTitle(host.fragment)).toBe("words");
  });
});

describe("blocks", () => {
  test("move up and down, and stop at the ends", () => {
    const host = caret(open([{}, "a"], [{}, "b"], [{}, "c"]), 1, 1);
    expect(shape(press(host, commands.moveUp.run, commands.moveUp.run))).toEqual(["text b", "text a", "text c"]);
    expect(shape(press(host, commands.moveDown.run, commands.moveDown.run, commands.moveDown.run))).toEqual([
      "text a",
      "text c",
      "text b",
    ]);
    expect(new Set(ids(host))).toEqual(new Set(["b0", "b1", "b2"]));
  });

  test("several move together to anywhere, with their ids and the selection in them", () => {
    const host = open([{}, "a"], [{}, "b"], [{}, "c"], [{}, "d"]);
    host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, 5, 7)));
    const run = blockRunAt(host.state, 2);
    expect([run?.from, run?.to]).toEqual([3, 9]);
    expect(shape(press(host, moveBlocks(run!, 0)))).toEqual(["text b", "text c", "text a", "text d"]);
    expect(ids(host)).toEqual(["b1", "b2", "b0", "b3"]);
    expect([host.state.selection.from, host.state.selection.to]).toEqual([2, 4]);
    expect(shape(press(host, moveBlocks({ from: 0, to: 6 }, 12)))).toEqual(["text a", "text d", "text b", "text c"]);
    expect([host.state.selection.from, host.state.selection.to]).toEqual([8, 10]);
    expect(host.run(moveBlocks({ from: 0, to: 6 }, 3))).toBe(false);
  });

  test("one that is not among the selected is acted on alone", () => {
    const host = open([{}, "a"], [{}, "b"], [{}, "c"]);
    host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, 1, 5)));
    const run = blockRunAt(host.state, 2)!;
    expect([run.startIndex, run.endIndex]).toEqual([2, 3]);
    press(host, selectBlocks(run), commands.deleteBlock.run);
    expect(shape(host)).toEqual(["text a", "text b"]);
  });

  test("a table or a picture as a whole is duplicated, moved and deleted as one block", () => {
    for (const make of [commands.table.run, commands.divider.run]) {
      const host = press(caret(open([{}, "a"], [{}, "b"]), 0, 1), make);
      const name = shape(host)[1];
      const select = () => press(host, selectBlocks(blockRunAt(host.state, 1)!));
      press(select(), commands.duplicate.run);
      expect(shape(host).filter((line) => line === name)).toHaveLength(2);
      press(select(), commands.deleteBlock.run);
      press(select(), commands.moveUp.run);
      expect(shape(host)[0]).toBe(name);
      press(host, selectBlocks(blockRunAt(host.state, 0)!), commands.deleteBlock.run);
      expect(shape(host)).not.toContain(name);
    }
  });

  test("a duplicate has an id of its own", () => {
    const host = press(caret(open([{ kind: "task" }, "a"]), 0, 1), commands.duplicate.run);
    expect(shape(host)).toEqual(["task a", "task a"]);
    expect(new Set(ids(host)).size).toBe(2);
  });

  test("deleting the only block leaves an empty one", () => {
    expect(shape(press(caret(open([{}, "a"]), 0, 0), commands.deleteBlock.run))).toEqual(["text"]);
  });
});

describe("links", () => {
  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "\u0001javascript:x",
    "",
    "blob:x",
    "//evil.example",
  ])("%j is refused", (href) => {
    const host = caret(open([{}, "word"]), 0, 0, 4);
    expect(host.run(setLink(href))).toBe(false);
  });

  test("http, https, mailto and places in the document are set, and removed from within", () => {
    for (const href of ["http://a.example", "https://a.example/?q=1#x", "mailto:a@example.org", "#block"]) {
      const host = caret(open([{}, "one two three"]), 0, 4, 7);
      expect(host.run(setLink(href))).toBe(true);
      expect(host.state.doc.child(0).child(1).marks[0]?.attrs["href"]).toBe(href);
      press(caret(host, 0, 5), commands.unlink.run);
      expect(host.state.doc.child(0).childCount).toBe(1);
    }
  });

  test.each([
    ["https://a.example/x?y=1#z ", "https://a.example/x?y=1#z", "https://a.example/x?y=1#z"],
    ["(see https://a.example/b(c)). ", "https://a.example/b(c)", "https://a.example/b(c)"],
    ["[https://a.example] ", "https://a.example", "https://a.example"],
    ["www.a.example, ", "https://www.a.example", "www.a.example"],
    ["ana@a.example ", "mailto:ana@a.example", "ana@a.example"],
  ])("%j typed is a link", (letters, href, words) => {
    const host = type(caret(open([{}, ""]), 0, 0), letters);
    const linked = host.state.doc.child(0).content.content.filter(({ marks }) => marks.length > 0);
    expect(linked.map(({ text: text_, marks }) => [text_, marks[0]?.attrs["href"]])).toEqual([[words, href]]);
    expect(host.state.doc.textContent).toBe(letters);
  });

  test("an address and Enter is a link, too", () => {
    const host = press(type(caret(open([{}, ""]), 0, 0), "https://a.example"), enter);
    expect(host.state.doc.child(0).child(0).marks[0]?.attrs["href"]).toBe("https://a.example");
    expect(shape(host)).toEqual(["text https://a.example", "text"]);
  });

  test("words, files, unsafe addresses and code are no links", () => {
    for (const letters of [
      "notes.md ",
      "e.g. ",
      "javascript:alert(1) ",
      "data:text/html,x ",
      "http:// ",
      "a@b ",
      "@ana ",
      "`www.a.example ",
    ]) {
      const host = type(caret(open([{}, ""]), 0, 0), letters);
      expect(host.state.doc.child(0).content.content.some(({ marks }) => marks.length > 0)).toBe(false);
      expect(host.state.doc.textContent).toBe(letters);
    }
    const host = type(press(caret(open([{}, ""]), 0, 0), commands.code.run), "www.a.example ");
    expect(
      host.state.doc
        .child(0)
        .child(0)
        .marks.map((mark) => mark.type.name),
    ).toEqual(["code"]);
  });

  test("an unsafe address of another client is kept, and never rendered", () => {
    const doc = new Y.Doc();
    doc
      .getXmlFragment("document")
      .push([element("textBlock", {}, [text({ insert: "x", attributes: { link: { href: "javascript:alert(1)" } } })])]);
    const host = new Host(doc);
    const mark = host.state.doc.child(0).child(0).marks[0];
    expect(JSON.stringify(mark?.type.spec.toDOM?.(mark, true))).not.toContain("javascript");
    expect(((host.fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).toDelta()).toEqual([
      { insert: "x", attributes: { link: { href: "javascript:alert(1)" } } },
    ]);
  });
});

describe("typing rules", () => {
  test.each([
    ["# ", "heading1"],
    ["###### ", "heading6"],
    ["- ", "bullet"],
    ["* ", "bullet"],
    ["1. ", "numbered"],
    ["[] ", "task"],
    ["[ ] ", "task"],
    ["[x] ", "task!"],
    ["> ", "quote"],
    ["```ts ", "codeBlock"],
  ])("%j becomes %s", (letters, expected) => {
    const host = type(caret(open([{}, ""]), 0, 0), letters);
    expect(shape(host)[0]).toBe(expected);
    expect(ids(host)).toEqual(["b0"]);
  });

  test("``` and Enter starts code; --- makes a divider and goes on below", () => {
    const code = press(type(caret(open([{}, ""]), 0, 0), "```js"), enter);
    expect(code.state.doc.child(0).attrs).toMatchObject({ language: "js" });
    const math = press(type(caret(open([{}, ""]), 0, 0), "$$"), enter);
    expect(math.state.doc.child(0).attrs).toMatchObject({ language: "math" });
    expect(type(caret(open([{}, ""]), 0, 0), "$$ ").state.doc.child(0).attrs).toMatchObject({ language: "math" });
    expect(shape(type(caret(open([{}, ""]), 0, 0), "---x"))).toEqual(["divider", "text x"]);
  });

  test.each([
    ["a **bold** b", "bold", "bold"],
    ["a *slanted* b", "italic", "slanted"],
    ["a _slanted_ b", "italic", "slanted"],
    ["a ~~gone~~ b", "strike", "gone"],
    ["a `x = 1` b", "code", "x = 1"],
    ["a $$x_1 * y$$ b", "math", "x_1 * y"],
  ])("%j marks the words and nothing after them", (letters, mark, words) => {
    const host = type(caret(open([{}, ""]), 0, 0), letters);
    const marked = host.state.doc
      .child(0)
      .content.content.filter((node) => node.marks.some(({ type: { name } }) => name === mark));
    expect(marked.map((node) => node.text)).toEqual([words]);
    expect(host.state.doc.textContent).toBe(`a ${words} b`);
  });

  test("2 * 3 * 4 and snake_case_name are left alone", () => {
    for (const letters of ["2 * 3 * 4", "snake_case_name ", "** no **"]) {
      const host = type(caret(open([{}, ""]), 0, 0), letters);
      expect(host.state.doc.textContent).toBe(letters);
    }
  });

  test.each([
    ["# ", "text # "],
    ["###### ", "text ###### "],
    ["- ", "text - "],
    ["* ", "text * "],
    ["+ ", "text + "],
    ["1. ", "text 1. "],
    ["1) ", "text 1) "],
    ["[] ", "text [] "],
    ["[x] ", "text [x] "],
    ["> ", "text > "],
    ["```ts ", "text ```ts "],
    ["---", "text ---"],
    ["a **bold**", "text a **bold**"],
    ["a __bold__", "text a __bold__"],
    ["a *slanted*", "text a *slanted*"],
    ["a _slanted_", "text a _slanted_"],
    ["a ~~gone~~", "text a ~~gone~~"],
    ["a `x = 1`", "text a `x = 1`"],
    ["see https://a.example ", "text see https://a.example "],
  ])("one Backspace takes back what %j did, and keeps what was typed", (letters, expected) => {
    const host = type(caret(open([{}, ""]), 0, 0), letters);
    const before = host.state.doc;
    // What somebody else does meanwhile does not count as going on.
    host.doc.transact(() => host.fragment.push([element("textBlock", { id: "theirs" }, ["theirs"])]), "wire");
    pressBackspace(host);
    expect(shape(host)).toEqual([expected, "text theirs"].map((line) => line.trim()));
    expect(host.state.doc.textContent).toBe(`${letters}theirs`);
    expect(host.state.doc.child(0).content.content.every(({ marks }) => marks.length === 0)).toBe(true);
    expect(host.state.doc.eq(host.render())).toBe(true);
    expect(before.eq(host.state.doc)).toBe(false);
    expect(host.state.selection.head).toBe(1 + letters.length);
    // The next one is a Backspace like any other.
    expect(appliedRule(host.state)).toBeNull();
  });

  test.each([
    [`"Well," she said`, "“Well,” she said"],
    [`it's 'so', isn't it`, "it’s ‘so’, isn’t it"],
    [`("he said 'no'")`, "(“he said ‘no’”)"],
    [`a—"b" c`, "a—“b” c"],
    [`"'twice'"`, "“‘twice’”"],
  ])("who asks for curly quotes gets %j as %j", (letters, expected) => {
    expect(shape(type(caret(open([{}, ""]), 0, 0), letters))).toEqual([`text ${letters}`]);
    isCurly = true;
    expect(shape(type(caret(open([{}, ""]), 0, 0), letters))).toEqual([`text ${expected}`]);
  });

  test("a curly quote takes the place of what is selected; one Backspace makes it straight, and the next goes on; in code it stays", () => {
    isCurly = true;
    const host = type(caret(open([{}, "say this"]), 0, 4, 8), '"');
    expect(shape(host)).toEqual(["text say “"]);
    expect(shape(pressBackspace(type(host, "a'")))).toEqual(["text say “a'"]);
    expect(shape(type(host, "b"))).toEqual(["text say “a'b"]);
    expect(shape(type(caret(open([{}, ""]), 0, 0), '`a` "'))).toEqual(["text a “"]);
    const coded = open([{}, ""]);
    const mark = coded.state.schema.marks["code"]!.create();
    coded.dispatch(coded.state.tr.insert(1, coded.state.schema.text("x = ", [mark])));
    expect(shape(type(caret(coded, 0, 4), '"'))).toEqual(['text x = "']);
  });

  test.each([
    ["`print('a')` isn't", "text print('a') isn’t"],
    [`$$f'(x)$$ "is"`, "text f'(x) “is”"],
  ])(
    "quotes between the backticks and dollars of %j became curly in code and formulas: there they stay",
    (letters, expected) => {
      isCurly = true;
      expect(shape(type(caret(open([{}, ""]), 0, 0), letters))).toEqual([expected]);
    },
  );

  test("one Backspace takes back the code that ``` and Enter began", () => {
    const host = pressBackspace(press(type(caret(open([{}, ""]), 0, 0), "```js"), enter));
    expect(shape(host)).toEqual(["text ```js"]);
  });

  test("what somebody else typed in the block meanwhile stays when a rule is taken back", () => {
    const host = type(caret(open([{}, ""]), 0, 0), "# ");
    const shared = (host.fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText;
    host.doc.transact(() => shared.insert(0, "theirs"), "wire");
    pressBackspace(host);
    expect(shape(host)[0]).toContain("theirs");
    expect(host.state.doc.child(0).attrs["kind"]).toBe("text");
    expect(host.state.doc.textContent).toContain("# ");
  });

  test("after going on, Backspace is Backspace", () => {
    const host = type(caret(open([{}, ""]), 0, 0), "# ab");
    expect(shape(pressBackspace(host))).toEqual(["heading1 ab"]);
    expect(shape(pressBackspace(caret(host, 0, 0)))).toEqual(["text ab"]);
  });

  test("the words a mark rule encloses stay the same shared letters", () => {
    const host = type(caret(open([{}, ""]), 0, 0), "**bold*");
    const shared = (host.fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText;
    const inside = Y.createRelativePositionFromTypeIndex(shared, 4);
    type(host, "*");
    expect(Y.createAbsolutePositionFromRelativePosition(inside, host.doc)?.index).toBe(2);
    expect(shared.toDelta()).toEqual([{ insert: "bold", attributes: { bold: {} } }]);
  });
});
