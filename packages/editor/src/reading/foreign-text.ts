import * as Y from "yjs";

const DEEPEST = 64;

/**
 * The words of a document another application made, whatever types it uses, for reading only. Looking a root up by
 * name would give it a type, so the structs are read as they lie: runs of text together, everything else on its own line.
 */
export function foreignText(doc: Y.Doc): string {
  const roots = [...doc.share.values()].map((root) => wordsOf(root, 0));
  return roots.filter((text) => text.trim() !== "").join("\n\n");
}

/** What every shared type is underneath. */
interface Structs {
  readonly _start: Y.Item | null;
  readonly _map: ReadonlyMap<string, Y.Item>;
}

function wordsOf(type: Structs, depth: number): string {
  if (depth > DEEPEST) return "";
  const lines: string[] = [];
  let run = "";
  const endRun = (): void => {
    if (run !== "") lines.push(run);
    run = "";
  };
  for (let item = type._start; item !== null; item = item.right) {
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentString) {
      run += item.content.str;
      continue;
    }
    endRun();
    lines.push(contentOf(item, depth));
  }
  endRun();
  // The entries of an element are its attributes; those of a map are its content.
  if (!(type instanceof Y.XmlElement))
    for (const item of type._map.values()) if (!item.deleted) lines.push(contentOf(item, depth));
  return lines.filter((line) => line !== "").join("\n");
}

function contentOf({ content }: Y.Item, depth: number): string {
  if (content instanceof Y.ContentType) return wordsOf(content.type, depth + 1);
  if (content instanceof Y.ContentString) return content.str;
  if (content instanceof Y.ContentAny) return content.arr.filter((value) => typeof value === "string").join("\n");
  return "";
}
