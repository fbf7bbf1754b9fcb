import { Plugin } from "@tiptap/pm/state";
import { tableEditing } from "@tiptap/pm/tables";
import { isRemote } from "./binding/binding.ts";

/**
 * Cell selections, keys and paste in tables. The library also mends tables that are not rectangular; two people who
 * add a row and a column at once make one. It may mend only what the person edits: mending what arrives or is opened
 * would write (D12), and everyone looking would write it again.
 */
export function tablesPlugin(): Plugin {
  const { spec } = tableEditing();
  return new Plugin({
    ...spec,
    appendTransaction(transactions, before, state) {
      const isLocal = transactions.some((tr) => tr.docChanged && !isRemote(tr));
      // Against itself nothing has changed, which leaves only the selection to be set right.
      return spec.appendTransaction?.call(this, transactions, isLocal ? before : state, state);
    },
  });
}
