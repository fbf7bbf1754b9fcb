import type { EditorState } from "@tiptap/pm/state";
import type { BlockLook } from "./block-looks.ts";

const REACHED = { class: "within-reach" };

/**
 * Marks the blocks that one key may bring the caret to, which the page then never skips: the one it is in, those beside
 * it, the first and the last. In a skipped block Chromium has no place for a caret: Ctrl+End would leave it before the
 * last block's words instead of behind them, and an arrow key take it past all that is skipped.
 */
export function blocksWithinReach({ doc, selection: { $head } }: EditorState): BlockLook[] {
  const at = $head.index(0);
  const reached = new Set([0, at - 1, at, at + 1, doc.childCount - 1]);
  return [...reached].flatMap((index) => {
    const block = doc.maybeChild(index);
    if (block === null) return [];
    const from = $head.posAtIndex(index, 0);
    return [{ from, to: from + block.nodeSize, attributes: REACHED }];
  });
}
