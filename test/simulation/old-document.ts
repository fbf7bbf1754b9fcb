import * as Y from "yjs";

const ROWS = 6;
const ROW_CHARACTERS = 60_000;

/** More history than a room keeps in memory, so that joins have to read the log. Made once. */
let halves: readonly (readonly Uint8Array[])[] | undefined;

/** The rows of a document with a past, the earlier and the later half, in a text that nobody here edits. */
export function oldRows(): readonly (readonly Uint8Array[])[] {
  return (halves ??= write());
}

function write(): readonly (readonly Uint8Array[])[] {
  const doc = new Y.Doc();
  doc.clientID = 1;
  const rows: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => rows.push(update));
  for (let i = 0; i < ROWS; i++) doc.getText("attic").insert(0, "old ".repeat(ROW_CHARACTERS / 4));
  return [rows.slice(0, ROWS / 2), rows.slice(ROWS / 2)];
}
