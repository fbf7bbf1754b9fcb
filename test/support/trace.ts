import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type * as Y from "yjs";

type Patch = readonly [position: number, deleted: number, inserted: string];

/**
 * Real editing to run on: the keystrokes of a paper, when the trace lies beside the repository, else as
 * many made-up ones. It is data, and not part of the project.
 */
export function editingTrace(): readonly Patch[] {
  const file = join(import.meta.dirname, "../../../shared/traces/automerge-paper.json.gz");
  if (!existsSync(file)) return madeUpTrace();
  const { txns } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    txns: readonly { patches: readonly Patch[] }[];
  };
  return txns.flatMap(({ patches }) => patches);
}

/** Mostly typing forward, sometimes a jump or a deletion; always the same. */
function madeUpTrace(): readonly Patch[] {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let length = 0;
  let caret = 0;
  return Array.from({ length: 260_000 }, (): Patch => {
    if (random(40) === 0) caret = random(length + 1);
    if (caret > 0 && random(4) === 0) {
      caret--;
      length--;
      return [caret, 1, ""];
    }
    length++;
    return [caret++, 0, "abcdefgh "[random(9)]!];
  });
}

/** Applies the trace to a document, the last `singles` edits in transactions of their own. */
export function writeTrace(text: Y.Text, trace: readonly Patch[], singles: number): void {
  const apply = ([position, deleted, inserted]: Patch): void => {
    if (deleted > 0) text.delete(position, deleted);
    if (inserted !== "") text.insert(position, inserted);
  };
  text.doc!.transact(() => trace.slice(0, -singles).forEach(apply));
  for (const patch of trace.slice(-singles)) apply(patch);
}
