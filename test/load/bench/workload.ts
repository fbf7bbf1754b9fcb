import type { Stage } from "./stage.ts";

/** What a run found, by the keys of its workload's columns. */
export type Figures = Readonly<Record<string, number>>;

export interface Column {
  readonly key: string;
  readonly title: string;
  readonly digits: number;
  /** Shown beside as a share of y-websocket's in the same round, and as a plot. */
  readonly isCompared?: boolean;
}

/** What issue and design ask of Sheaf. */
export interface Goal {
  readonly of: string;
  readonly key: string;
  /** Of whose figure in the same round; absent when the figure itself counts. */
  readonly against?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Case {
  readonly name: string;
  readonly goals?: readonly Omit<Goal, "of">[];
}

/** How much the cases may differ in a figure: the largest over the smallest. */
export interface Spread {
  readonly key: string;
  readonly cases: readonly string[];
  readonly atMost: number;
}

/** Something servers are made to do. */
export interface Workload<C extends Case = Case> {
  readonly name: string;
  /** What it is, in a sentence. */
  readonly about: string;
  readonly cases: readonly C[];
  readonly columns: readonly Column[];
  readonly spreads?: readonly Spread[];
  /** Servers that cannot do it. */
  readonly without?: readonly string[];
  /** True when servers are started so that one can look into their heaps. */
  readonly isInspected?: boolean;
  run(stage: Stage, its: C): Promise<Figures>;
}
