import { parentPort, workerData } from "node:worker_threads";
import { tell } from "./story.ts";

/** Every `stride`th seed from `first` on, until told to stop or `last` is done. */
export interface Errand {
  readonly first: number;
  readonly last: number;
  readonly stride: number;
}

export type News =
  | { readonly kind: "begun"; readonly seed: number }
  | { readonly kind: "told"; readonly counts: ReadonlyMap<string, number> }
  | { readonly kind: "failed"; readonly seed: number; readonly reason: string };

const { first, last, stride } = workerData as Errand;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const say = (news: News): void => parentPort?.postMessage(news);

for (let seed = first; seed <= last; seed += stride) {
  say({ kind: "begun", seed });
  try {
    const { counts } = await tell({ seed });
    say({ kind: "told", counts });
  } catch (cause) {
    say({ kind: "failed", seed, reason: cause instanceof Error ? cause.message : String(cause) });
  }
}
