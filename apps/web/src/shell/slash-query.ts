import type { EditorState } from "@tiptap/pm/state";
import { BLOCK_ACTIONS } from "./actions.ts";

/** A slash and what was typed after it, up to the caret. */
export interface SlashQuery {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const LONGEST = 20;

/** @returns undefined when the caret is not behind a slash that begins a word, or is where a slash means itself. */
export function slashQuery({ selection }: EditorState): SlashQuery | undefined {
  const { $from, empty } = selection;
  if (!empty || $from.parent.type.name !== "textBlock") return undefined;
  if ($from.marks().some(({ type }) => type.name === "code" || type.name === "link")) return undefined;
  const before = $from.parent.textBetween(
    Math.max(0, $from.parentOffset - LONGEST - 2),
    $from.parentOffset,
    "\n",
    "\n",
  );
  const text = /(?:^|\s)\/([\p{L}\d]*(?: [\p{L}\d]+)?)$/u.exec(before)?.[1];
  return text === undefined ? undefined : { from: $from.pos - text.length - 1, to: $from.pos, text };
}

/** What the words after the slash leave of the list, in its own order: a filter must not shuffle. */
export function matching(text: string): typeof BLOCK_ACTIONS {
  const wanted = text.toLocaleLowerCase();
  return BLOCK_ACTIONS.filter(
    ({ label, words }) =>
      `${label} ${label.replaceAll(" ", "")} ${words}`
        .toLocaleLowerCase()
        .split(" ")
        .some((word) => word.startsWith(wanted)) || label.toLocaleLowerCase().startsWith(wanted),
  );
}
