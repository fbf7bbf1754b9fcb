import type * as Y from "yjs";
import type { Casualty } from "./casualties.ts";
import type { Turn } from "./client-ids.ts";
import { type Facts, mergeFacts } from "./facts.ts";
import { IdSet, type IdRange } from "./id-set.ts";

/** Words that this page has to put back, because a deletion took them whose author had not seen them. */
export interface LostWords {
  /** What went. Still in the document as deleted content until it is taken. */
  readonly lost: IdSet;
  /** What the deletion named: the words around those lost, as its author saw them. */
  readonly seen: IdSet;
  /** What came with the deletion: the copy, where the block was moved or made into another. */
  readonly made: IdSet;
  readonly turn: Turn;
}

/** One row of the log. */
export interface RemoteRow {
  /** 0: gathered deletions, of no one position. */
  readonly seq: number;
  readonly base: number;
  readonly facts: Facts;
}

/** A batch of this page on its way. Superseded ones go on under the number of the one that stands for them, too. */
class Own {
  number: number;
  /** Its own: it may be in the log all the same, and earlier than the one that stands for it. */
  readonly first: number;
  readonly base: number;
  /** It was sent in a session that is over: the log may hold it already, and nobody here knows where. */
  isDoubtful = false;
  /** The row it is in, where the ack came before that row; 0 where the ack named none: the log had held all of it. */
  heldIn: number | undefined;
  #parts: Facts[];

  constructor(number: number, base: number, facts: Facts) {
    this.number = number;
    this.first = number;
    this.base = base;
    this.#parts = [facts];
  }

  isSentAs(number: number): boolean {
    return number === this.number || number === this.first;
  }

  add(facts: Facts): void {
    this.#parts.push(facts);
  }

  /** Put together when asked for: a batch gathers thousands of edits while offline. */
  get facts(): Facts {
    const [first] = this.#parts;
    if (first === undefined) throw new Error("a batch without edits");
    const whole = this.#parts.length === 1 ? first : mergeFacts(this.#parts);
    this.#parts = [whole];
    return whole;
  }
}

const NOTHING = new IdSet([]);

interface Unseen {
  readonly casualty: Casualty;
  readonly row: RemoteRow;
}

/**
 * Decides whose turn it is to put words back (D14). Two batches that had not seen each other meet, one with words in
 * a block, one that deletes the block; the author of the later one in the log acts, so every page can tell, and one acts:
 *
 * ```
 *   log:  … deletion … words …   the words were typed into something already gone: who typed them
 *   log:  … words … deletion …   it was deleted unseen: who deleted first
 * ```
 *
 * A pure machine. It assumes that rows and acks come in the order of the log (an ack that does not is told as `held`), and
 * that after a lost ack our own row comes back among the others. It does when a sync goes on from a position. After one that
 * began with a vector nobody knows where it was, and words may be put back that somebody else has put back too, unless
 * they are found to be there.
 */
export class Detector {
  #own: Own[] = [];
  /** Rows applied while anything of ours was pending: only those can be unseen by it. */
  #rows: RemoteRow[] = [];
  /** Words of others that fell on something deleted here; waiting to learn what came first. */
  #unseen: Unseen[] = [];
  /** Words of ours in doubtful batches, and the row that took them. */
  #doubtful: Unseen[] = [];
  /** Those of them that are to be put back, once nothing is doubtful any more. */
  #decided: Unseen[] = [];

  /** Nothing that arrives now could concern us. */
  get isIdle(): boolean {
    return this.#own.length === 0;
  }

  /** A local edit became part of batch `number`. */
  wrote(number: number, base: number, facts: Facts): void {
    const own = this.#own.find((batch) => batch.first === number);
    if (own === undefined) this.#own.push(new Own(number, base, facts));
    else own.add(facts);
  }

  /** One batch stands for all that is pending now; its ack is everybody's who had none before. */
  superseded(number: number): void {
    for (const own of this.#own) own.number = number;
  }

  /** The session is over: whatever was sent in it may or may not have arrived, and is sent again in the next. */
  left(): void {
    for (const own of this.#own) own.isDoubtful = true;
  }

  /** What the log holds, by client: whatever is not among it did not arrive. */
  welcomed(held: ReadonlyMap<number, number>): void {
    for (const own of this.#own) {
      const ranges = own.facts.inserted.ranges();
      if (ranges.length > 0 && !ranges.some(({ client, clock }) => clock < (held.get(client) ?? 0)))
        own.isDoubtful = false;
    }
  }

  /** The batch will never be in the log. */
  refused(number: number): LostWords[] {
    const refused = this.#own.filter((own) => own.number === number);
    this.#own = this.#own.filter((own) => own.number !== number);
    this.#doubtful = this.#doubtful.filter(({ casualty }) => {
      return refused.every(({ facts }) => facts.inserted.within(casualty).length === 0);
    });
    const found = this.#takeDecided();
    this.#forget();
    return found;
  }

  /** Positions of another log say nothing in this one. */
  relocated(): void {
    this.#rows = [];
    this.#unseen = [];
    this.#doubtful = [];
    this.#decided = [];
    for (const own of this.#own) if (own.heldIn !== undefined) own.heldIn = 0;
  }

  /**
   * A row of somebody else was applied.
   *
   * @param casualties - What it took without naming it, or brought into something already gone.
   */
  received(row: RemoteRow, casualties: readonly Casualty[]): LostWords[] {
    if (this.isIdle) return [];
    const back = this.#own.filter((own) => this.#isSameRow(own, row));
    const found = back.length > 0 ? this.#settle(back, row.seq) : [];
    // A snapshot stands for rows of everybody, ours among them.
    if (this.isIdle || (back.length > 0 && isOnlyIn(back, row))) return found;
    this.#rows.push(row);
    const mine: IdRange[] = [];
    for (const casualty of casualties) {
      for (const own of this.#own) {
        const ranges = own.facts.inserted.within(casualty);
        // Ours is still to come in the log, so this row was there first.
        if (!own.isDoubtful) mine.push(...ranges);
        else this.#doubtful.push(...ranges.map((range) => ({ casualty: { ...casualty, ...range }, row })));
      }
      if (this.#wasGoneInLog(casualty, row)) continue;
      for (const range of row.facts.inserted.within(casualty))
        this.#unseen.push({ casualty: { ...casualty, ...range }, row });
    }
    return [...found, ...lostTo(row.facts, mine, "author")];
  }

  /**
   * A batch of ours from an earlier page was applied, some of it into something that a row up to `seq` had deleted, or
   * deleting what words of such a row stand in. Its own row is still to come, or it would have been here already; so if
   * it comes, it comes later.
   *
   * @param gone - What such rows had deleted of that which the batch deletes.
   * @param around - What stands, or stood, beside the casualties.
   */
  adopted(seq: number, casualties: readonly Casualty[], gone: IdSet, around: IdSet): void {
    this.#rows.push({ seq, base: seq, facts: { inserted: NOTHING, deleted: gone } });
    const row = { seq, base: seq, facts: { inserted: NOTHING, deleted: around } };
    for (const casualty of casualties) {
      const mine = this.#own.flatMap(({ facts }) => facts.inserted.within(casualty));
      this.#doubtful.push(...mine.map((range) => ({ casualty: { ...casualty, ...range }, row })));
      if (mine.length === 0) this.#unseen.push({ casualty, row });
    }
  }

  /** What of a range no batch of ours on its way deletes: if it is gone, a row of the log took it. */
  notOurs(range: IdRange): IdRange[] {
    return outsideOf(this.#own, range);
  }

  /** A batch of ours is in the log, as `seq`. Does nothing for one that is not known, or known to be there. */
  acked(number: number, seq: number): LostWords[] {
    return this.#settle(
      this.#own.filter((own) => own.isSentAs(number)),
      seq,
    );
  }

  /** The log has the batch, in a row that is still to come, or, where the sync left it out, will not come. */
  held(number: number, seq: number): void {
    for (const own of this.#own) if (own.isSentAs(number)) own.heldIn = seq;
  }

  /** Everything up to here has come: what did not was left out, and is taken to be as late as it can be. */
  caughtUp(seq: number): LostWords[] {
    const held = this.#own.filter(({ heldIn }) => heldIn !== undefined);
    return this.#settle(held, seq + 1);
  }

  #settle(settled: readonly Own[], seq: number): LostWords[] {
    this.#own = this.#own.filter((own) => !settled.includes(own));
    for (const own of settled) this.#typedIntoGone(own, seq);
    const found = [...this.#takeDecided(), ...settled.flatMap((own) => this.#deletedUnseen(own, seq))];
    // Words that come later fell on what these deleted, whatever else of ours deletes it again.
    for (const own of settled) this.#rows.push({ seq, base: own.base, facts: deletionsOf(own) });
    this.#forget();
    return found;
  }

  #typedIntoGone(own: Own, seq: number): void {
    const mine = this.#doubtful.filter(({ casualty }) => own.facts.inserted.within(casualty).length > 0);
    this.#doubtful = this.#doubtful.filter((unseen) => !mine.includes(unseen));
    this.#decided.push(...mine.filter(({ row }) => row.seq < seq));
  }

  /** A word that was typed in many batches goes back in one piece, or its letters would pass one another. */
  #takeDecided(): LostWords[] {
    if (this.#doubtful.length > 0) return [];
    const byRow = Map.groupBy(this.#decided, ({ row }) => row);
    this.#decided = [];
    return [...byRow].flatMap(([row, unseen]) => {
      return lostTo(
        row.facts,
        unseen.map(({ casualty }) => casualty),
        "author",
      );
    });
  }

  #deletedUnseen(own: Own, seq: number): LostWords[] {
    if (this.#unseen.length === 0) return [];
    const { deleted } = own.facts;
    const isTaken = ({ casualty, row }: Unseen): boolean =>
      own.base < row.seq && row.seq < seq && casualty.ancestors.some(({ client, clock }) => deleted.has(client, clock));
    const taken = this.#unseen.filter(isTaken);
    if (taken.length === 0) return [];
    this.#unseen = this.#unseen.filter((unseen) => !taken.includes(unseen));
    const ranges = taken
      .filter((unseen) => !this.#wasGoneBefore(unseen, seq))
      .flatMap(({ casualty }) => this.#notNamed(casualty, seq));
    return lostTo(own.facts, ranges, "deleter");
  }

  /**
   * Rows arrive in the order of the log. So whatever the words stood in that was deleted by nothing of ours still on its
   * way, was deleted in the log before they came: putting them back is for their author.
   */
  #wasGoneInLog({ ancestors }: Casualty, row: RemoteRow): boolean {
    const isOurs = ({ client, clock }: Y.ID): boolean =>
      this.#own.some(({ facts }) => facts.deleted.has(client, clock)) ||
      // Brought by words into what was gone: that was gone, not this.
      [row, ...this.#rows].some(({ facts }) => facts.inserted.has(client, clock));
    return !ancestors.every(isOurs);
  }

  /** Somebody else's deletion of what the words stood in came first: putting them back is for its author, or was for theirs. */
  #wasGoneBefore({ casualty: { ancestors } }: Unseen, seq: number): boolean {
    return this.#rows.some(
      // The same position: the log had all of ours, and its newest row is named in the ack.
      (row) => row.seq <= seq && ancestors.some(({ client, clock }) => row.facts.deleted.has(client, clock)),
    );
  }

  /** What nobody deleted by name, which takes having seen it. */
  #notNamed(range: IdRange, seq: number): IdRange[] {
    return outsideOf(
      this.#rows.filter((row) => row.base < seq),
      range,
    );
  }

  /** A batch of ours comes back as a row; of its deletions, those may be missing that the log held before. */
  #isSameRow({ base, facts, isDoubtful, heldIn }: Own, row: RemoteRow): boolean {
    if (heldIn !== undefined && heldIn > 0) return row.seq === heldIn;
    if (!facts.inserted.isEmpty)
      return row.facts.inserted.ranges().some((range) => facts.inserted.within(range).length > 0);
    // Somebody else may delete the very same; only a batch that was sent twice can come back.
    if (!isDoubtful || row.base !== base || !row.facts.inserted.isEmpty) return false;
    const left = new IdSet(facts.deleted.ranges().flatMap((range) => outsideOf(this.#rows, range)));
    return !left.isEmpty && row.facts.deleted.holds(left) && facts.deleted.holds(row.facts.deleted);
  }

  #forget(): void {
    if (this.isIdle) {
      this.relocated();
      return;
    }
    // Seen by everything that is pending.
    const base = Math.min(...this.#own.map((own) => own.base));
    this.#rows = this.#rows.filter(({ seq }) => seq === 0 || seq > base);
    this.#unseen = this.#unseen.filter(({ row }) => row.seq > base);
  }
}

/** Read when asked for: most batches are acknowledged before anybody has to know. */
function deletionsOf(own: Own): Facts {
  return {
    inserted: NOTHING,
    get deleted() {
      return own.facts.deleted;
    },
  };
}

/** True when a row brings nothing but what these batches do. */
function isOnlyIn(batches: readonly Own[], { facts }: RemoteRow): boolean {
  return facts.inserted.ranges().every((range) => {
    const left = batches.reduce<IdRange[]>(
      (ranges, own) => ranges.flatMap((each) => own.facts.inserted.outside(each)),
      [range],
    );
    return left.length === 0;
  });
}

/** What none of them names as deleted. */
function outsideOf(rows: readonly Pick<RemoteRow, "facts">[], range: IdRange): IdRange[] {
  return rows.reduce<IdRange[]>((left, { facts }) => left.flatMap((each) => facts.deleted.outside(each)), [range]);
}

function lostTo({ inserted, deleted }: Facts, ranges: readonly IdRange[], turn: Turn): LostWords[] {
  return ranges.length === 0 ? [] : [{ lost: new IdSet(ranges), seen: deleted, made: inserted, turn }];
}
