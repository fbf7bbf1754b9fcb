import { GapCursor } from "@tiptap/pm/gapcursor";
import { keydownHandler } from "@tiptap/pm/keymap";
import { Plugin, type Command } from "@tiptap/pm/state";
import { CellSelection, tableEditing } from "@tiptap/pm/tables";
import { isRemote } from "../binding/binding.ts";
import { deleteInCells } from "../commands/table.ts";
import { areaIn } from "./area.ts";
import { pasteCells, textOfCells } from "./clipboard.ts";

/**
 * Cell selections, keys, copy and paste in tables. The library also mends tables that are not rectangular; here only
 * what a person's own edit left so. What arrives is a rectangle in the view already: mending it would write (D12), and
 * everyone looking would write it again.
 */
export function tablesPlugin(): Plugin {
  const { spec } = tableEditing();
  return new Plugin({
    ...spec,
    props: {
      ...spec.props,
      handleKeyDown(view, event) {
        if (pressed(view, event) || spec.props?.handleKeyDown?.call(this, view, event) === true) return true;
        // At the table's edge: the browser would make a selection of words of it.
        return view.state.selection instanceof CellSelection && event.shiftKey && event.key.startsWith("Arrow");
      },
      handlePaste: (view, _event, slice) => pasteCells(slice)(view.state, view.dispatch, view),
      clipboardTextSerializer: (slice, view) =>
        view.state.selection instanceof CellSelection ? textOfCells(slice) : "",
    },
    appendTransaction(transactions, before, state) {
      const isLocal = transactions.some((tr) => tr.docChanged && !isRemote(tr));
      // Against itself nothing has changed, which leaves only the selection to be set right.
      return spec.appendTransaction?.call(this, transactions, isLocal ? before : state, state);
    },
  });
}

/** Where nothing stands beyond the table, the arrows lead to a place to write there. */
const leaveBy =
  (direction: "up" | "down"): Command =>
  (state, dispatch, view) => {
    const area = areaIn(state);
    const { selection } = state;
    if (area === null || !selection.empty || view === undefined) return false;
    const { $head } = selection;
    const cell = $head.depth - 1;
    const isEdge = direction === "up" ? area.top === 0 : area.bottom === area.map.height;
    const isOuter =
      direction === "up" ? $head.index(cell) === 0 : $head.index(cell) === $head.node(cell).childCount - 1;
    if (!isEdge || !isOuter || $head.node(cell).type.name !== "tableCell" || !view.endOfTextblock(direction))
      return false;
    const beyond = direction === "up" ? area.tableStart - 1 : area.tableStart + area.table.content.size + 1;
    const $beyond = state.doc.resolve(beyond);
    if ((direction === "up" ? $beyond.nodeBefore : $beyond.nodeAfter) !== null) return false;
    dispatch?.(state.tr.setSelection(new GapCursor($beyond)).scrollIntoView());
    return true;
  };

const pressed = keydownHandler({
  ArrowUp: leaveBy("up"),
  ArrowDown: leaveBy("down"),
  "Mod-Backspace": deleteInCells,
  "Mod-Delete": deleteInCells,
});
