import type { EditorState } from "@tiptap/pm/state";

/** What can be asked for where one writes. */
export type Sign = "/" | "@" | "[[" | ":";

/** A sign and what was typed after it, up to the caret. */
export interface Query {
  readonly sign: Sign;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const LONGEST = 40;

/** Before the caret: who is asked for. */
export const MENTION_PATTERN = /(?:^|[\s(])@([\p{L}\d’'-]*(?: [\p{L}\d’'-]*)?)$/u;

/** Each begins a word; what it asks for may be two. */
const PATTERNS: readonly (readonly [sign: Sign, pattern: RegExp])[] = [
  ["/", /(?:^|\s)\/([\p{L}\d]*(?: [\p{L}\d]*)?)$/u],
  ["@", MENTION_PATTERN],
  ["[[", /\[\[([^[\]\n]*)$/],
  // A face made of signs is not a name.
  [":", /(?:^|[\s(]):([a-z][a-z0-9_+-]+)$/i],
];

/** @returns undefined when the caret is not behind a sign, or is where signs mean themselves. */
export function queryAt({ selection }: EditorState): Query | undefined {
  const { $from, empty } = selection;
  if (!empty || !$from.parent.inlineContent || $from.parent.type.spec.code === true) return undefined;
  if ($from.marks().some(({ type }) => type.name === "code" || type.name === "link")) return undefined;
  const start = Math.max(0, $from.parentOffset - LONGEST);
  const before = $from.parent.textBetween(start, $from.parentOffset, "\n", "\n");
  for (const [sign, pattern] of PATTERNS) {
    const text = pattern.exec(before)?.[1];
    // A line becomes something else only where it can.
    if (text === undefined || (sign === "/" && $from.parent.type.name !== "textBlock")) continue;
    return { sign, from: $from.pos - text.length - sign.length, to: $from.pos, text };
  }
  return undefined;
}
