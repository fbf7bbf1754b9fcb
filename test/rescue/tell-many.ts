import { type Outcome, type Plan, tellRescue } from "./story.ts";

export interface Total {
  typed: number;
  lost: number;
  doubled: number;
  rescues: number;
  cuts: number;
}

/** Tells stories of seeds nobody chose; `check` throws with the seed and what was done, which tells the story again. */
export function tellMany(runs: number, plan: Omit<Plan, "seed">, check: (outcome: Outcome) => void): Total {
  const from = Math.floor(Math.random() * 2 ** 31);
  const total: Total = { typed: 0, lost: 0, doubled: 0, rescues: 0, cuts: 0 };
  for (let seed = from; seed < from + runs; seed++) {
    const outcome = tellRescue({ seed, ...plan });
    try {
      check(outcome);
    } catch (cause) {
      throw new Error(`${JSON.stringify({ seed, ...plan })}\n${outcome.tell()}`, { cause });
    }
    total.typed += outcome.typed;
    total.lost += outcome.lost.length;
    total.doubled += outcome.doubled.length;
    total.rescues += outcome.rescues;
    total.cuts += outcome.cuts;
  }
  console.log(`${runs} stories of ${plan.cast}${plan.isRescuing ? "" : ", nobody rescuing"}: ${JSON.stringify(total)}`);
  return total;
}
