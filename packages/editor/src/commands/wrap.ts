import { Fragment, Slice, type Node, type ResolvedPos } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { ReplaceAroundStep } from "@tiptap/pm/transform";
import { randomId } from "../binding/ids.ts";
import type { Tone } from "../schema/fields.ts";

export type Container = "callout" | "toggle";

/**
 * The block at `$at` becomes the first of a container. That has its id at once: naming it in a step of its own would
 * be an edit after the typing rule, which Backspace could not take back any more.
 */
export function wrapBlock(tr: Transaction, $at: ResolvedPos, name: Container, tone?: Tone): Transaction {
  const type = tr.doc.type.schema.nodes[name];
  if (type === undefined) throw new Error(`the schema has no ${name}`);
  return tr.step(
    around($at.before(), $at.after(), type.create({ id: randomId(), ...(tone === undefined ? {} : { tone }) })),
  );
}

/** Puts `wrapper` around what stands between two positions. */
export function around(from: number, to: number, wrapper: Node): ReplaceAroundStep {
  return new ReplaceAroundStep(from, to, from, to, new Slice(Fragment.from(wrapper), 0, 0), 1, true);
}

/** Takes the container at a position away from around its blocks. */
export function unwrap(tr: Transaction, position: number): Transaction {
  const end = position + (tr.doc.nodeAt(position)?.nodeSize ?? 0);
  return tr.step(new ReplaceAroundStep(position, end, position + 1, end - 1, Slice.empty, 0, true));
}
