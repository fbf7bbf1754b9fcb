import { InputRule, inputRules } from "@tiptap/pm/inputrules";
import type { ResolvedPos } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction, type Command } from "@tiptap/pm/state";
import { isRemote } from "./binding/binding.ts";
import { isFootnote, kindOf } from "./blocks-in-selection.ts";
import { MATH } from "./code/languages.ts";
import { addressIn } from "./commands/links.ts";
import { wrapBlock } from "./commands/wrap.ts";
import { toneCalled } from "./schema/containers.ts";
import type { Json, Kind, Tone } from "./schema/fields.ts";

/** A rule that did something just now. */
interface AppliedRule {
  /** The character that completed it: it never came into the document. */
  readonly typed: string;
}

const appliedKey = new PluginKey<AppliedRule | null>("appliedRule");

/** The rule whose outcome the person has neither gone on from nor left; what others do meanwhile does not count. */
export function appliedRule(state: EditorState): AppliedRule | null {
  return appliedKey.getState(state) ?? null;
}

/**
 * What typing a few characters turns into. Backspace right after takes back the rule and keeps the characters (undo.ts).
 *
 * @param isCurly - Asked at each quote: whether it becomes the one that belongs there.
 */
export function typingRulesPlugins(isCurly: () => boolean = () => false): readonly Plugin[] {
  const rules = inputRules({
    rules: [
      blockRule(/^(#{1,6})\s$/, (match) => ({ kind: `heading${match[1]?.length ?? 1}` })),
      blockRule(/^[-*+]\s$/, () => ({ kind: "bullet" })),
      blockRule(/^1[.)]\s$/, () => ({ kind: "numbered" })),
      blockRule(/^\[( |x|X)?\]\s$/, (match) => ({ kind: "task", checked: match[1]?.toLowerCase() === "x" })),
      blockRule(/^>\s$/, () => ({ kind: "quote" })),
      new InputRule(/^\[!(\w+)\]\s$/, (state, match, start, end) => callout(state, start, end, match[1])),
      new InputRule(/^>>\s$/, (state, _match, start, end) => container(state, start, end, "toggle")),
      new InputRule(/^```([\w+#-]*)\s$/, (state, match, start, end) => codeBlock(state, start, end, match[1])),
      new InputRule(/^\$\$\s$/, (state, _match, start, end) => codeBlock(state, start, end, MATH)),
      new InputRule(/^(?:---|—-)$/, divider),
      markRule(/(?:^|[^*\w])(\*\*(?=\S)([^*]*[^*\s])\*\*)$/, "bold"),
      markRule(/(?:^|[^_\w])(__(?=\S)([^_]*[^_\s])__)$/, "bold"),
      markRule(/(?:^|[^*\w])(\*(?=[^\s*])([^*]*[^*\s])\*)$/, "italic"),
      markRule(/(?:^|[^_\w])(_(?=[^\s_])([^_]*[^_\s])_)$/, "italic"),
      markRule(/(?:^|[^~])(~~(?=\S)([^~]*[^~\s])~~)$/, "strike"),
      markRule(/(?:^|[^$])(\$\$([^$]+)\$\$)$/, "math"),
      markRule(/(?:^|[^`])(`([^`]+)`)$/, "code"),
      new InputRule(/(?:^|[\s\ufffc([{"'“‘])([^\s\ufffc]+)(\s)$/, linkRule, { inCodeMark: false }),
      quoteRule(/(.?)"$/, "“", "”", isCurly),
      quoteRule(/(.?)'$/, "‘", "’", isCurly),
    ],
  });
  const applied = new Plugin<AppliedRule | null>({
    key: appliedKey,
    state: {
      init: () => null,
      apply(tr, before) {
        const outcome = tr.getMeta(appliedKey) as AppliedRule | undefined;
        if (outcome !== undefined) return outcome;
        const byRules = tr.getMeta(rules) as { readonly text: string } | undefined;
        if (byRules !== undefined) return { typed: byRules.text };
        const isOthers = isRemote(tr) || tr.getMeta("appendedTransaction") !== undefined;
        return !isOthers && (tr.docChanged || tr.selectionSet) ? null : before;
      },
    },
  });
  return [rules, applied];
}

/** Enter after "```ts", or "$$", at the start of a line. */
export const startCodeBlock: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const match = /^(?:```([\w+#-]*)|\$\$)$/.exec($from.parent.textContent);
  if (
    !empty ||
    match === null ||
    $from.parent.type.name !== "textBlock" ||
    $from.parentOffset < $from.parent.content.size
  )
    return false;
  const tr = codeBlock(state, $from.start(), $from.pos, match[0] === "$$" ? MATH : match[1]);
  if (tr === null) return false;
  dispatch?.(tr.setMeta(appliedKey, { typed: "" } satisfies AppliedRule));
  return true;
};

/** Attributes of the block the person is in; the characters of the rule go, the words after them stay. */
function blockRule(pattern: RegExp, attributes: (match: RegExpMatchArray) => Record<string, Json>): InputRule {
  return new InputRule(
    pattern,
    (state, match, start, end) => {
      const $start = state.doc.resolve(start);
      if (!isLineStart($start)) return null;
      const wanted = attributes(match);
      // "# " in a list item is text: what it is already was chosen on purpose.
      if (
        kindOf($start.parent) !== "text" &&
        !(wanted["kind"] as Kind).startsWith("heading") &&
        kindOf($start.parent) !== "bullet"
      )
        return null;
      const tr = state.tr.delete(start, end);
      for (const [name, value] of Object.entries(wanted)) tr.setNodeAttribute($start.before(), name, value);
      return tr;
    },
    { inCodeMark: false },
  );
}

/** Where a line can become something else; a note stays one, or what refers to it would refer to nothing. */
const isLineStart = ({ parent, parentOffset }: ResolvedPos): boolean =>
  parent.type.name === "textBlock" && parentOffset === 0 && !isFootnote(parent);

function codeBlock(state: EditorState, start: number, end: number, language: string | undefined): Transaction | null {
  const $start = state.doc.resolve(start);
  const type = state.schema.nodes["codeBlock"];
  if (type === undefined || !isLineStart($start)) return null;
  const id = $start.parent.attrs["id"] as string | null;
  return state.tr
    .delete(start, end)
    .setBlockType(start, start, type, { language: language === "" ? null : (language ?? null), id });
}

/** As GitHub and Obsidian write it, `> [!NOTE] `; the quote it began as is one no longer. */
function callout(state: EditorState, start: number, end: number, word = ""): Transaction | null {
  const tone = toneCalled(word);
  return tone === null ? null : container(state, start, end, "callout", tone);
}

function container(
  state: EditorState,
  start: number,
  end: number,
  name: "callout" | "toggle",
  tone?: Tone,
): Transaction | null {
  const $start = state.doc.resolve(start);
  const kind = kindOf($start.parent);
  if (!isLineStart($start)) return null;
  if (kind !== "text" && !(kind === "quote" && name === "callout")) return null;
  const tr = state.tr.delete(start, end);
  if (kind === "quote") tr.setNodeAttribute($start.before(), "kind", "text");
  return wrapBlock(tr, tr.doc.resolve(start), name, tone);
}

function divider(state: EditorState, _match: RegExpMatchArray, start: number, end: number): Transaction | null {
  const $start = state.doc.resolve(start);
  const type = state.schema.nodes["divider"];
  if (type === undefined || !isLineStart($start) || end !== $start.end()) return null;
  return state.tr.delete(start, end).insert($start.before(), type.create());
}

/** An address and a blank: a link. Only what says itself that it is one; `file.md` and `e.g.` are words. */
function linkRule(state: EditorState, match: RegExpMatchArray, start: number, end: number): Transaction | null {
  const [whole, token = "", blank = ""] = match;
  const type = state.schema.marks["link"];
  const found = addressIn(token);
  if (type === undefined || found === null) return null;
  const from = start + whole.indexOf(token) + found.from;
  const to = from + found.length;
  if (!state.doc.resolve(from).parent.type.allowsMarkType(type) || state.doc.rangeHasMark(from, to, type)) return null;
  return state.tr.addMark(from, to, type.create({ href: found.href })).insertText(blank, end);
}

/** Words that closing marks of code or a formula may still turn into one, which means other signs than these. */
const BEGUN_SOURCE = /(?:^|[^`])`[^`]*$|(?:^|[^$])\$\$[^$]*$/;

/** Behind nothing, a blank, a bracket, a dash or another that opens, a quote opens; an apostrophe closes. */
function quoteRule(pattern: RegExp, opening: string, closing: string, isCurly: () => boolean): InputRule {
  return new InputRule(
    pattern,
    (state, { input = "", 1: before = "" }, start, end) => {
      if (!isCurly() || BEGUN_SOURCE.test(input)) return null;
      const quote = /^[\s\ufffc([{<–—“‘"']?$/.test(before) ? opening : closing;
      return state.tr.insertText(quote, start + before.length, end);
    },
    { inCodeMark: false },
  );
}

/** The first group of `pattern` is what is replaced, the second what stays, with the mark on it. */
function markRule(pattern: RegExp, name: string): InputRule {
  return new InputRule(
    pattern,
    (state, match, start, end) => {
      const type = state.schema.marks[name];
      const [whole, marked = "", inner = ""] = match;
      if (type === undefined || !state.doc.resolve(start).parent.type.allowsMarkType(type)) return null;
      const from = start + whole.length - marked.length;
      const lead = marked.indexOf(inner);
      const tr = state.tr;
      // Only the characters of the rule go; the words between stay the same characters, whoever is typing in them.
      if (end > from + lead + inner.length) tr.delete(from + lead + inner.length, end);
      tr.delete(from, from + lead).addMark(from, from + inner.length, type.create());
      return tr.removeStoredMark(type);
    },
    { inCodeMark: false },
  );
}
