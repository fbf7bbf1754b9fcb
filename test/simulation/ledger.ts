import { assertNever, type DocumentId } from "@sheaf/protocol";
import { Contents } from "./contents.ts";

/** One edit somebody made, until the log holds it. */
export interface Claim {
  readonly updates: readonly Uint8Array[];
  readonly typed: readonly string[];
  readonly erased: readonly string[];
  /** There more than once, of which some were taken away: whether all are in the end, is for others' edits, too. */
  readonly thinned: readonly string[];
  /** When it was made, by its author's clock. */
  readonly at: number;
  /** What its author's replica held, as an encoded state vector. */
  readonly vector: Uint8Array;
}

/** Words of a settled document that are not what people typed. */
export interface WordFault {
  readonly kind: "unknown" | "doubled" | "undeleted" | "lost";
  readonly word: string;
  readonly count: number;
}

/** What is owed to whoever typed a word. */
interface Fate {
  /** It was in a tab that died before the log held it: it may be gone. */
  isLost: boolean;
  /** Deletions that must hold, and those that died with their tab, perhaps on the way to the log. */
  erasedSurely: number;
  erasedPerhaps: number;
  /** What each replica held in which it was deleted. */
  readonly erasedIn: Uint8Array[];
  /** It came or went with something that was taken back. */
  isUndone: boolean;
}

/** What is true of one document, whatever the shipped code believes: what the log holds, and every word's fate. */
export class Ledger {
  readonly document: DocumentId;
  readonly durable = new Contents();
  /** What was written to put back words that were lost (D14). */
  readonly putBack = new Contents();
  /** Tabs that ended, and whether they knew by then what had become of all their edits. */
  readonly ended = new Map<string, "settled" | "unsettled">();
  /** Tabs that once lost a connection with edits on it: they could not know where in the log these were, or whether. */
  readonly cutOff = new Set<string>();
  readonly #written = new Map<string, Contents>();
  readonly #fates = new Map<string, Fate>();

  constructor(document: DocumentId) {
    this.document = document;
  }

  get wordCount(): number {
    return this.#fates.size;
  }

  claim({ typed, erased, thinned, vector }: Claim): void {
    for (const word of typed)
      this.#fates.set(word, { isLost: false, erasedSurely: 0, erasedPerhaps: 0, erasedIn: [], isUndone: false });
    for (const word of erased) {
      const fate = this.#fates.get(word)!;
      fate.erasedSurely += 1;
      fate.erasedIn.push(vector);
    }
    for (const word of thinned) this.#fates.get(word)!.erasedPerhaps += 1;
  }

  /** Others may have taken away or moved what comes back, or goes: all that is sure of these words is that they were typed. */
  undone(words: readonly string[]): void {
    for (const word of words) {
      const fate = this.#fates.get(word);
      if (fate !== undefined) fate.isUndone = true;
    }
  }

  /** What each replica held in which the word was deleted, as encoded state vectors. */
  erasedIn(word: string): readonly Uint8Array[] {
    return this.#fates.get(word)?.erasedIn ?? [];
  }

  /** A tab wrote something. */
  wrote(tab: string, update: Uint8Array): void {
    let contents = this.#written.get(tab);
    if (contents === undefined) this.#written.set(tab, (contents = new Contents()));
    contents.add(update);
  }

  /** The tabs that may have written it: several may have deleted the same. */
  authorsOf(update: Uint8Array): readonly string[] {
    return [...this.#written].filter(([, contents]) => contents.holds(update)).map(([tab]) => tab);
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
  faultsIn(words: readonly string[]): readonly WordFault[] {
    const counts = countsOf(words);
    const faults: WordFault[] = [];
    for (const [word, count] of counts) {
      if (!this.#fates.has(word)) faults.push({ kind: "unknown", word, count });
      if (count > 1 && this.#fates.get(word)?.isUndone !== true) faults.push({ kind: "doubled", word, count });
    }
    for (const [word, fate] of this.#fates) {
      if (fate.isUndone) continue;
      const count = counts.get(word) ?? 0;
      const isThere = count > 0;
      if (isThere && fate.erasedSurely > 0) faults.push({ kind: "undeleted", word, count });
      const mayBeGone = fate.isLost || fate.erasedSurely + fate.erasedPerhaps > 0;
      if (!isThere && !mayBeGone) faults.push({ kind: "lost", word, count });
    }
    return faults;
  }
}

export function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

export function sentenceOf({ kind, word, count }: WordFault): string {
  switch (kind) {
    case "unknown":
      return `nobody typed ${word}`;
    case "doubled":
      return `${word} is there ${count} times`;
    case "undeleted":
      return `${word} was deleted and is there`;
    case "lost":
      return `${word} is lost`;
    default:
      return assertNever(kind);
  }
}
