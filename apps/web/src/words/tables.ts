/** The tools of a table. */
export const TABLES = {
  table: "Table",
  row: "Row",
  column: "Column",
  cells: "Cells",
  addRow: "Add a row",
  addRowTip: "Add a row  Tab",
  addColumn: "Add a column",
};
