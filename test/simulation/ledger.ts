import type { DocumentId } from "@sheaf/protocol";
import { Contents } from "./contents.ts";

/** One edit somebody made, until the log holds it. */
export interface Claim {
  readonly updates: readonly Uint8Array[];
  readonly typed: readonly string[];
  readonly erased: readonly string[];
  /** When it was made, by its author's clock. */
  readonly at: number;
}

/** What is owed to whoever typed a word. */
interface Fate {
  /** It was in a tab that died before the log held it: it may be gone. */
  isLost: boolean;
  /** Deletions that must hold, and those that died with their tab, perhaps on the way to the log. */
  erasedSurely: number;
  erasedPerhaps: number;
}

/** What is true of one document, whatever the shipped code believes: what the log holds, and every word's fate. */
export class Ledger {
  readonly document: DocumentId;
  readonly durable = new Contents();
  readonly #fates = new Map<string, Fate>();

  constructor(document: DocumentId) {
    this.document = document;
  }

  get wordCount(): number {
    return this.#fates.size;
  }

  claim({ typed, erased }: Claim): void {
    for (const word of typed) this.#fates.set(word, { isLost: false, erasedSurely: 0, erasedPerhaps: 0 });
    for (const word of erased) this.#fates.get(word)!.erasedSurely += 1;
  }

  isDurable({ updates }: Claim): boolean {
    return updates.every((update) => this.durable.holds(update));
  }

  /** Its tab is gone, and nothing else kept it: it arrives if it was on its way, or never. */
  abandon({ typed, erased }: Claim): void {
    for (const word of typed) this.#fates.get(word)!.isLost = true;
    for (const word of erased) {
      const fate = this.#fates.get(word)!;
      fate.erasedSurely -= 1;
      fate.erasedPerhaps += 1;
    }
  }

  /** @returns Every way in which the words of a settled document are not what people typed; empty when all is well. */
  faultsIn(words: readonly string[]): readonly string[] {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const faults: string[] = [];
    for (const [word, count] of counts) {
      if (!this.#fates.has(word)) faults.push(`nobody typed ${word}`);
      if (count > 1) faults.push(`${word} is there ${count} times`);
    }
    for (const [word, fate] of this.#fates) {
      const isThere = counts.has(word);
      if (isThere && fate.erasedSurely > 0) faults.push(`${word} was deleted and is there`);
      const mayBeGone = fate.isLost || fate.erasedSurely + fate.erasedPerhaps > 0;
      if (!isThere && !mayBeGone) faults.push(`${word} is lost`);
    }
    return faults;
  }
}
