import { setBlockType } from "@tiptap/pm/commands";
import { TextSelection, type Command, type EditorState } from "@tiptap/pm/state";
import { MATH } from "../code/languages.ts";
import { openLanguages } from "../code/open-languages.ts";

/** The code block both ends of the selection are in. */
function codeIn({ selection: { $from, $to } }: EditorState) {
  if ($from.parent.type.name !== "codeBlock" || !$from.sameParent($to)) return null;
  return { start: $from.start(), text: $from.parent.textContent, from: $from.parentOffset, to: $to.parentOffset };
}

/** Enter: the next line begins as this one does. After two empty lines at the end it leaves the block, and they go. */
export const newlineInCode: Command = (state, dispatch) => {
  const code = codeIn(state);
  if (code === null) return false;
  const { start, text, from, to } = code;
  const leaving = /\n[ \t]*\n[ \t]*$/.exec(text);
  if (from === to && to === text.length && leaving !== null) {
    const { $from } = state.selection;
    const textBlock = state.schema.nodes["textBlock"];
    if (textBlock === undefined) return false;
    const tr = state.tr.delete(start + leaving.index, start + text.length);
    const after = tr.mapping.map($from.after());
    tr.insert(after, textBlock.create());
    dispatch?.(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
    return true;
  }
  const line = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  dispatch?.(state.tr.insertText(`\n${indent}`).scrollIntoView());
  return true;
};

/** Tab and Shift+Tab in code: at the caret, or each selected line. */
export function indentCode(by: 1 | -1): Command {
  return (state, dispatch) => {
    const code = codeIn(state);
    if (code === null) return false;
    const { start, text, from, to } = code;
    const unit = unitOf(text);
    const { tr } = state;
    if (by > 0 && !text.slice(from, to).includes("\n")) {
      dispatch?.(tr.insertText(unit).scrollIntoView());
      return true;
    }
    for (const line of linesFrom(text, from, to).toReversed()) {
      if (by > 0) {
        if (text.charAt(line) !== "\n" && line < text.length) tr.insertText(unit, start + line);
        continue;
      }
      const own = /^(?:\t| {1,8})/.exec(text.slice(line, line + 8))?.[0] ?? "";
      const gone = own === "\t" ? 1 : Math.min(own.length, unit === "\t" ? 4 : unit.length);
      if (gone > 0) tr.delete(start + line, start + line + gone);
    }
    if (tr.docChanged) dispatch?.(tr.scrollIntoView());
    // Also with nothing to take away: the key is the block's.
    return true;
  };
}

/** Mod+A selects the code first, then everything. */
export const selectCode: Command = (state, dispatch) => {
  const code = codeIn(state);
  if (code === null || (code.from === 0 && code.to === code.text.length)) return false;
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, code.start, code.start + code.text.length)));
  return true;
};

export const chooseLanguage: Command = (state, dispatch, view) => {
  const { $from } = state.selection;
  if ($from.parent.type.name !== "codeBlock") return false;
  // What views have for blocks are elements.
  const dom = view?.nodeDOM($from.before()) as HTMLElement | null | undefined;
  const button = dom?.querySelector<HTMLElement>(".code-language") ?? null;
  if (dispatch !== undefined && view !== undefined && button !== null) void openLanguages(view, $from.before(), button);
  return true;
};

/** A formula on its own line: code in the language of formulas. */
export const mathBlock: Command = (state, dispatch) => {
  const { $from, $to } = state.selection;
  const { codeBlock } = state.schema.nodes;
  if (codeBlock === undefined || !$from.parent.isTextblock || !$from.sameParent($to)) return false;
  if ($from.parent.type === codeBlock) {
    dispatch?.(state.tr.setNodeAttribute($from.before(), "language", MATH));
    return true;
  }
  return setBlockType(codeBlock, { language: MATH, id: $from.parent.attrs["id"] as string | null })(state, dispatch);
};

/** Where the lines begin that a range touches. */
function linesFrom(text: string, from: number, to: number): number[] {
  const lines = [text.lastIndexOf("\n", from - 1) + 1];
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  // A line of which nothing is selected but its beginning.
  if (lines.length > 1 && lines.at(-1) === to) lines.pop();
  return lines;
}

/** What the code is indented with: its own first indent, else two spaces. */
function unitOf(text: string): string {
  const first = /(?:^|\n)(\t| {2,8})(?=\S)/.exec(text)?.[1] ?? "  ";
  return first === "\t" ? first : first.length % 4 === 0 ? "    " : "  ";
}
