import { setBlockType } from "@tiptap/pm/commands";
import type { Node } from "@tiptap/pm/model";
import type { Command } from "@tiptap/pm/state";
import { isListLike, kindOf, textBlocksIn } from "../blocks-in-selection.ts";
import { MAX_INDENT, type Alignment, type Kind } from "../schema/fields.ts";

/** Turns every selected block into `kind`. An attribute change: what others type meanwhile stays (D14). */
export function setKind(kind: Kind): Command {
  return (state, dispatch) => {
    const blocks = textBlocksIn(state);
    if (blocks.length === 0) return false;
    const { tr } = state;
    for (const { node, position } of blocks.toReversed()) {
      if (node.type.name === "textBlock") {
        if (kindOf(node) !== kind) tr.setNodeAttribute(position, "kind", kind);
      } else {
        const attributes = { kind, id: node.attrs["id"] as string | null };
        tr.setBlockType(position, position + node.nodeSize, state.schema.nodes["textBlock"] ?? node.type, attributes);
      }
    }
    dispatch?.(tr);
    return true;
  };
}

/** Like {@link setKind}, but back to text when all selected blocks are of this kind already. */
export function toggleKind(kind: Kind): Command {
  return (state, dispatch) => {
    const isAll = textBlocksIn(state).every(({ node }) => kindOf(node) === kind);
    return setKind(isAll ? "text" : kind)(state, dispatch);
  };
}

/** Moves the selected blocks `by` steps in (positive) or out, within limits; list items and what is indented already. */
export function indentBy(by: 1 | -1): Command {
  return setOnBlocks("indent", (node) => {
    const indent = node.attrs["indent"] as number;
    if (by > 0 && indent === 0 && !isListLike(kindOf(node))) return indent;
    return Math.min(MAX_INDENT, Math.max(0, indent + by));
  });
}

export function setAlign(align: Alignment): Command {
  return setOnBlocks("align", () => align);
}

/** Checks or unchecks the selected tasks: all are checked unless all were. */
export const toggleChecked: Command = (state, dispatch) => {
  const tasks = textBlocksIn(state).filter(({ node }) => kindOf(node) === "task");
  if (tasks.length === 0) return false;
  const checked = !tasks.every(({ node }) => node.attrs["checked"] === true);
  const { tr } = state;
  for (const { position } of tasks) tr.setNodeAttribute(position, "checked", checked);
  dispatch?.(tr);
  return true;
};

/** Between code and text. Two different elements, so this one replaces the block; it keeps its id. */
export const toggleCodeBlock: Command = (state, dispatch) => {
  const blocks = textBlocksIn(state);
  const { codeBlock, textBlock } = state.schema.nodes;
  if (codeBlock === undefined || textBlock === undefined || blocks.length === 0) return false;
  const isCode = blocks.every(({ node }) => node.type === codeBlock);
  const id = blocks.length === 1 ? (blocks[0]?.node.attrs["id"] as string | null) : null;
  return setBlockType(isCode ? textBlock : codeBlock, { id })(state, dispatch);
};

function setOnBlocks(name: string, valueFor: (node: Node) => unknown): Command {
  return (state, dispatch) => {
    const { tr } = state;
    for (const { node, position } of textBlocksIn(state)) {
      if (node.type.name !== "textBlock") continue;
      const value = valueFor(node);
      if (value !== node.attrs[name]) tr.setNodeAttribute(position, name, value);
    }
    if (!tr.docChanged) return false;
    dispatch?.(tr);
    return true;
  };
}
