import type { Node } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import { CellSelection, TableMap } from "@tiptap/pm/tables";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { commands, type CommandName } from "../commands/commands.ts";
import { sizeColumns } from "../commands/table-widths.ts";
import type { Host } from "../testing/host.ts";
import { openNetwork, type Network } from "../testing/network.ts";
import { element } from "../testing/odd-document.ts";
import { Undo } from "../undo.ts";
import { pasteCells, textOfCells, textToCells } from "./clipboard.ts";
import { tablesPlugin } from "./plugin.ts";

/** A table of letters, one a cell; `.` for an empty cell. */
const tableOf = (...rows: readonly string[]): Y.XmlElement =>
  element(
    "table",
    { id: "t" },
    rows.map((row, at) =>
      element(
        "tableRow",
        { id: `r${at}` },
        Array.from(row, (letter, column) =>
          element("tableCell", { id: `c${at}${column}` }, [
            element("textBlock", { id: `b${at}${column}` }, [letter === "." ? "" : letter]),
          ]),
        ),
      ),
    ),
  );

const plugins = () => [tablesPlugin()];

const meet = (...rows: readonly string[]): Network =>
  openNetwork(2, (fragment) => fragment.push([element("textBlock", { id: "title" }, ["T"]), tableOf(...rows)]), {
    plugins,
  });

const open = (...rows: readonly string[]): Host => meet(...rows).hosts[0]!;

const tableIn = (host: Host): Node | null =>
  host.state.doc.content.content.find(({ type }) => type.name === "table") ?? null;

/** The cells as they are: letters, a dash where a merged cell reaches over, `*` on headers. */
function shown(host: Host): string[] {
  const table = tableIn(host);
  if (table === null) return [];
  const { map, width, height, problems } = TableMap.get(table);
  expect(problems).toBeNull();
  const seen = new Set<number>();
  return Array.from({ length: height }, (_, row) =>
    map
      .slice(row * width, (row + 1) * width)
      .map((offset) => {
        if (seen.has(offset)) return "-";
        seen.add(offset);
        const cell = table.nodeAt(offset)!;
        const words = cell.content.content.map(({ textContent }) => textContent).join("/");
        return `${words || "."}${cell.attrs["header"] === true ? "*" : ""}`;
      })
      .join(""),
  );
}

function cellAt(host: Host, row: number, column: number): number {
  const { map, width } = TableMap.get(tableIn(host)!);
  return host.state.doc.child(0).nodeSize + 1 + map[row * width + column]!;
}

function caret(host: Host, row: number, column: number): Host {
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, cellAt(host, row, column) + 2)));
  return host;
}

function select(host: Host, [top, left]: readonly [number, number], [bottom, right]: readonly [number, number]): Host {
  const selection = CellSelection.create(host.state.doc, cellAt(host, top, left), cellAt(host, bottom, right));
  host.dispatch(host.state.tr.setSelection(selection));
  return host;
}

const run = (host: Host, ...names: readonly CommandName[]): Host => {
  for (const name of names) host.run(commands[name].run);
  return host;
};

const type = (host: Host, words: string): void => host.dispatch(host.state.tr.insertText(words));

const cellsShared = (host: Host): number[] =>
  host.fragment
    .toArray()
    .flatMap((block) =>
      block instanceof Y.XmlElement && block.nodeName === "table"
        ? block.toArray().map((row) => (row as Y.XmlElement).length)
        : [],
    );

describe("two people in one table", () => {
  test("of whom one adds a row and one a column have a rectangle at once, and nobody wrote it", () => {
    const network = meet("ab", "cd");
    const [ana, ben] = network.hosts as [Host, Host];
    run(caret(ana, 1, 0), "addRowAfter");
    run(caret(ben, 0, 1), "addColumnAfter");
    network.flush();
    for (const host of [ana, ben]) {
      expect(shown(host)).toEqual(["ab.", "cd.", "..."]);
      expect(host.updates).toHaveLength(1);
    }
    expect(cellsShared(ana)).toEqual([3, 3, 2]);
  });

  test("who both type in a table that lacks a cell, again and again, add none to it", () => {
    const network = meet("ab", "cd");
    const [ana, ben] = network.hosts as [Host, Host];
    run(caret(ana, 1, 0), "addRowAfter");
    run(caret(ben, 0, 1), "addColumnAfter");
    network.flush();
    for (let at = 0; at < 5; at++) {
      type(caret(ana, 0, 0), "x");
      type(caret(ben, 2, 0), "y");
      network.flush();
    }
    for (const host of [ana, ben]) expect(shown(host)).toEqual(["xxxxxab.", "cd.", "yyyyy.."]);
    expect(cellsShared(ana)).toEqual([3, 3, 2]);
  });

  test("may write in a cell that is only in the view, both at once, and no word goes", () => {
    const network = meet("ab", "c");
    const [ana, ben] = network.hosts as [Host, Host];
    type(caret(ana, 1, 1), "A");
    type(caret(ben, 1, 1), "B");
    network.flush();
    for (const host of [ana, ben]) expect(shown(host)[1]).toMatch(/^c(AB|BA)$/);
    expect(shown(ana)).toEqual(shown(ben));
  });

  test("who both add a column have both", () => {
    const network = meet("ab", "cd");
    const [ana, ben] = network.hosts as [Host, Host];
    run(caret(ana, 0, 0), "addColumnAfter");
    run(caret(ben, 1, 1), "addColumnAfter");
    network.flush();
    for (const host of [ana, ben]) expect(shown(host)).toEqual(["a.b.", "c.d."]);
  });

  test("of whom one merges cells between which the other puts a row have a rectangle", () => {
    const network = meet("ab", "cd");
    const [ana, ben] = network.hosts as [Host, Host];
    run(select(ana, [0, 0], [1, 0]), "mergeCells");
    run(caret(ben, 0, 1), "addRowAfter");
    network.flush();
    expect(shown(ana)).toEqual(shown(ben));
    expect(shown(ana).join("")).toContain("a/c");
  });

  test("of whom one sizes a column and one adds a row agree on its width", () => {
    const network = meet("ab", "cd");
    const [ana, ben] = network.hosts as [Host, Host];
    caret(ana, 0, 0).run(sizeColumns(0, 1, () => 200));
    run(caret(ben, 1, 0), "addRowAfter");
    network.flush();
    const widths = (host: Host) => tableIn(host)!.content.content.map((row) => row.firstChild!.attrs["colwidth"]);
    for (const host of [ana, ben]) expect(widths(host)).toEqual([[200], [200], [200]]);
  });
});

describe("rows and columns", () => {
  test("are added beside the selected ones", () => {
    expect(shown(run(caret(open("ab", "cd"), 1, 1), "addRowBefore"))).toEqual(["ab", "..", "cd"]);
    expect(shown(run(caret(open("ab", "cd"), 1, 1), "addColumnBefore"))).toEqual(["a.b", "c.d"]);
  });

  test("of headers go on", () => {
    const host = run(caret(open("ab", "cd"), 0, 0), "toggleHeaderRow", "toggleHeaderColumn");
    expect(shown(host)).toEqual(["a*b*", "c*d"]);
    run(caret(host, 1, 1), "addRowAfter", "addColumnAfter");
    expect(shown(host)).toEqual(["a*b*.*", "c*d.", ".*.."]);
    expect(shown(run(host, "toggleHeaderRow"))).toEqual(["a*b.", "c*d.", ".*.."]);
  });

  test("move past their neighbours, several at once, and keep the selection", () => {
    const host = select(open("ab", "cd", "ef"), [0, 0], [1, 1]);
    expect(shown(run(host, "moveRowDown"))).toEqual(["ef", "ab", "cd"]);
    expect(shown(run(host, "moveRowDown"))).toEqual(["ef", "ab", "cd"]);
    expect(shown(run(host, "moveUp"))).toEqual(["ab", "cd", "ef"]);
    expect(shown(run(caret(host, 0, 0), "moveColumnRight", "moveColumnRight"))).toEqual(["ba", "dc", "fe"]);
    expect(shown(run(host, "moveColumnLeft"))).toEqual(["ab", "cd", "ef"]);
    expect(host.state.selection.$head.parent.textContent).toBe("a");
  });

  test("do not move through merged cells", () => {
    const host = run(select(open("abc", "def"), [0, 0], [0, 1]), "mergeCells");
    expect(caret(host, 1, 0).run(commands.moveColumnRight.run)).toBe(false);
    expect(shown(run(caret(host, 1, 2), "moveRowUp"))).toEqual(["def", "a/b-c"]);
  });

  test("are duplicated with their words, under ids of their own", () => {
    const host = run(caret(open("ab", "cd"), 0, 1), "duplicateColumn", "duplicateRow");
    expect(shown(host)).toEqual(["abb", "abb", "cdd"]);
    const ids: unknown[] = [];
    host.state.doc.descendants((node) => void ids.push(...(node.attrs["id"] === undefined ? [] : [node.attrs["id"]])));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("go, and the table goes with the last", () => {
    const host = run(caret(open("ab", "cd"), 0, 1), "deleteColumn");
    expect(shown(host)).toEqual(["a", "c"]);
    run(host, "deleteRow");
    expect(shown(host)).toEqual(["c"]);
    run(host, "deleteColumn");
    expect(tableIn(host)).toBeNull();
  });

  test("take one undo each", () => {
    const host = open("abc", "def");
    const undo = new Undo(host.binding);
    for (const name of ["moveColumnRight", "duplicateColumn", "clearCells", "widerColumn"] as const) {
      run(caret(host, 0, 0), name);
      undo.manager.stopCapturing();
      host.run(undo.undo);
      expect(shown(host), name).toEqual(["abc", "def"]);
      undo.manager.stopCapturing();
    }
  });
});

describe("cells", () => {
  test("are emptied by deleting, then whole rows of them go, then the table", () => {
    const host = run(select(open("ab", "cd", "ef"), [1, 0], [1, 1]), "backspace");
    expect(shown(host)).toEqual(["ab", "..", "ef"]);
    expect(shown(run(host, "backspace"))).toEqual(["ab", "ef"]);
    run(select(host, [0, 0], [1, 1]), "deleteForward");
    expect(shown(host)).toEqual(["..", ".."]);
    expect(tableIn(run(host, "deleteForward"))).toBeNull();
  });

  test("that are emptied keep the line others type in", () => {
    const network = meet("ab", "cd");
    const [ana, ben] = network.hosts as [Host, Host];
    run(select(ana, [0, 0], [0, 1]), "clearCells");
    type(caret(ben, 0, 1), "x");
    network.flush();
    for (const host of [ana, ben]) expect(shown(host)).toEqual([".x", "cd"]);
  });

  test("follow one another by Tab, and behind the last comes a new row", () => {
    const host = run(caret(open("ab", "cd"), 1, 1), "indent");
    type(host, "x");
    expect(shown(host)).toEqual(["ab", "cd", "x."]);
    run(host, "outdent");
    type(host, "y");
    expect(shown(host)).toEqual(["ab", "cy", "x."]);
  });

  test("are left for a line below the table", () => {
    const host = run(caret(open("ab"), 0, 0), "leaveTable");
    type(host, "below");
    expect(host.state.doc.lastChild?.textContent).toBe("below");
  });

  test("say their column's width, all of them", () => {
    const host = run(caret(open("ab", "cd"), 0, 0), "widerColumn");
    const widths = () =>
      tableIn(host)!.content.content.map((row) => row.content.content.map(({ attrs }) => attrs["colwidth"]));
    expect(widths()).toEqual([
      [[180], [160]],
      [[180], [160]],
    ]);
    run(host, "addColumnAfter");
    expect(widths()[1]).toEqual([[180], [120], [160]]);
    run(host, "evenColumns");
    expect(widths()[1]).toEqual([null, null, null]);
  });
});

describe("copied cells", () => {
  const copy = (host: Host) => host.state.selection.content();

  test("are tabs and lines for a spreadsheet, in quotes where they must be", () => {
    const host = open("ab", "cd");
    type(caret(host, 0, 0), 'say "x"\t');
    run(caret(host, 1, 1), "enter");
    expect(textOfCells(copy(select(host, [0, 0], [1, 1])))).toBe('"say ""x""\ta"\tb\nc\t"\nd"');
  });

  test("of a spreadsheet go into the cells from here on, and the table grows", () => {
    const host = caret(open("ab", "cd"), 1, 1);
    expect(host.run(pasteCells(textToCells('1\t"2\nzwei"\r\n3\t"4 ""q"""\r\n', host.state)!))).toBe(true);
    expect(shown(host)).toEqual(["ab.", "c12/zwei", '.34 "q"']);
  });

  test("are repeated over a multiple of them", () => {
    const host = open("ab", "cd", "ef", "gh");
    const slice = copy(select(host, [0, 0], [0, 1]));
    select(host, [1, 0], [3, 1]).run(pasteCells(slice));
    expect(shown(host)).toEqual(["ab", "ab", "ab", "ab"]);
  });

  test("lose no word where a merged cell takes them", () => {
    const host = run(select(open("ab", "cd", "ef"), [1, 0], [2, 1]), "mergeCells");
    caret(host, 1, 0).run(pasteCells(textToCells("1\t2\n3\t4", host.state)!));
    expect(shown(host)).toEqual(["ab", "1/2/3/4-", "--"]);
  });

  test("go into the line others type in", () => {
    const network = meet("ab");
    const [ana, ben] = network.hosts as [Host, Host];
    caret(ana, 0, 0).run(pasteCells(textToCells("1\t2", ana.state)!));
    type(caret(ben, 0, 1), "x");
    network.flush();
    for (const host of [ana, ben]) expect(shown(host)[0]).toMatch(/^1(2x|x2)$/);
  });

  test("text without tabs is just text", () => {
    expect(textToCells("a line\nand another", caret(open("ab"), 0, 0).state)).toBeNull();
  });
});
