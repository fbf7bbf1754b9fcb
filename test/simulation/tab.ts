import type { DocumentId } from "@sheaf/protocol";
import * as Y from "yjs";
import type { Chance } from "./chance.ts";
import type { Claim, Ledger } from "./ledger.ts";
import { Machine, type Time } from "./machine.ts";
import { openPaper } from "./open-paper.ts";
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
  readonly name: string;
  readonly person: Person;
  readonly ledger: Ledger;
  readonly machine: Machine;
  readonly doc = new Y.Doc();
  readonly paper: Paper;
  readonly hasSchema: boolean;
  /** The newest socket; older ones may still be on the wire. */
  wire: Wire | undefined;
  readonly #chance: Chance;
  #clientId: number;
  #claims: Claim[] = [];
  /** Updates of the edit under way. */
  #updates: Uint8Array[] = [];

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
      if (transaction.local && !this.isByOthers(origin) && this.mayWrite) this.#updates.push(update);
    });
    this.hasSchema = schemaVersion > 0;
    this.paper = openPaper(this.doc, schemaVersion);
  }

  get document(): DocumentId {
    return this.ledger.document;
  }

  /** Its own edits that the log does not hold. */
  get unsaved(): readonly Claim[] {
    this.#claim([], []);
    this.#claims = this.#claims.filter((claim) => !this.ledger.isDurable(claim));
    return this.#claims;
  }

  /** Edits, in a turn of its own. @param isWhole - False when something happens before the turn is over. */
  write(edit: (paper: Paper) => void, isWhole = true): void {
    if (!this.machine.isAwake) return;
    this.#claim([], []);
    const before = new Set(this.paper.words);
    edit(this.paper);
    const after = new Set(this.paper.words);
    this.#claim(less(after, before), less(before, after));
    if (isWhole) this.machine.endTurn();
  }

  /** True for changes that came from elsewhere, whatever transaction they came in. */
  abstract isByOthers(origin: unknown): boolean;

  /** The tab is gone, and what only it knew. */
  die(): void {
    this.abandon(this.unsaved);
    this.#claims = [];
    this.machine.die();
  }

  protected abandon(claims: readonly Claim[]): void {
    for (const claim of claims) this.ledger.abandon(claim);
  }

  #claim(typed: readonly string[], erased: readonly string[]): void {
    if (this.#updates.length === 0) return;
    const claim: Claim = { updates: this.#updates, typed, erased, at: this.machine.now() };
    this.#updates = [];
    this.#claims.push(claim);
    this.ledger.claim(claim);
  }

  /** Yjs draws another id when it hears of its own; by chance, which must be ours. */
  #keepClientId(): void {
    if (this.doc.clientID === this.#clientId) return;
    this.doc.clientID = this.#clientId = this.#chance.between(1, 2 ** 31);
  }
}

const less = (words: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...words].filter((word) => !others.has(word));
