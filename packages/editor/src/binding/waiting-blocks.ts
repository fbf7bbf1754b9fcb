import type { YChild } from "./y-types.ts";

/**
 * The blocks at the end of a long document that its view does not show yet: it opens with those of the first screens.
 *
 * Shown is whatever stands before the first that waits, whoever put it there and when. So what is shown is always the
 * beginning of the shared list, a place in one is the same place in the other, and reading and writing need not know of
 * any of this.
 */
export class WaitingBlocks {
  readonly #blocks: Set<YChild>;

  constructor(blocks: readonly YChild[]) {
    this.#blocks = new Set(blocks);
  }

  get isEmpty(): boolean {
    return this.#blocks.size === 0;
  }

  /** Has the first `count` wait no longer. */
  release(count: number): void {
    for (const block of this.#blocks) {
      if (count-- <= 0) return;
      this.#blocks.delete(block);
    }
  }

  /**
   * What is shown of the shared blocks. All of them, and nothing waits any longer, when those that waited were deleted,
   * or all before them: a view in which nothing shared stands would show a line that is not there.
   */
  shownOf(blocks: readonly YChild[]): readonly YChild[] {
    const end = this.isEmpty ? -1 : blocks.findIndex((block) => this.#blocks.has(block));
    if (end > 0) return blocks.slice(0, end);
    this.#blocks.clear();
    return blocks;
  }
}
