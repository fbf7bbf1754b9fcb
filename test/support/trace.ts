import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type * as Y from "yjs";
import { element } from "@sheaf/editor/testing";

type Patch = readonly [position: number, deleted: number, inserted: string];

const FILE = join(import.meta.dirname, "../../../shared/traces/automerge-paper.json.gz");

export const isTraceReal = (): boolean => existsSync(FILE);

/**
 * Real editing to run on: the keystrokes of a paper, when the trace lies beside the repository, else as
 * many made-up ones. It is data, and not part of the project.
 */
export function editingTrace(): readonly Patch[] {
  if (!isTraceReal()) return madeUpTrace();
  const { txns } = JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as {
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

/** Writes the trace as a document of the editor: a block a line, which Enter parts and Backspace joins. */
export function writeTraceAsBlocks(fragment: Y.XmlFragment, trace: readonly Patch[]): void {
  const blocks: { readonly text: Y.XmlText; length: number }[] = [];
  const open = (at: number, words: string): void => {
    const block = element("textBlock", { id: `b${nextId++}` }, [words]);
    fragment.insert(at, [block]);
    blocks.splice(at, 0, { text: block.get(0) as Y.XmlText, length: words.length });
  };
  let nextId = 0;
  const find = (position: number): readonly [at: number, offset: number] => {
    let offset = position;
    let at = 0;
    while (offset > blocks[at]!.length) offset -= blocks[at++]!.length + 1;
    return [at, offset];
  };
  /** Takes out and returns the end of a block. */
  const cut = (at: number, offset: number): string => {
    const block = blocks[at]!;
    const end = block.text.toJSON().slice(offset);
    write(at, offset, end.length, "");
    return end;
  };
  const write = (at: number, offset: number, deleted: number, inserted: string): void => {
    const block = blocks[at]!;
    if (deleted > 0) block.text.delete(offset, deleted);
    if (inserted !== "") block.text.insert(offset, inserted);
    block.length += inserted.length - deleted;
  };
  const remove = (position: number, count: number): void => {
    const [at, offset] = find(position);
    const here = Math.min(count, blocks[at]!.length - offset);
    write(at, offset, here, "");
    if (here === count) return;
    write(at, offset, 0, blocks[at + 1]!.text.toJSON());
    fragment.delete(at + 1, 1);
    blocks.splice(at + 1, 1);
    if (here + 1 < count) remove(position, count - here - 1);
  };
  const insert = (position: number, words: string): void => {
    const [at, offset] = find(position);
    const [first = "", ...rest] = words.split("\n");
    const end = rest.length > 0 ? cut(at, offset) : "";
    write(at, offset, 0, first);
    for (const [index, line] of rest.entries()) open(at + index + 1, index + 1 < rest.length ? line : line + end);
  };
  fragment.doc!.transact(() => {
    open(0, "");
    for (const [position, deleted, inserted] of trace) {
      if (deleted > 0) remove(position, deleted);
      if (inserted !== "") insert(position, inserted);
    }
  });
}
