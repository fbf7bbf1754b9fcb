import type { Node } from "@tiptap/pm/model";
import { isListLike, kindOf } from "../blocks-in-selection.ts";

/** A block, and what stands inside it where lists are nested: in HTML and in Markdown. */
export interface Entry {
  readonly node: Node;
  /** It stands deeper than what is around it says: nothing above it is as deep as its parent would be. */
  readonly isDeeper: boolean;
  readonly children: readonly Entry[];
}

/**
 * Nests what a document holds side by side: a block under the item whose words it stands below.
 *
 * @param holdsOthers - Whether a block may have others inside it.
 */
export function outline(blocks: readonly Node[], holdsOthers: (node: Node) => boolean = isItem): readonly Entry[] {
  interface Open {
    readonly indent: number;
    readonly children: Entry[];
  }
  const root: Open = { indent: -1, children: [] };
  const open: Open[] = [root];
  for (const node of blocks) {
    const indent = indentOf(node);
    while (open.length > 1 && open.at(-1)!.indent >= indent) open.pop();
    const parent = open.at(-1)!;
    const children: Entry[] = [];
    parent.children.push({ node, isDeeper: indent > parent.indent + 1, children });
    if (holdsOthers(node)) open.push({ indent, children });
  }
  return root.children;
}

export const indentOf = (node: Node): number => (node.attrs["indent"] as number | undefined) ?? 0;

export const isItem = (node: Node): boolean => node.type.name === "textBlock" && isListLike(kindOf(node));

export const isQuote = (node: Node): boolean => node.type.name === "textBlock" && kindOf(node) === "quote";

/** Entries that stand in one list, or in one quote, together; any other alone. */
export function groups(
  entries: readonly Entry[],
  groupOf: (entry: Entry) => string | null,
): readonly (readonly Entry[])[] {
  const made: Entry[][] = [];
  let last: string | null = null;
  for (const entry of entries) {
    const group = groupOf(entry);
    if (group !== null && group === last) made.at(-1)!.push(entry);
    else made.push([entry]);
    last = group;
  }
  return made;
}
