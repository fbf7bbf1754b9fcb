import type { Node, ResolvedPos } from "@tiptap/pm/model";
import type { Bound } from "./bound.ts";

/** The text block a position lies in, or null. */
export function textBlockAt(root: Bound, $position: ResolvedPos): Bound | null {
  let bound: Bound | undefined = root;
  for (let depth = 0; depth < $position.depth; depth++) bound = bound?.children?.[$position.index(depth)];
  return bound !== undefined && bound.segments !== null ? bound : null;
}

/** True when `doc` differs from what the tree stands for in the content of `block` at most. */
export function changedAlone(root: Bound, doc: Node, block: Bound): boolean {
  const path: Bound[] = [];
  for (let at: Bound | null = block; at !== null; at = at.parent) path.push(at);
  let before = root.node;
  let after = doc;
  for (const step of path.toReversed().slice(1)) {
    if (before === after) return true;
    if (before.childCount !== after.childCount || !before.sameMarkup(after)) return false;
    const index = step.parent?.children?.indexOf(step) ?? -1;
    for (let at = 0; at < before.childCount; at++)
      if (at !== index && before.child(at) !== after.child(at)) return false;
    if (index < 0) return false;
    before = before.child(index);
    after = after.child(index);
  }
  return before.sameMarkup(after);
}
