import type { Command, Transaction } from "@tiptap/pm/state";
import { areaIn, type Area } from "../tables/area.ts";

/** Runs `change` on the selected area; `isPossible` says whether it can. */
export function onArea(change: (tr: Transaction, area: Area) => void, isPossible: (area: Area) => boolean): Command {
  return (state, dispatch) => {
    const area = areaIn(state);
    if (area === null || !isPossible(area)) return false;
    if (dispatch === undefined) return true;
    const { tr } = state;
    change(tr, area);
    if (tr.docChanged) dispatch(tr.scrollIntoView());
    return true;
  };
}
