import { LOWEST_OWN_ID } from "@sheaf/client";
import type { DocumentId } from "@sheaf/protocol";
import * as Y from "yjs";
import type { Chance } from "./chance.ts";
import { type Claim, countsOf, type Ledger } from "./ledger.ts";
import { Machine, type Time } from "./machine.ts";
import type { Paper } from "./paper.ts";
import type { Person } from "./person.ts";
import type { Caller, Wire } from "./wire.ts";

export interface TabOptions {
  readonly name: string;
  readonly person: Person;
  readonly ledger: Ledger;
  readonly time: Time;
  readonly chance: Chance;
  /** Of the document; 0: written by applications without a schema. */
  readonly schemaVersion: number;
  readonly clientId: number;
}

/** Somebody's window on a document: a replica on a machine of its own, and what of its edits the log does not hold yet. */
export abstract class Tab implements Caller {
  abstract readonly dialect: Caller["dialect"];
  /** Whether what is written here would be taken. */
  abstract get mayWrite(): boolean;
  abstract readonly paper: Paper;
  readonly name: string;
  readonly person: Person;
  readonly ledger: Ledger;
  readonly machine: Machine;
  readonly doc = new Y.Doc();
  readonly hasSchema: boolean;
  /** The newest socket; older ones may still be on the wire. */
  wire: Wire | undefined;
  readonly #chance: Chance;
  #clientId: number;
  #claims: Claim[] = [];
  /** Updates of the edit under way. */
  #updates: Uint8Array[] = [];
  #isPuttingBack = false;

  constructor({ name, person, ledger, time, chance, schemaVersion, clientId }: TabOptions) {
    this.name = name;
    this.person = person;
    this.ledger = ledger;
    this.machine = new Machine(time);
    this.#chance = chance;
    this.doc.clientID = this.#clientId = clientId;
    this.doc.on("afterTransactionCleanup", () => this.#keepClientId());
    this.doc.on("update", (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
      // Yjs tidies formatting after what others did; a reader's tidying is nobody's work.
      if (!transaction.local || this.isByOthers(origin) || !this.mayWrite) return;
      this.#updates.push(update);
      this.ledger.wrote(this.name, update);
      if (this.#isPuttingBack) this.ledger.putBack.add(update);
    });
    this.hasSchema = schemaVersion > 0;
  }

  get document(): DocumentId {
    return this.ledger.document;
  }

  /** Its own edits that the log does not hold. */
  get unsaved(): readonly Claim[] {
    this.#claim([], [], []);
    this.#claims = this.#claims.filter((claim) => !this.ledger.isDurable(claim));
    return this.#claims;
  }

  /** Edits, in a turn of its own. @param isWhole - False when something happens before the turn is over. */
  write(edit: (paper: Paper) => void, isWhole = true): void {
    if (!this.machine.isAwake) return;
    const [before, after] = this.#counted(() => edit(this.paper));
    const typed = [...after.keys()].filter((word) => !before.has(word));
    const fewer = [...before].filter(([word, count]) => (after.get(word) ?? 0) < count).map(([word]) => word);
    this.#claim(
      typed,
      fewer.filter((word) => !after.has(word)),
      fewer.filter((word) => after.has(word)),
    );
    if (isWhole) this.machine.endTurn();
  }

  /** Takes something back, or does it again, in a turn of its own. @returns What was done. */
  undo(chance: Chance): string {
    if (!this.machine.isAwake) return "nothing";
    let done = "nothing";
    const [before, after] = this.#counted(() => (done = this.paper.undo(chance)));
    this.ledger.undone([...before.keys(), ...after.keys()].filter((word) => before.get(word) !== after.get(word)));
    this.#claim([], [], []);
    this.machine.endTurn();
    return done;
  }

  /** True for changes that came from elsewhere, whatever transaction they came in. */
  abstract isByOthers(origin: unknown): boolean;

  /** The tab is gone, and what only it knew. */
  die(): void {
    this.abandon(this.unsaved);
    this.#claims = [];
    this.machine.die();
  }

  /** What is written by `task` are words that others had typed, and that were lost. */
  protected putBack(task: () => void): void {
    this.#isPuttingBack = true;
    task();
    this.#isPuttingBack = false;
  }

  protected abandon(claims: readonly Claim[]): void {
    for (const claim of claims) this.ledger.abandon(claim);
  }

  /** @returns How often each word was there before an edit, and is after it. */
  #counted(edit: () => void): readonly [before: Map<string, number>, after: Map<string, number>] {
    this.#claim([], [], []);
    const before = countsOf(this.paper.words);
    edit();
    return [before, countsOf(this.paper.words)];
  }

  #claim(typed: readonly string[], erased: readonly string[], thinned: readonly string[]): void {
    if (this.#updates.length === 0) return;
    const vector = Y.encodeStateVector(this.doc);
    const claim: Claim = { updates: this.#updates, typed, erased, thinned, at: this.machine.now(), vector };
    this.#updates = [];
    this.#claims.push(claim);
    this.ledger.claim(claim);
  }

  /** Yjs draws another id when it hears of its own; by chance, which must be ours. */
  #keepClientId(): void {
    if (this.doc.clientID === this.#clientId) return;
    this.doc.clientID = this.#clientId = this.#chance.between(LOWEST_OWN_ID, 2 ** 31);
  }
}
