/** A mistake to be made in shipped source: `find` is replaced where it occurs, which must be exactly once. */
export interface Plant {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What is said when it is noticed. */
  readonly verdict: RegExp;
}

export const PLANTS: readonly Plant[] = [
  {
    name: "an ack goes out before the commit",
    file: "packages/room/src/write.ts",
    find: `effects.push({ kind: "append", row });`,
    replace: `effects.push({ kind: "append", row });
      if (event.number !== undefined) send(turn, session.id, { kind: "ack", number: event.number, seq: room.seq });`,
    verdict: /is acknowledged and not in the log/,
  },
  {
    name: "a broadcast goes out before the commit",
    file: "packages/room/src/write.ts",
    find: `effects.push({ kind: "append", row });`,
    replace: `effects.push({ kind: "append", row });
      const message = { kind: "update", seq: room.seq + room.inFlight.length, base, update } as const;
      effects.push({ kind: "broadcast", except: session.id, message });`,
    verdict: /is shown what is not in the log/,
  },
  {
    name: "a batch is dropped on reconnect",
    file: "packages/client/src/batches.ts",
    find: `for (const batch of this.#pending) batch.isInFlight = false;`,
    replace: `if (this.#inFlight > 0) this.#pending.shift();
      for (const batch of this.#pending) batch.isInFlight = false;`,
    verdict: /not in the log|has said saving|is lost|was deleted and is there/,
  },
  {
    name: "what is sent again is written again, under another client id",
    file: "packages/client/src/outbox.ts",
    find: `maxUpdateBytes = welcome.maxUpdateBytes;`,
    replace: `maxUpdateBytes = welcome.maxUpdateBytes;
      const [again] = doc.getText("text").toJSON().split(" ");
      if (batches.oldest !== undefined && again !== undefined && again !== "") {
        doc.clientID += 1;
        doc.getText("text").insert(0, again + " ");
      }`,
    verdict: /is there/,
  },
  {
    name: "words that a deletion took unseen stay away",
    file: "packages/client/src/rescue/rescue.ts",
    find: `for (const listener of listeners) listener();`,
    replace: `waiting = [];`,
    verdict: /is lost/,
  },
  {
    name: "the status follows the socket and not the acks",
    file: "packages/client/src/status.ts",
    find: `if (changes > 0) {`,
    replace: `if (changes > 0 && !isWelcomed(connection)) {`,
    verdict: /says saved and has words that are not in the log/,
  },
];
