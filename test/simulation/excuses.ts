import { assertNever, decodeStateVector } from "@sheaf/protocol";
import type * as Y from "yjs";
import type { Ledger, WordFault } from "./ledger.ts";
import type { Copy, Row, WordHistory } from "./word-history.ts";

/**
 * The known limits of what the rescue can do (README, State), each as narrow as the log can tell.
 *
 * @returns Which of them explains the fault; undefined when none does, and it is a mistake of ours.
 */
export function excuseFor(fault: WordFault, history: WordHistory, ledger: Ledger): string | undefined {
  const copies = history.of(fault.word);
  switch (fault.kind) {
    case "doubled":
      // A copy is all that tells what moves: whoever moves what somebody else has just moved or taken away makes another.
      if (fault.count <= 1 + copiesFromTaken(copies)) return "moved by two at once";
      // Whoever takes its edits over may put back what it has put back, or what somebody else does.
      if (isByEnded(copies, ledger) && fault.count <= 1 + copiesFromTaken(copies) + putBacks(copies))
        return "put back twice because a page ended";
      if (isPutBackBy(ledger.cutOff, copies) && fault.count <= 1 + copiesFromTaken(copies) + putBacks(copies))
        return "put back twice because a connection broke";
      return undefined;
    case "undeleted":
      // Deletions are not carried over into a copy that was on its way, nor to the other of two.
      if (isPutBackByHeir(copies, ledger)) return "put back by whoever took over from a page that ended";
      // A snapshot does not say either what was deleted by name.
      if (isPutBackBy(ledger.cutOff, copies) && copies.some(({ takenBy }) => takenBy?.isCompacted === true))
        return "deleted and compacted while whoever put it back was away";
      if (copies.some((copy) => isUnseen(copy, ledger.erasedIn(fault.word)) && !isKnowinglyPutBack(copy, copies)))
        return "deleted while it was moved or put back";
      return undefined;
    case "lost":
      // Whose turn it is knows only that page, and only while its edit is not acknowledged.
      if (isTakenUnseenByEnded(copies, ledger)) return "the page whose turn it was ended";
      // A snapshot holds no words that are gone, and does not say who took them.
      if (lastTaken(copies)?.isCompacted === true) return "compacted before whose turn it was knew";
      return undefined;
    case "unknown":
      return undefined;
    default:
      return assertNever(fault.kind);
  }
}

const copiesFromTaken = (copies: readonly Copy[]): number =>
  copies.filter((copy) => isWrittenFromTaken(copy, copies)).length;

const putBacks = (copies: readonly Copy[]): number => copies.filter(({ isPutBack }) => isPutBack).length;

/** A page that wrote or took it ended, and left perhaps what it had not yet taken from its device. */
function isByEnded(copies: readonly Copy[], { ended }: Ledger): boolean {
  const rows = copies.flatMap(({ by, takenBy }) => (takenBy === undefined ? [by] : [by, takenBy]));
  return rows.some(({ authors }) => authors.some((tab) => ended.has(tab)));
}

const isPutBackBy = (tabs: ReadonlySet<string>, copies: readonly Copy[]): boolean =>
  copies.some(({ isPutBack, by }) => isPutBack && by.authors.some((tab) => tabs.has(tab)));

/** The page that had written it ended, and whoever took over could not know that it had been deleted since. */
function isPutBackByHeir(copies: readonly Copy[], { ended }: Ledger): boolean {
  return copies.some(
    ({ by, takenBy }) =>
      takenBy !== undefined &&
      by.authors.some((tab) => ended.has(tab)) &&
      copies.some((again) => again.isPutBack && again.by.seq > takenBy.seq),
  );
}

/** A person wrote it anew elsewhere, who had not seen that somebody else had taken it from where it was. */
function isWrittenFromTaken({ by, isPutBack }: Copy, copies: readonly Copy[]): boolean {
  return (
    !isPutBack &&
    copies.some(({ by: before, takenBy }) => {
      return before.seq < by.seq && takenBy !== undefined && isByAnother(takenBy, by) && hasNotSeen(by, takenBy);
    })
  );
}

/** Nobody is left who knows. */
function isTakenUnseenByEnded(copies: readonly Copy[], { ended }: Ledger): boolean {
  return lastTaken(copies)?.authors.some((tab) => ended.get(tab) === "unsettled") === true;
}

/** What took the word last, if it had not seen it. */
function lastTaken(copies: readonly Copy[]): Row | undefined {
  const end = Math.max(...copies.map(({ takenBy }) => takenBy?.seq ?? 0));
  const last = copies.findLast(({ takenBy }) => takenBy?.seq === end);
  return last?.takenBy?.names(last.id) === false ? last.takenBy : undefined;
}

/** Or nobody can tell: one that is no single author's is all that a page had when it was asked for it. */
const isByAnother = (row: Row, { authors }: Row): boolean =>
  row.authors.length === 0 || row.authors.some((tab) => !authors.includes(tab));

/** Two rows of the log, the second of which was written without the first. */
const hasNotSeen = (later: Row, earlier: Row): boolean => later.base < earlier.seq && earlier.seq < later.seq;

function isUnseen({ id }: Copy, vectors: readonly Uint8Array[]): boolean {
  return vectors.some((vector) => (decodeStateVector(vector)?.get(id.client) ?? 0) <= id.clock);
}

/** By somebody who had seen that it was deleted, and not moved, while there was only one. */
function isKnowinglyPutBack({ by, isPutBack }: Copy, copies: readonly Copy[]): boolean {
  if (copiesFromTaken(copies) > 0) return false;
  const isDeletion = (row: Row, id: Y.ID) => row.names(id) && copies.every((copy) => copy.by.seq !== row.seq);
  return (
    isPutBack &&
    copies.some(({ id, takenBy }) => takenBy !== undefined && takenBy.seq <= by.base && isDeletion(takenBy, id))
  );
}
