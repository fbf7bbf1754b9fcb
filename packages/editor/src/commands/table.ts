import { EditorState, Selection, type Command } from "@tiptap/pm/state";
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  CellSelection,
  deleteColumn,
  deleteRow,
  deleteTable,
  findTable,
  fixTables,
  isInTable,
  mergeCells,
  splitCell,
} from "@tiptap/pm/tables";
import { StepMap } from "@tiptap/pm/transform";

/** Makes the selected cells headers, or plain cells when all are headers. An attribute: nothing typed in them is touched. */
const toggleHeader: Command = (state, dispatch) => {
  if (!isInTable(state)) return false;
  const cells = new Map<number, boolean>();
  for (const { $from, $to } of state.selection.ranges) {
    // A range of one cell's text lies inside that cell.
    for (let depth = $from.depth; depth > 0; depth--)
      if ($from.node(depth).type.name === "tableCell")
        cells.set($from.before(depth), $from.node(depth).attrs["header"] === true);
    if (state.selection instanceof CellSelection) {
      const cell = $from.pos - 1;
      const node = state.doc.nodeAt(cell);
      if (node?.type.name === "tableCell" && $to.pos > cell) cells.set(cell, node.attrs["header"] === true);
    }
  }
  if (cells.size === 0) return false;
  const header = ![...cells.values()].every(Boolean);
  const { tr } = state;
  for (const position of cells.keys()) tr.setNodeAttribute(position, "header", header);
  dispatch?.(tr);
  return true;
};

/**
 * Runs a table command on a rectangular table. Two people who add a row and a column at once leave one that is not,
 * and the library's commands then build rows that are not even valid. The mending and the command are one step.
 */
function mended(command: Command): Command {
  return (state, dispatch, view) => {
    const table = findTable(state.selection.$from);
    if (table === null || table === undefined) return false;
    // Only this table: fixing others would be an edit nobody made.
    const alone = EditorState.create({ doc: state.schema.topNodeType.create(null, table.node) });
    const mend = fixTables(alone);
    if (mend === undefined) return command(state, dispatch, view);
    const whole = state.tr;
    for (const step of mend.steps) {
      const placed = step.map(StepMap.offset(table.pos));
      if (placed !== null) whole.step(placed);
    }
    return command(
      state.apply(whole),
      dispatch === undefined
        ? undefined
        : (tr) => {
            for (const step of tr.steps) whole.step(step);
            dispatch(whole.setSelection(Selection.fromJSON(whole.doc, tr.selection.toJSON())).scrollIntoView());
          },
      view,
    );
  };
}

export const tableCommands = {
  addRowBefore: mended(addRowBefore),
  addRowAfter: mended(addRowAfter),
  addColumnBefore: mended(addColumnBefore),
  addColumnAfter: mended(addColumnAfter),
  deleteRow: mended(deleteRow),
  deleteColumn: mended(deleteColumn),
  mergeCells: mended(mergeCells),
  splitCell: mended(splitCell),
  toggleHeader,
  deleteTable,
} as const satisfies Record<string, Command>;
