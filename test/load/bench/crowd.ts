import * as Y from "yjs";
import { until } from "../../support/until.ts";
import type { Latencies } from "./latencies.ts";
import { Participant, type Target } from "./participant.ts";
import { walkStructs } from "./reading.ts";
import { clientOf, encodeLetter, letterAt, typistOf } from "./typing.ts";

/** Letters of one typist that may be on their way. */
const RING = 4096;

/** People who type in one document, and all that each of them has heard of the others. */
export class Crowd {
  readonly document: string;
  readonly participants: Participant[] = [];
  /** Letters that arrived at somebody else. */
  delivered = 0;
  readonly #size: number;
  readonly #latencies: Latencies;
  /** Of each typist. */
  readonly #typed: Int32Array;
  /** By reader and typist, how far the reader has heard. */
  readonly #heard: Int32Array;
  readonly #typedAt: Float64Array;
  readonly #ring: number;

  private constructor(document: string, size: number, latencies: Latencies, ring: number) {
    this.document = document;
    this.#size = size;
    this.#latencies = latencies;
    this.#typed = new Int32Array(size);
    this.#heard = new Int32Array(size * size);
    this.#typedAt = new Float64Array(size * ring);
    this.#ring = ring;
  }

  static async join(target: Target, document: string, size: number, latencies: Latencies, ring = RING): Promise<Crowd> {
    const crowd = new Crowd(document, size, latencies, ring);
    for (let reader = 0; reader < size; reader++) {
      const participant = await Participant.enter(target, document, ({ kind, at }, bytes) => {
        if (kind === "update" || kind === "answer") crowd.#hear(reader, bytes, at);
      });
      await participant.synced();
      crowd.participants.push(participant);
    }
    return crowd;
  }

  get size(): number {
    return this.#size;
  }

  get typed(): number {
    return this.#typed.reduce((sum, count) => sum + count, 0);
  }

  /** Frames that came to anybody. */
  get receivedFrames(): number {
    return this.participants.reduce((sum, { receivedFrames }) => sum + receivedFrames, 0);
  }

  /** One types a letter, or some in one write. */
  type(typist: number, letters = 1): void {
    const updates: Uint8Array[] = [];
    const now = performance.now();
    for (let letter = 0; letter < letters; letter++) {
      const clock = this.#typed[typist]!++;
      this.#typedAt[typist * this.#ring + (clock % this.#ring)] = now;
      updates.push(encodeLetter(typist, clock));
    }
    this.participants[typist]!.send(...updates);
  }

  /** True when everybody has heard all the others. */
  get isQuiet(): boolean {
    return this.delivered === this.typed * (this.#size - 1);
  }

  close(): void {
    for (const participant of this.participants) participant.close();
  }

  /** Opens the document anew, in a real Y.Doc, and checks each letter. */
  async verify(target: Target): Promise<void> {
    if (!target.holdsDocuments) return;
    const doc = new Y.Doc();
    const witness = await Participant.enter(target, this.document, ({ kind, at, end }, bytes) => {
      if (kind === "update" || kind === "answer") Y.applyUpdate(doc, bytes.subarray(at, end));
    });
    await witness.synced();
    // Stock servers answer first and may have more to say.
    await until(`${this.document} is whole`, () =>
      this.#typed.every((count, typist) => Y.getState(doc.store, clientOf(typist)) === count),
    );
    for (const [typist, count] of this.#typed.entries()) {
      const letters: number[] = [];
      for (const item of doc.store.clients.get(clientOf(typist)) ?? []) {
        if (item instanceof Y.Item && item.content instanceof Y.ContentString)
          letters.push(...Buffer.from(item.content.str));
      }
      const isWhole = letters.length === count && letters.every((letter, clock) => letter === letterAt(typist, clock));
      if (!isWhole) throw new Error(`${this.document} does not hold what typist ${typist} wrote`);
    }
    witness.close();
    doc.destroy();
  }

  #hear(reader: number, bytes: Uint8Array, at: number): void {
    const now = performance.now();
    walkStructs(bytes, at, (client, clock, length) => {
      const typist = typistOf(client);
      // What somebody had written before is none of theirs.
      if (typist === reader || typist >= this.#size) return;
      const index = reader * this.#size + typist;
      const before = this.#heard[index]!;
      if (clock > before) throw new Error(`${this.document}: letters ${before} to ${clock} of ${typist} are missing`);
      for (let letter = before; letter < clock + length; letter++) {
        this.#latencies.add(now - this.#typedAt[typist * this.#ring + (letter % this.#ring)]!);
      }
      this.delivered += Math.max(0, clock + length - before);
      this.#heard[index] = Math.max(before, clock + length);
    });
  }
}
