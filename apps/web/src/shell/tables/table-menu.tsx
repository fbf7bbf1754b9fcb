import { areaIn } from "@sheaf/editor";
import { Table } from "lucide-react";
import type { Writing } from "../../page.ts";
import { TABLES } from "../../words/tables.ts";
import { MenuButton } from "../action-menu.tsx";
import type { Section } from "../actions.ts";
import { useEditor } from "../use-editor.ts";
import { CELLS, COLUMN, ROW, TABLE } from "./table-actions.ts";

/** Emptying cells is one thing for all of them. */
const ALL: readonly Section[] = [...[ROW, COLUMN].map(withoutClear), CELLS, TABLE];

function withoutClear({ heading, actions }: Section): Section {
  return { heading, actions: actions.filter(({ name }) => name !== "clearCells") };
}

/** In a toolbar, while the caret is in a table: all that can be done to it. */
export function TableButton({ writing, size = 16 }: { readonly writing: Writing; readonly size?: number }) {
  const isInTable = useEditor(writing.editor, ({ state }) => areaIn(state) !== null);
  if (!isInTable) return null;
  return <MenuButton writing={writing} id="table-menu" label={TABLES.table} sections={ALL} icon={Table} size={size} />;
}
