import * as Y from "yjs";
import { blockIdOf } from "./dead-text.ts";

/** How many runs are remembered: they matter while their block is moved on and words typed in it are still to come. */
const REMEMBERED = 64;

interface PutBackRun {
  readonly clientId: number;
  readonly blockId: string;
  readonly words: string;
}

/**
 * What was put back, here or elsewhere, since the page was opened. Their ids do not tell it for long: a block that is moved
 * is written anew by who moves it. Words that come back later were typed later, beside the same words, and go behind.
 */
export class PutBackBefore {
  readonly #isPutBack: (clientId: number) => boolean;
  #runs: PutBackRun[] = [];

  /** @param isPutBack - Whether words are put back under a Yjs client id. */
  constructor(isPutBack: (clientId: number) => boolean) {
    this.#isPutBack = isPutBack;
  }

  /** Something was written in the document. */
  readonly heard = ({ doc, beforeState, afterState }: Y.Transaction): void => {
    for (const [client, end] of afterState) {
      const from = beforeState.get(client) ?? 0;
      if (from < end && this.#isPutBack(client))
        this.#runs = [...this.#runs, ...runsIn(doc, client, from)].slice(-REMEMBERED);
    }
  };

  /**
   * Where those words may end that stand at an offset of a block's text, ascending; the first is the offset itself. There
   * may be several, for what stands behind them can look like one of them.
   *
   * @param behind - Only those count that were put back under ids below this one.
   */
  endsIn(blockId: string | null, text: string, behind: number): (at: number) => readonly number[] {
    const runs = this.#runs.filter((run) => run.blockId === blockId && run.clientId < behind);
    return (at) => {
      const ends = new Set([at]);
      // A set goes on with what is added meanwhile.
      for (const end of ends)
        for (const { words } of runs) if (text.startsWith(words, end)) ends.add(end + words.length);
      return [...ends].sort((a, b) => a - b);
    };
  }

  /** Whether words of a block were put back. */
  holds(blockId: string, words: string): boolean {
    return this.#runs.some((run) => run.blockId === blockId && run.words.includes(words));
  }
}

/** What a client wrote from a clock on, text by text. */
function runsIn({ store }: Y.Doc, clientId: number, from: number): PutBackRun[] {
  const texts = new Map<Y.XmlText, string>();
  const structs = store.clients.get(clientId) ?? [];
  for (const item of structs.slice(Y.findIndexSS(structs, from))) {
    if (!(item instanceof Y.Item) || !(item.parent instanceof Y.XmlText) || !item.countable) continue;
    const { content, parent } = item;
    const words = content instanceof Y.ContentString ? content.str.slice(Math.max(0, from - item.id.clock)) : "\uFFFC";
    texts.set(parent, (texts.get(parent) ?? "") + words);
  }
  return [...texts].flatMap(([text, words]) => {
    const blockId = blockIdOf(text);
    return blockId === null || words === "" ? [] : [{ clientId, blockId, words }];
  });
}
