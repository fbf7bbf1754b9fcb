import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";

export interface ReadinessPorts {
  /** Commits nothing, as rows are committed. */
  readonly probe: () => Promise<Result<void, LogError>>;
  /** Why nobody new should come though the disk is fine; undefined when they may. */
  readonly objection: () => string | undefined;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, and does not keep the process alive. */
  readonly sleep: (millis: number) => Promise<void>;
}

/** However often it is asked, the disk is tried no more often than this. */
const HOLDS_MILLIS = 2_000;
/** A disk that takes longer than this to commit nothing serves nobody. */
const PROBE_MILLIS = 3_000;

/** Tells whether a row can be committed, by trying. */
export class Readiness {
  readonly #ports: ReadinessPorts;
  #probedAt = Number.NEGATIVE_INFINITY;
  #answer: Promise<Result<void, string>> = Promise.resolve(ok(undefined));
  /** A probe that has not come back is not followed by another. */
  #isProbing = false;

  constructor(ports: ReadinessPorts) {
    this.#ports = ports;
  }

  /** @returns Why the server cannot serve, as a sentence. */
  async ask(): Promise<Result<void, string>> {
    const objection = this.#ports.objection();
    if (objection !== undefined) return err(objection);
    if (!this.#isProbing && this.#ports.now() - this.#probedAt >= HOLDS_MILLIS) {
      this.#probedAt = this.#ports.now();
      this.#answer = this.#probe();
    }
    const late = this.#ports.sleep(PROBE_MILLIS - (this.#ports.now() - this.#probedAt));
    return Promise.race([this.#answer, late.then(() => err(LATE))]);
  }

  async #probe(): Promise<Result<void, string>> {
    this.#isProbing = true;
    const probed = await this.#ports.probe();
    this.#isProbing = false;
    return probed.ok ? ok(undefined) : err(sentenceFor(probed.error));
  }
}

const LATE = `The disk took longer than ${PROBE_MILLIS / 1000} seconds to commit nothing.`;

const sentenceFor = (error: LogError): string =>
  error.code === "full"
    ? "The disk is full."
    : `Nothing can be saved (${"reason" in error ? error.reason : error.code}).`;
