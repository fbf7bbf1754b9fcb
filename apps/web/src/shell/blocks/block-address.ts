import type { EditorState } from "@tiptap/pm/state";
import { blockRunAt } from "@sheaf/editor";
import { blockAddress } from "../../route.ts";

/** A link to the first of the selected blocks; null for one that has no name yet, as in a document nobody wrote in. */
export function addressOfSelected(state: EditorState): string | null {
  const run = blockRunAt(state, state.selection.$from.index(0));
  const id: unknown = run?.container.child(run.startIndex).attrs["id"];
  return typeof id === "string" ? blockAddress(id) : null;
}
