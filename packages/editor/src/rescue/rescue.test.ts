import { NodeSelection, TextSelection, type Command } from "@tiptap/pm/state";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { blockRunAt } from "../blocks-in-selection.ts";
import { moveBlocks } from "../commands/blocks.ts";
import { commands } from "../commands/commands.ts";
import { DOCUMENT } from "../binding/y-types.ts";
import { element, text } from "../testing/odd-document.ts";
import { RescuingHost } from "../testing/rescuing-host.ts";
import type { LostWords, Rescued } from "./port.ts";

interface Range {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
}

const idsOf = (ranges: readonly Range[]): LostWords["lost"] => ({
  ranges: () => ranges,
  has: (client, clock) =>
    ranges.some((range) => range.client === client && range.clock <= clock && clock < range.clock + range.length),
});

/** The client id that Ana puts words back under. */
const PUT_BACK = 0;

/** Ana, who types, and Ben, who does things to blocks, before either has what the other did. */
class Meeting {
  readonly rescued: Rescued[] = [];
  readonly ana: RescuingHost;
  readonly ben: RescuingHost;
  #waiting: LostWords[] = [];
  #listener = (): void => {};

  constructor(blocks: readonly Y.XmlElement[], clientIds: readonly [ana: number, ben: number] = [2, 3]) {
    const seed = new Y.Doc();
    seed.clientID = 1;
    seed.getXmlFragment(DOCUMENT).push([...blocks]);
    const [ana, ben] = clientIds.map((client) => {
      const doc = new Y.Doc({ gc: false });
      doc.clientID = client;
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(seed));
      return doc;
    }) as [Y.Doc, Y.Doc];
    this.ana = new RescuingHost(ana, {
      lostAndFound: {
        subscribe: (listener) => {
          this.#listener = listener;
          return () => {};
        },
        take: () => this.#waiting.splice(0),
        isPutBack: (clientId) => clientId === PUT_BACK,
      },
      rescued: (rescued) => this.rescued.push(rescued),
    });
    this.ben = new RescuingHost(ben, null);
  }

  /** What Ben did arrives at Ana's, and what it took of hers is hers to put back. */
  arrive(): void {
    const typed = idsOf(rangesIn(Y.mergeUpdates(this.ana.updates)));
    const update = Y.mergeUpdates(this.ben.updates);
    const { structs, ds } = Y.decodeUpdate(update);
    const seen = [...ds.clients].flatMap(([client, items]) =>
      items.map(({ clock, len }) => ({ client, clock, length: len })),
    );
    const lost: Range[] = [];
    this.ana.doc.once("afterTransaction", (transaction: Y.Transaction) => {
      Y.iterateDeletedStructs(transaction, transaction.deleteSet, ({ id, length }) => {
        for (let at = 0; at < length; at++)
          if (typed.has(id.client, id.clock + at)) lost.push({ client: id.client, clock: id.clock + at, length: 1 });
      });
    });
    Y.applyUpdate(this.ana.doc, update, "wire");
    const made = idsOf(structs.map(({ id: { client, clock }, length }) => ({ client, clock, length })));
    this.#waiting.push({ lost: idsOf(lost), seen: idsOf(seen), made, clientId: PUT_BACK, behind: PUT_BACK + 1 });
    this.#listener();
  }

  /** All that the one has done arrives at the other's. */
  exchange(): void {
    Y.applyUpdate(this.ana.doc, Y.mergeUpdates(this.ben.updates), "wire");
    Y.applyUpdate(this.ben.doc, Y.mergeUpdates(this.ana.updates), "wire");
  }

  get shown(): string {
    return show(this.ana);
  }
}

const rangesIn = (update: Uint8Array): Range[] =>
  Y.decodeUpdate(update).structs.map(({ id: { client, clock }, length }) => ({ client, clock, length }));

const show = ({ state }: RescuingHost): string =>
  state.doc.content.content
    .map(String)
    .join(" ")
    .replaceAll("textBlock", "p")
    .replaceAll(/table(Row|Cell)?/g, "t$1");

/** Puts the caret, or a selection, at words of the document; behind them when `side` is 1. */
function at(host: RescuingHost, words: string, side: 0 | 1 = 0, until: string = words): void {
  const { doc } = host.state;
  const placeOf = (text: string): number => {
    let found = -1;
    doc.descendants((node, position) => {
      const index = node.isTextblock ? node.textContent.indexOf(text) : -1;
      if (index >= 0 && found < 0) found = position + 1 + index;
    });
    return found;
  };
  const to = until === words ? placeOf(words) + side * words.length : placeOf(until) + until.length;
  const from = until === words ? to : placeOf(words);
  host.dispatch(host.state.tr.setSelection(TextSelection.create(doc, from, to)));
}

function type(host: RescuingHost, words: string, before: string): void {
  at(host, before);
  host.dispatch(host.state.tr.insertText(words));
}

function run(host: RescuingHost, command: Command, words: string): void {
  at(host, words);
  host.run(command);
}

const lines = (): Y.XmlElement[] => [
  element("textBlock", { id: "a" }, ["first line "]),
  element("textBlock", { id: "b" }, ["second line here "]),
  element("textBlock", { id: "c" }, ["third line "]),
];

const table = (): Y.XmlElement[] => {
  const cell = (id: string): Y.XmlElement =>
    element("tableCell", { id: `cell-${id}` }, [element("textBlock", { id }, [`cell ${id} `])]);
  return [
    element("textBlock", { id: "a" }, ["first line "]),
    element("table", { id: "t" }, [
      element("tableRow", { id: "r1" }, [cell("one"), cell("two")]),
      element("tableRow", { id: "r2" }, [cell("three"), cell("four")]),
    ]),
  ];
};

describe("words typed into a block that somebody else", () => {
  test("moves stand in its copy, between the words they stood between, as bold as they were", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    at(meeting.ana, "very", 0, "very");
    at(meeting.ana, "very ", 0, "ery ");
    meeting.ana.run(commands.bold.run);
    run(meeting.ben, commands.moveUp.run, "third");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") p("third line ") p("second ", bold("very "), "line here ")');
    expect(meeting.rescued).toEqual([{ authors: [2], into: "copy" }]);
  });

  test("drags to somewhere else by its handle, alone or with others, stand in its copy", () => {
    const alone = new Meeting(lines());
    type(alone.ana, "very ", "line here");
    alone.ben.run(moveBlocks(blockRunAt(alone.ben.state, 1)!, 0));
    alone.arrive();
    expect(alone.shown).toBe('p("second very line here ") p("first line ") p("third line ")');
    const together = new Meeting(lines());
    type(together.ana, "very ", "line here");
    at(together.ben, "second", 0, "third line ");
    together.ben.run(moveBlocks(blockRunAt(together.ben.state, 2)!, 0));
    together.arrive();
    expect(together.shown).toContain('p("second very line here ")');
    expect(together.shown.match(/very/g)).toHaveLength(1);
  });

  test("moves in two places stand in two places", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "really ", "second");
    type(meeting.ana, "right ", "here");
    run(meeting.ben, commands.moveUp.run, "third");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") p("third line ") p("really second line right here ")');
  });

  test("joins to the one before stand in what it became", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    run(meeting.ben, commands.backspace.run, "second");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line second very line here ") p("third line ")');
  });

  test("turns into code stand in the code, which has no bold", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    at(meeting.ana, "very ", 0, "ery ");
    meeting.ana.run(commands.bold.run);
    run(meeting.ben, commands.codeBlock.run, "second");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") codeBlock("second very line here ") p("third line ")');
  });

  test("moves and rewrites stand at the end of it, apart from what is there", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    run(meeting.ben, commands.moveUp.run, "third");
    at(meeting.ben, "second", 0, "here ");
    meeting.ben.dispatch(meeting.ben.state.tr.insertText("other"));
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") p("third line ") p("other very ")');
  });

  test("deletes stand in a paragraph right where it was", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    run(meeting.ben, commands.deleteBlock.run, "second");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") p("very ") p("third line ")');
    expect(meeting.rescued).toEqual([{ authors: [2], into: "paragraph" }]);
  });

  test("deletes with everything else are what is left", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    meeting.ben.dispatch(meeting.ben.state.tr.setSelection(TextSelection.create(meeting.ben.state.doc, 1, 40)));
    meeting.ben.run(commands.deleteBlock.run);
    meeting.arrive();
    expect(meeting.shown).toContain('p("very ")');
    expect(meeting.shown).not.toContain("second");
  });

  test("deletes with its row stand behind the table, whose shape stays", () => {
    const meeting = new Meeting(table());
    type(meeting.ana, "new ", "three");
    run(meeting.ben, commands.deleteRow.run, "three");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") t(tRow(tCell(p("cell one ")), tCell(p("cell two ")))) p("new ")');
  });

  test.each([
    ["moveColumnRight", "one"],
    ["moveColumnLeft", "two"],
    ["moveRowDown", "one"],
    ["moveRowUp", "three"],
  ] as const)("moves with its row or column are in the cell where it is now: %s of %s", (command, moved) => {
    for (const cell of ["one", "two", "three", "four"]) {
      const meeting = new Meeting(table());
      type(meeting.ana, "new ", cell);
      run(meeting.ben, commands[command].run, moved);
      meeting.arrive();
      const wasMoved = meeting.shown.replace("new ", "");
      expect(wasMoved).toBe(show(meeting.ben));
      expect(meeting.shown.match(/p\("[^"]*new [^"]*"\)/)?.[0]).toContain(cell);
    }
  });

  test("deletes in a cell stand in that cell", () => {
    const meeting = new Meeting(table());
    run(meeting.ben, commands.enter.run, "one");
    Y.applyUpdate(meeting.ana.doc, Y.mergeUpdates(meeting.ben.updates.splice(0)), "wire");
    type(meeting.ana, "new ", "one");
    run(meeting.ben, commands.deleteBlock.run, "one");
    meeting.arrive();
    expect(meeting.shown).toContain('tCell(p("cell "), p("new "))');
  });

  test("moved with them in it are not put in again", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    run(meeting.ben, commands.moveUp.run, "third");
    type(meeting.ben, "very ", "line here");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") p("third line ") p("second very line here ")');
    expect(meeting.rescued).toEqual([]);
  });

  test("and only spaces among them are not worth a paragraph", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "  ", "line here");
    run(meeting.ben, commands.deleteBlock.run, "second");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") p("third line ")');
  });
});

describe("the caret", () => {
  test("of whoever was typing there goes along", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    run(meeting.ben, commands.moveUp.run, "third");
    meeting.arrive();
    meeting.ana.dispatch(meeting.ana.state.tr.insertText("long "));
    expect(meeting.shown).toContain("second very long line here");
  });

  test("of whoever has typed nothing there goes along too", () => {
    const meeting = new Meeting(lines());
    at(meeting.ana, "second ", 1);
    run(meeting.ben, commands.moveUp.run, "third");
    Y.applyUpdate(meeting.ana.doc, Y.mergeUpdates(meeting.ben.updates), "wire");
    meeting.ana.dispatch(meeting.ana.state.tr.insertText("long "));
    expect(meeting.shown).toBe('p("first line ") p("third line ") p("second long line here ")');
  });

  test("elsewhere stays, also where the words are put", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    at(meeting.ana, "first ", 1);
    run(meeting.ben, commands.moveUp.run, "third");
    meeting.arrive();
    meeting.ana.dispatch(meeting.ana.state.tr.insertText("long "));
    expect(meeting.shown).toContain("first long line");
  });

  test("that has left the block before anybody knew is not fetched back", () => {
    const meeting = new Meeting(lines());
    type(meeting.ana, "very ", "line here");
    meeting.ana.dispatch(meeting.ana.state.tr.setSelection(NodeSelection.create(meeting.ana.state.doc, 0)));
    run(meeting.ben, commands.moveUp.run, "third");
    meeting.arrive();
    expect(meeting.ana.state.selection).toBeInstanceOf(NodeSelection);
  });
});

test("one undo takes back what was put back and nothing else, one redo brings it again", () => {
  const meeting = new Meeting(lines());
  type(meeting.ana, "before ", "first");
  type(meeting.ana, "very ", "line here");
  run(meeting.ben, commands.moveUp.run, "third");
  meeting.arrive();
  type(meeting.ana, "after ", "line here");
  const undo = (): void => void meeting.ana.run(meeting.ana.undo.undo);
  undo();
  expect(meeting.shown).toBe('p("before first line ") p("third line ") p("second very line here ")');
  undo();
  expect(meeting.shown).toBe('p("before first line ") p("third line ") p("second line here ")');
  meeting.ana.run(meeting.ana.undo.redo);
  expect(meeting.shown).toContain("second very line here");
});

describe.each([{ clientIds: [2, 3] }, { clientIds: [3, 2] }] as const)(
  "what Ben goes on typing at the place before Ana has put words back there, ids $clientIds,",
  ({ clientIds }) => {
    const place = (isBold: boolean): Meeting => {
      const meeting = new Meeting(lines(), clientIds);
      if (isBold) {
        at(meeting.ana, "second ", 0, "second line");
        meeting.ana.run(commands.bold.run);
        Y.applyUpdate(meeting.ben.doc, Y.mergeUpdates(meeting.ana.updates.splice(0)), "wire");
      }
      type(meeting.ana, "very ", "line here");
      run(meeting.ben, commands.moveUp.run, "third");
      type(meeting.ben, "long ", "line here");
      const typed = meeting.ben.updates.splice(1);
      meeting.arrive();
      meeting.ben.updates.push(...typed);
      return meeting;
    };

    test.each([false, true])("stands behind them on both pages; in bold: %s", (isBold) => {
      const meeting = place(isBold);
      meeting.exchange();
      expect(show(meeting.ben)).toBe(meeting.shown);
      expect(meeting.ana.state.doc.textContent).toBe("first line third line second very long line here ");
    });

    test("does so when Ana has undone it and done it again", () => {
      const meeting = place(false);
      meeting.ana.run(meeting.ana.undo.undo);
      expect(meeting.ana.state.doc.textContent).toContain("second line");
      meeting.ana.run(meeting.ana.undo.redo);
      meeting.exchange();
      expect(show(meeting.ben)).toBe(meeting.shown);
      expect(meeting.ana.state.doc.textContent).toContain("second very long line here");
    });
  },
);

test("whoever hears of words that are put back finds the page's own client id", () => {
  const meeting = new Meeting(lines());
  type(meeting.ana, "very ", "line here");
  run(meeting.ben, commands.moveUp.run, "third");
  const found: number[] = [];
  meeting.ana.doc.on("afterTransaction", ({ doc }: Y.Transaction) => found.push(doc.clientID));
  meeting.ana.fragment.observeDeep(() => found.push(meeting.ana.doc.clientID));
  meeting.arrive();
  expect(new Set(found)).toEqual(new Set([2]));
  expect(Y.getState(meeting.ana.doc.store, PUT_BACK)).toBe("very ".length);
});

test("while someone composes nothing is put back; it waits until they are done", () => {
  const meeting = new Meeting(lines());
  type(meeting.ana, "very ", "line here");
  run(meeting.ben, commands.moveUp.run, "third");
  meeting.ana.composing = true;
  meeting.arrive();
  expect(meeting.shown).not.toContain("very");
  meeting.ana.composing = false;
  meeting.ana.rescue();
  expect(meeting.shown).toContain("second very line here");
});

test("what is put back is one edit, which makes the same of the other's document", () => {
  const meeting = new Meeting(lines());
  type(meeting.ana, "really ", "second");
  type(meeting.ana, "right ", "here");
  const before = meeting.ana.updates.length;
  run(meeting.ben, commands.moveUp.run, "third");
  meeting.arrive();
  expect(meeting.ana.updates.length).toBe(before + 1);
  Y.applyUpdate(meeting.ben.doc, Y.mergeUpdates(meeting.ana.updates), "wire");
  expect(show(meeting.ben)).toBe(meeting.shown);
});

describe("a footnote", () => {
  test("that is moved while somebody writes it keeps their words, and what refers to it", () => {
    const meeting = new Meeting([
      element("textBlock", { id: "a" }, [text({ insert: "one " }, { insert: { footnoteRef: { note: "n" } } })]),
      element("textBlock", { id: "n", kind: "footnote" }, ["said here "]),
    ]);
    type(meeting.ana, "long ago ", "here");
    run(meeting.ben, commands.moveUp.run, "said");
    meeting.arrive();
    expect(meeting.shown).toBe('p("said long ago here ") p("one ", footnoteRef)');
    expect(meeting.ana.state.doc.child(0).attrs).toMatchObject({ id: "n", kind: "footnote" });
  });

  test("put into a line that somebody else moves is referred to from the copy", () => {
    const meeting = new Meeting(lines());
    run(meeting.ana, commands.footnote.run, "line here");
    run(meeting.ben, commands.moveUp.run, "second");
    meeting.arrive();
    expect(meeting.shown).toBe('p("second ", footnoteRef, "line here ") p("first line ") p("third line ") p');
  });

  test("put into a line that somebody else makes code, or deletes, stays without what refers to it", () => {
    for (const [command, left] of [
      [commands.codeBlock.run, ' codeBlock("second very line here ")'],
      [commands.deleteBlock.run, ' p("very ")'],
    ] as const) {
      const meeting = new Meeting(lines());
      type(meeting.ana, "very ", "line here");
      run(meeting.ana, commands.footnote.run, "line here");
      run(meeting.ben, command, "second");
      meeting.arrive();
      expect(meeting.shown.replace(", footnoteRef", "")).toBe(`p("first line ")${left} p("third line ") p`);
    }
  });

  test("alone in a line that somebody deletes leaves no paragraph of a number", () => {
    const meeting = new Meeting(lines());
    run(meeting.ana, commands.footnote.run, "line here");
    run(meeting.ben, commands.deleteBlock.run, "second");
    meeting.arrive();
    expect(meeting.shown).toBe('p("first line ") p("third line ") p');
  });
});
