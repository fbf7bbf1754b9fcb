import { networkOf } from "./client-address.ts";

/** Why a socket is not let in now, and when to ask again. */
export interface TurnedAway {
  readonly status: 429 | 503;
  readonly code: "too-many" | "overloaded";
  readonly reason: string;
  readonly retryAfterSeconds: number;
}

export interface AdmissionPorts {
  /** What one address may take; undefined where all sockets come from this machine. */
  readonly quota: { readonly sockets: number; readonly newPerSecond: number } | undefined;
  /** Above either mark nobody new is let in; who is in stays. */
  readonly marks: { readonly loopDelayMillis: number; readonly memoryBytes: number };
  readonly load: () => { readonly loopDelayMillis: number; readonly memoryBytes: number };
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** One household: the sockets it holds, and how many more it may open at once. */
interface Visitor {
  open: number;
  allowance: number;
  countedAt: number;
}

/** Refused ones come back spread over this time, so that they do not meet again. */
const RETURN_SECONDS = 5;
const OVERLOAD_RETURN_SECONDS = 20;
/** Where nobody is counted, all share one: every connection keeps what it was admitted with. */
const UNCOUNTED = { release: () => {} };

/** Decides before an upgrade whether there is room for one more socket. */
export class Admission {
  readonly #ports: AdmissionPorts;
  readonly #visitors = new Map<string, Visitor>();
  #sweptAt = 0;

  constructor(ports: AdmissionPorts) {
    this.#ports = ports;
  }

  /** @returns Why nobody new is let in, as a sentence; undefined when they are. */
  overload(): string | undefined {
    const { marks, load } = this.#ports;
    const { loopDelayMillis, memoryBytes } = load();
    if (loopDelayMillis <= marks.loopDelayMillis && memoryBytes <= marks.memoryBytes) return undefined;
    return "The server has more to do than it can at the moment.";
  }

  /**
   * Takes one more socket from this address in, until `release` is called.
   *
   * @returns Why not.
   */
  admit(address: string): { readonly release: () => void } | TurnedAway {
    const overload = this.overload();
    if (overload !== undefined) {
      return {
        status: 503,
        code: "overloaded",
        reason: overload,
        retryAfterSeconds: this.#spread(OVERLOAD_RETURN_SECONDS),
      };
    }
    const { quota } = this.#ports;
    if (quota === undefined) return UNCOUNTED;
    this.#sweep();
    const visitor = this.#visitor(networkOf(address), quota.newPerSecond);
    if (visitor.allowance < 1) return this.#tooMany("This address opens connections too fast.");
    visitor.allowance -= 1;
    if (visitor.open >= quota.sockets) return this.#tooMany(`This address has ${visitor.open} connections already.`);
    visitor.open++;
    let isOpen = true;
    return {
      release() {
        if (isOpen) visitor.open--;
        isOpen = false;
      },
    };
  }

  #visitor(network: string, newPerSecond: number): Visitor {
    const now = this.#ports.now();
    let visitor = this.#visitors.get(network);
    if (visitor === undefined) {
      this.#visitors.set(network, (visitor = { open: 0, allowance: newPerSecond, countedAt: now }));
    }
    const earned = ((now - visitor.countedAt) / 1000) * newPerSecond;
    visitor.allowance = Math.min(newPerSecond, visitor.allowance + earned);
    visitor.countedAt = now;
    return visitor;
  }

  /** Forgets who has nothing open and has not asked for so long that all may be opened again. */
  #sweep(): void {
    const now = this.#ports.now();
    if (now - this.#sweptAt < 1000) return;
    this.#sweptAt = now;
    for (const [network, { open, countedAt }] of this.#visitors) {
      if (open === 0 && now - countedAt >= 1000) this.#visitors.delete(network);
    }
  }

  #tooMany(reason: string): TurnedAway {
    return { status: 429, code: "too-many", reason, retryAfterSeconds: this.#spread(RETURN_SECONDS) };
  }

  #spread(seconds: number): number {
    return 1 + Math.floor(this.#ports.random() * seconds);
  }
}
