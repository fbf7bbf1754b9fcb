import type { MarkType, ResolvedPos } from "@tiptap/pm/model";
import type { Command, Selection, Transaction } from "@tiptap/pm/state";
import { safeHref } from "../schema/safe-href.ts";

/** Links the selection, or the link the caret is in. Does nothing for an address that is not safe to follow. */
export function setLink(address: string): Command {
  return (state, dispatch) => {
    const type = state.schema.marks["link"];
    const href = safeHref(address);
    if (type === undefined || href === null) return false;
    const ranges = linkRanges(state.selection, type);
    if (ranges.length === 0) return false;
    const { tr } = state;
    for (const { from, to } of ranges) tr.removeMark(from, to, type).addMark(from, to, type.create({ href }));
    dispatch?.(tr);
    return true;
  };
}

export const unsetLink: Command = (state, dispatch) => {
  const type = state.schema.marks["link"];
  if (type === undefined) return false;
  const { tr } = state;
  for (const { from, to } of linkRanges(state.selection, type)) tr.removeMark(from, to, type);
  if (!tr.docChanged) return false;
  dispatch?.(tr);
  return true;
};

/** An address in what somebody typed or pasted. */
interface Address {
  readonly href: string;
  /** Where in the words it begins. */
  readonly from: number;
  readonly length: number;
}

/**
 * The address that `token`, words without a blank, is: one with a scheme, `www.…`, or somebody's e-mail. Punctuation
 * that follows it in a sentence is not part of it.
 *
 * @returns null for everything else, also for a bare name: `notes.md` is a file as often as a site.
 */
export function addressIn(token: string): Address | null {
  const from = /^["'([{]*/.exec(token)?.[0].length ?? 0;
  let words = token.slice(from);
  for (let last = ""; words !== last;) {
    last = words;
    words = words.replace(/[.,;:!?'"]+$/, "");
    // A bracket belongs to the address when it was opened there.
    const count = (bracket: RegExp) => words.match(bracket)?.length ?? 0;
    if (/[)\]}]$/.test(words) && count(/[)\]}]/g) > count(/[([{]/g)) words = words.slice(0, -1);
  }
  const isAddress =
    /^https?:\/\/[^\s/?#]+/i.test(words) || /^mailto:.+@.+/i.test(words) || /^www\.[^\s/.]+\.[^\s/.]+/i.test(words);
  const isMail = !isAddress && /^[^\s@/:]+@[^\s@/:.]+(?:\.[^\s@/:.]+)+$/.test(words);
  if (!isAddress && !isMail) return null;
  const href = safeHref(completeAddress(words));
  return href === null ? null : { href, from, length: words.length };
}

/** What people give for an address, as one: `example.org` and `ana@example.org` get the scheme they mean. */
export function completeAddress(text: string): string {
  const address = text.trim();
  if (address === "" || address.startsWith("#") || /^[a-z][a-z0-9+.-]*:/i.test(address)) return address;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(address)) return `mailto:${address}`;
  return /^[^\s/]+\.[^\s/]{2,}/.test(address) || /^localhost\b/.test(address) ? `https://${address}` : address;
}

/** Links an address that ends right before the caret, as the blank after it would. */
export function linkBeforeCaret(tr: Transaction): void {
  const { $from, empty } = tr.selection;
  const type = tr.doc.type.schema.marks["link"];
  if (!empty || type === undefined || !$from.parent.isTextblock || !$from.parent.type.allowsMarkType(type)) return;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, "\ufffc");
  const token = /[^\s\ufffc]+$/.exec(before)?.[0] ?? "";
  const found = addressIn(token);
  if (found === null) return;
  const from = $from.pos - token.length + found.from;
  const isCode = tr.doc.rangeHasMark(from, from + found.length, tr.doc.type.schema.marks["code"] ?? type);
  if (isCode || tr.doc.rangeHasMark(from, from + found.length, type)) return;
  tr.addMark(from, from + found.length, type.create({ href: found.href }));
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function linkRanges(selection: Selection, type: MarkType): Range[] {
  if (!selection.empty) return selection.ranges.map(({ $from, $to }) => ({ from: $from.pos, to: $to.pos }));
  const around = markAround(selection.$from, type);
  return around === null ? [] : [around];
}

/** The whole run of one mark around a position. */
export function markAround($at: ResolvedPos, type: MarkType): Range | null {
  const { parent } = $at;
  const mark = type.isInSet($at.marks()) ?? type.isInSet($at.nodeAfter?.marks ?? []);
  if (mark === undefined) return null;
  let range: Range | null = null;
  parent.forEach((node, offset) => {
    const start = $at.start() + offset;
    if (!mark.isInSet(node.marks)) {
      if (range !== null && range.to < $at.pos) range = null;
      return;
    }
    if (range !== null && range.to === start) range = { from: range.from, to: start + node.nodeSize };
    else if (start <= $at.pos) range = { from: start, to: start + node.nodeSize };
  });
  return range;
}
