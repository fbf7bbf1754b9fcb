import type { Node } from "@tiptap/pm/model";
import type { EditorState, Transaction } from "@tiptap/pm/state";

/** What somebody looks for. */
export interface Wanted {
  /** As it is typed; nothing in it has another meaning. */
  readonly text: string;
  readonly isCaseSensitive: boolean;
  /** Not within a longer word. */
  readonly isWhole: boolean;
}

/** Positions in the document. */
export interface Match {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds words, block by block. What it found in a block it keeps for as long as the block is the same, so that looking
 * again after an edit costs what was edited.
 */
export class Finder {
  readonly #pattern: RegExp | null;
  readonly #found = new WeakMap<Node, readonly Match[]>();

  constructor({ text, isCaseSensitive, isWhole }: Wanted) {
    const plain = text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
    const pattern = isWhole ? String.raw`(?<![\p{L}\p{N}_])${plain}(?![\p{L}\p{N}_])` : plain;
    this.#pattern = text === "" ? null : new RegExp(pattern, isCaseSensitive ? "gu" : "giu");
  }

  /** All of them, in the order of the text. None goes over the end of a block. */
  in(doc: Node): Match[] {
    const matches: Match[] = [];
    if (this.#pattern === null) return matches;
    doc.descendants((node, position) => {
      if (!node.isTextblock) return true;
      const start = position + 1;
      for (const { from, to } of this.#inBlock(node, this.#pattern!))
        matches.push({ from: start + from, to: start + to });
      return false;
    });
    return matches;
  }

  #inBlock(block: Node, pattern: RegExp): readonly Match[] {
    let found = this.#found.get(block);
    if (found === undefined) {
      found = Array.from(lettersOf(block).matchAll(pattern), (match) => ({
        from: match.index,
        to: match.index + match[0].length,
      }));
      this.#found.set(block, found);
    }
    return found;
  }
}

/** Puts `text` in the place of each match, in the look of what was there; one step to undo. */
export function replaceMatches(state: EditorState, matches: readonly Match[], text: string): Transaction {
  const { tr } = state;
  // From the end, so that each is still where it was found.
  for (const { from, to } of matches.toReversed()) tr.insertText(text, from, to);
  return tr;
}

/** A letter for each position in a block: what is no text is a letter nobody types. */
function lettersOf(block: Node): string {
  let letters = "";
  block.forEach((child) => {
    letters += child.text ?? (child.type.name === "hardBreak" ? "\n" : "\ufffc".repeat(child.nodeSize));
  });
  return letters;
}
