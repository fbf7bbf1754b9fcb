import * as Y from "yjs";
import { mergeUpdates } from "./update.ts";

/**
 * The words that updates bring together, for people to read when no document will hold them: without look and order of blocks,
 * a line for each place where they were typed. Empty when they only delete or change attributes.
 */
export function wordsIn(updates: readonly Uint8Array[]): string {
  const { structs, ds } = Y.decodeUpdate(mergeUpdates(updates));
  const isGone = (client: number, clock: number): boolean =>
    (ds.clients.get(client) ?? []).some((range) => clock >= range.clock && clock < range.clock + range.len);
  let words = "";
  /** The last letter, and the last that was not taken back: who types on, types behind one of them. */
  let ends: readonly (Y.ID | undefined)[] = [];
  for (const struct of structs) {
    // What hangs under a key is an attribute.
    if (!(struct instanceof Y.Item) || struct.parentSub !== null) continue;
    if (struct.content instanceof Y.ContentType) words += "\n";
    const { client, clock } = struct.id;
    // A message of the chat is an object in a list.
    if (struct.content instanceof Y.ContentAny)
      struct.content.arr.forEach((value, index) => {
        if (!isGone(client, clock + index)) words += `\n${textIn(value)}`;
      });
    if (!(struct.content instanceof Y.ContentString)) continue;
    const { origin, lastId } = struct;
    if (!ends.some((end) => end !== undefined && Y.compareIDs(end, origin))) words += "\n";
    let kept = ends[1];
    // Clocks count UTF-16 units, as strings do.
    struct.content.str.split("").forEach((letter, index) => {
      if (isGone(client, clock + index)) return;
      words += letter;
      kept = Y.createID(client, clock + index);
    });
    ends = [lastId, kept];
  }
  const lines = words.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join("\n");
}

function textIn(value: unknown): string {
  const text = typeof value === "object" && value !== null && "text" in value ? value.text : undefined;
  return typeof text === "string" ? text : "";
}
