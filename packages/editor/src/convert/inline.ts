import type { Mark, Node } from "@tiptap/pm/model";

/** Words, or what stands among them, inside the marks they share. */
export type Inline =
  | { readonly kind: "leaf"; readonly node: Node }
  | { readonly kind: "marked"; readonly mark: Mark; readonly children: readonly Inline[] };

/**
 * Nests marks, which lie side by side in a document.
 *
 * @param order - Names of marks, the outermost first, so that what is around a link or around code is always the same.
 */
export function nestMarks(nodes: readonly Node[], order: readonly string[], depth = 0): readonly Inline[] {
  const made: Inline[] = [];
  for (let at = 0; at < nodes.length;) {
    const node = nodes[at]!;
    const mark = markAt(node, order, depth);
    let end = at + 1;
    if (mark === undefined) made.push({ kind: "leaf", node });
    else {
      while (end < nodes.length && markAt(nodes[end]!, order, depth)?.eq(mark) === true) end++;
      made.push({ kind: "marked", mark, children: nestMarks(nodes.slice(at, end), order, depth + 1) });
    }
    at = end;
  }
  return made;
}

const markAt = ({ type, marks }: Node, order: readonly string[], depth: number): Mark | undefined =>
  marks
    // A reference is a link itself, and none can stand in another.
    .filter((mark) => type.name !== "footnoteRef" || mark.type.name !== "link")
    .sort((a, b) => order.indexOf(a.type.name) - order.indexOf(b.type.name))[depth];
