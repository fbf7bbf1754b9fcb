import { Mapping, StepMap } from "@tiptap/pm/transform";
import type { Change } from "./align.ts";
import type { TextOp } from "./y-types.ts";

/** The mapping of one transaction's changes to a block's text. */
export function mapOf(changes: readonly Change[]): StepMap {
  return new StepMap(changes.flatMap(({ fromA, toA, fromB, toB }) => [fromA, toA - fromA, toB - fromB]));
}

/**
 * Moves operations on a text over changes that others made to it meanwhile, so that both take effect: what others
 * inserted is neither deleted nor formatted, and what they deleted is left alone.
 *
 * @param maps - From the text the operations speak of to the text as it is, oldest first.
 */
export function rebase(ops: readonly TextOp[], maps: readonly StepMap[]): TextOp[] {
  const mapping = new Mapping([...maps]);
  const moved: TextOp[] = [];
  let source = 0;
  let target = 0;
  const advance = (to: number) => {
    if (to > target) moved.push({ retain: to - target });
    target = Math.max(target, to);
  };
  for (const op of ops) {
    if ("insert" in op) {
      advance(mapping.map(source, -1));
      moved.push(op);
      continue;
    }
    const size = "retain" in op ? op.retain : op.delete;
    for (let end = source + size; source < end; source++) {
      const here = mapping.mapResult(source, 1);
      if (here.deletedAfter) continue;
      advance(here.pos);
      moved.push("retain" in op ? { ...op, retain: 1 } : { delete: 1 });
      target++;
    }
  }
  return moved;
}
