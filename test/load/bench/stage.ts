import type { Target } from "./participant.ts";

/** What a window cost a server. */
export interface Cost {
  readonly seconds: number;
  /** Of all its threads and children, user and system. */
  readonly cpuMillis: number;
  readonly rssBytes: number;
  /** What else the machine did meanwhile, in cores: neither the server nor the generator. */
  readonly otherCores: number;
}

/** Columns that every workload with a window may show. */
export const figuresOf = ({ cpuMillis, seconds, rssBytes, otherCores }: Cost) => ({
  share: cpuMillis / seconds / 10,
  rss: rssBytes / 1e6,
  other: otherCores * 100,
});

/** What a load may ask of the process that started it and the server. */
export interface Questions {
  /** It has nothing left to do of what was asked of it before. */
  settled: void;
  begin: void;
  end: Cost;
  /** What it holds once its garbage is gone, in bytes; only where it was started to be looked into. */
  heap: number;
  rss: number;
  /** It is stopped and started, on what it has stored. */
  restart: Target;
}

/** What a load says to who started it. */
export type Said =
  | { readonly question: keyof Questions }
  | { readonly figures: Readonly<Record<string, number>> }
  | { readonly failure: string };

type Ask = <Q extends keyof Questions>(question: Q) => Promise<Questions[Q]>;

/** One workload at one server, as its load sees it. */
export class Stage {
  target: Target;
  /** Where data for all runs lies. */
  readonly fixtures: string;
  readonly #ask: Ask;

  constructor(target: Target, fixtures: string, ask: Ask) {
    this.target = target;
    this.fixtures = fixtures;
    this.#ask = ask;
  }

  /** Waits until a server has done what it does behind its clients' backs. */
  settled(): Promise<void> {
    return this.#ask("settled");
  }

  /** Opens the measured window. */
  begin(): Promise<void> {
    return this.#ask("begin");
  }

  end(): Promise<Cost> {
    return this.#ask("end");
  }

  heapBytes(): Promise<number> {
    return this.#ask("heap");
  }

  rssBytes(): Promise<number> {
    return this.#ask("rss");
  }

  async restart(): Promise<void> {
    this.target = await this.#ask("restart");
  }
}
