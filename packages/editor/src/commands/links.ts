import type { MarkType, ResolvedPos } from "@tiptap/pm/model";
import type { Command, Selection } from "@tiptap/pm/state";
import { safeHref } from "../schema/safe-href.ts";

/** Links the selection, or the link the caret is in. Does nothing for an address that is not safe to follow. */
export function setLink(address: string): Command {
  return (state, dispatch) => {
    const type = state.schema.marks["link"];
    const href = safeHref(address);
    if (type === undefined || href === null) return false;
    const ranges = linkRanges(state.selection, type);
    if (ranges.length === 0) return false;
    const { tr } = state;
    for (const { from, to } of ranges) tr.removeMark(from, to, type).addMark(from, to, type.create({ href }));
    dispatch?.(tr);
    return true;
  };
}

export const unsetLink: Command = (state, dispatch) => {
  const type = state.schema.marks["link"];
  if (type === undefined) return false;
  const { tr } = state;
  for (const { from, to } of linkRanges(state.selection, type)) tr.removeMark(from, to, type);
  if (!tr.docChanged) return false;
  dispatch?.(tr);
  return true;
};

interface Range {
  readonly from: number;
  readonly to: number;
}

function linkRanges(selection: Selection, type: MarkType): Range[] {
  if (!selection.empty) return selection.ranges.map(({ $from, $to }) => ({ from: $from.pos, to: $to.pos }));
  const around = markAround(selection.$from, type);
  return around === null ? [] : [around];
}

/** The whole run of one mark around a position. */
export function markAround($at: ResolvedPos, type: MarkType): Range | null {
  const { parent } = $at;
  const mark = type.isInSet($at.marks()) ?? type.isInSet($at.nodeAfter?.marks ?? []);
  if (mark === undefined) return null;
  let range: Range | null = null;
  parent.forEach((node, offset) => {
    const start = $at.start() + offset;
    if (!mark.isInSet(node.marks)) {
      if (range !== null && range.to < $at.pos) range = null;
      return;
    }
    if (range !== null && range.to === start) range = { from: range.from, to: start + node.nodeSize };
    else if (start <= $at.pos) range = { from: start, to: start + node.nodeSize };
  });
  return range;
}
