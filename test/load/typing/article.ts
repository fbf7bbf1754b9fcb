import type * as Y from "yjs";
import { element, text } from "@sheaf/editor/testing";
import { seededRandom } from "../../support/random.ts";

/** Words of a page, and top-level blocks. */
const BLOCKS_PER_PAGE = 12;
const WORDS = "the of reading room lamp and table a shelf in order light was to key it side door that list with".split(
  " ",
);

type Kind = "heading" | "text" | "bullet" | "task" | "quote" | "table" | "code";

/** A stretch of one look. */
interface Run {
  readonly words: string;
  readonly mark?: "bold" | "italic" | "code";
}

/** A block, before it is anybody's. A table has a run for each of its nine cells. */
interface Part {
  readonly kind: Kind;
  readonly runs: readonly Run[];
}

const PAGE: readonly Kind[] = "heading text text bullet bullet text quote text table task text code".split(
  " ",
) as Kind[];

/** What people write at work, always the same: some 490 words a page. */
export function article(pages: number): readonly Part[] {
  const random = seededRandom(7);
  const words = (count: number): string =>
    Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  return Array.from({ length: pages * BLOCKS_PER_PAGE }, (_, index): Part => {
    const kind = PAGE[index % PAGE.length]!;
    switch (kind) {
      case "heading":
        return { kind, runs: [{ words: words(5) }] };
      case "table":
        return { kind, runs: Array.from({ length: 9 }, () => ({ words: words(3) })) };
      case "code":
        return { kind, runs: [{ words: words(12).replaceAll(" the ", "\n") }] };
      case "bullet":
      case "task":
        return { kind, runs: [{ words: words(20) }] };
      default:
        return {
          kind,
          runs: [
            { words: `${words(40)} ` },
            { words: words(4), mark: "bold" },
            { words: ` ${words(20)} ` },
            { words: words(3), mark: index % 2 === 0 ? "italic" : "code" },
            { words: ` ${words(10)}` },
          ],
        };
    }
  });
}

/** As Sheaf's document has it. */
export function toShared(parts: readonly Part[]): Y.XmlElement[] {
  return parts.map(({ kind, runs }, index) => {
    const id = `b${index}`;
    const inline = text(
      ...runs.map(({ words, mark }) => ({ insert: words, ...(mark !== undefined && { attributes: { [mark]: {} } }) })),
    );
    if (kind === "code") return element("codeBlock", { id }, [inline]);
    if (kind !== "table") return element("textBlock", { id, ...(kind !== "text" && { kind: KINDS[kind] }) }, [inline]);
    const cell = (at: number): Y.XmlElement =>
      element("tableCell", { id: `${id}c${at}` }, [element("textBlock", { id: `${id}t${at}` }, [runs[at]!.words])]);
    const row = (at: number): Y.XmlElement =>
      element(
        "tableRow",
        { id: `${id}r${at}` },
        [0, 1, 2].map((column) => cell(at * 3 + column)),
      );
    return element("table", { id }, [0, 1, 2].map(row));
  });
}

const KINDS = { heading: "heading2", bullet: "bullet", task: "task", quote: "quote" } as const;

/** As Tiptap's starter kit has it. */
export function toTiptap(parts: readonly Part[]): object {
  return { type: "doc", content: parts.map(toTiptapBlock) };
}

function toTiptapBlock({ kind, runs }: Part): object {
  const inline = runs.map(({ words, mark }) => ({
    type: "text",
    text: words,
    ...(mark !== undefined && { marks: [{ type: mark }] }),
  }));
  const paragraph = { type: "paragraph", content: inline };
  switch (kind) {
    case "text":
      return paragraph;
    case "heading":
      return { type: "heading", attrs: { level: 2 }, content: inline };
    case "bullet":
      return { type: "bulletList", content: [{ type: "listItem", content: [paragraph] }] };
    case "task":
      return { type: "taskList", content: [{ type: "taskItem", content: [paragraph] }] };
    case "quote":
      return { type: "blockquote", content: [paragraph] };
    case "code":
      return { type: "codeBlock", content: inline };
    case "table":
      return {
        type: "table",
        content: [0, 3, 6].map((first) => ({
          type: "tableRow",
          content: inline.slice(first, first + 3).map((cell) => ({
            type: "tableCell",
            content: [{ type: "paragraph", content: [cell] }],
          })),
        })),
      };
  }
}
