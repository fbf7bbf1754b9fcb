import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  BetweenHorizontalEnd,
  BetweenHorizontalStart,
  BetweenVerticalEnd,
  BetweenVerticalStart,
  Columns3,
  Copy,
  CornerDownLeft,
  Eraser,
  FoldHorizontal,
  PanelLeft,
  PanelTop,
  SquareSplitHorizontal,
  TableCellsMerge,
  TableProperties,
  Trash2,
  UnfoldHorizontal,
} from "lucide-react";
import { TABLES } from "../../words/tables.ts";
import { action, type Section } from "../actions.ts";

// What can be done to each part of a table.

export const ROW: Section = {
  heading: TABLES.row,
  actions: [
    action("addRowBefore", BetweenHorizontalStart),
    action("addRowAfter", BetweenHorizontalEnd),
    action("moveRowUp", ArrowUp),
    action("moveRowDown", ArrowDown),
    action("duplicateRow", Copy),
    action("toggleHeaderRow", PanelTop),
    action("clearCells", Eraser),
    action("deleteRow", Trash2),
  ],
};

export const COLUMN: Section = {
  heading: TABLES.column,
  actions: [
    action("addColumnBefore", BetweenVerticalStart),
    action("addColumnAfter", BetweenVerticalEnd),
    action("moveColumnLeft", ArrowLeft),
    action("moveColumnRight", ArrowRight),
    action("duplicateColumn", Copy),
    action("toggleHeaderColumn", PanelLeft),
    action("widerColumn", UnfoldHorizontal),
    action("narrowerColumn", FoldHorizontal),
    action("evenColumns", Columns3),
    action("clearCells", Eraser),
    action("deleteColumn", Trash2),
  ],
};

export const CELLS: Section = {
  heading: TABLES.cells,
  actions: [
    action("clearCells", Eraser),
    action("mergeCells", TableCellsMerge),
    action("splitCell", SquareSplitHorizontal),
    action("toggleHeader", TableProperties),
  ],
};

export const TABLE: Section = {
  heading: TABLES.table,
  actions: [action("leaveTable", CornerDownLeft), action("deleteTable", Trash2)],
};
