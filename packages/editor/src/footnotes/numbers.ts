import type { Fragment, Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { AttrStep } from "@tiptap/pm/transform";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { NameStep } from "../binding/name-step.ts";
import { isFootnote } from "../blocks-in-selection.ts";

/** Of the note a reference refers to, by the id of its block; null when it says none. */
export const noteOf = (reference: Node): string | null => reference.attrs["note"] as string | null;

export const isReference = (node: Node | null | undefined): boolean => node?.type.name === "footnoteRef";

/** Notes by the id of their block, in the order in which the text refers to them first. One that is not there has no number. */
export function numberNotes(content: Fragment): ReadonlyMap<string, number> {
  const notes = new Set<string>();
  const wanted = new Set<string>();
  content.descendants((node) => {
    const id = isFootnote(node) ? (node.attrs["id"] as string | null) : null;
    if (id !== null) notes.add(id);
    const note = isReference(node) ? noteOf(node) : null;
    if (note !== null) wanted.add(note);
    return !node.isLeaf;
  });
  return new Map([...wanted].filter((id) => notes.has(id)).map((id, at) => [id, at + 1]));
}

interface Numbered {
  readonly numbers: ReadonlyMap<string, number>;
  readonly shown: DecorationSet;
}

const numbersKey = new PluginKey<Numbered>("footnotes");

/** The numbers as they are shown. */
export const footnoteNumbers = (state: EditorState): ReadonlyMap<string, number> =>
  numbersKey.getState(state)?.numbers ?? new Map<string, number>();

/** What the view of a note reads off its decoration. */
export interface NoteSpec {
  /** null when nothing refers to it. */
  readonly footnote: number | null;
}

/** Counts the references, and shows the numbers at them and at their notes. Counted anew only when one comes, goes or moves. */
export function footnoteNumbersPlugin(): Plugin<Numbered> {
  return new Plugin<Numbered>({
    key: numbersKey,
    state: {
      init: (_config, { doc }) => numbered(doc),
      apply(tr, before) {
        if (!tr.docChanged) return before;
        return isRenumbered(tr) ? numbered(tr.doc) : { ...before, shown: before.shown.map(tr.mapping, tr.doc) };
      },
    },
    props: { decorations: (state) => numbersKey.getState(state)?.shown },
  });
}

function numbered(doc: Node): Numbered {
  const numbers = numberNotes(doc.content);
  const shown: Decoration[] = [];
  doc.descendants((node, position) => {
    const end = position + node.nodeSize;
    if (isReference(node)) shown.push(Decoration.node(position, end, referenceAttributes(numbers, node)));
    if (isFootnote(node)) shown.push(Decoration.node(position, end, {}, noteSpec(numbers, node)));
    return !node.isLeaf;
  });
  return { numbers, shown: DecorationSet.create(doc, shown) };
}

function referenceAttributes(numbers: ReadonlyMap<string, number>, reference: Node): Record<string, string> {
  const number = numbers.get(noteOf(reference) ?? "");
  return number === undefined
    ? {
        role: "doc-noteref",
        "data-number": "?",
        "data-missing": "",
        "aria-label": "Footnote that is not here any more",
      }
    : { role: "doc-noteref", "data-number": String(number), "aria-label": `Footnote ${number}` };
}

const noteSpec = (numbers: ReadonlyMap<string, number>, { attrs }: Node): NoteSpec => ({
  footnote: numbers.get(String(attrs["id"])) ?? null,
});

/** Whether a reference or a note came, went or moved; what is written around and in them does not count. */
function isRenumbered(tr: Transaction): boolean {
  return tr.steps.some((step, at) => {
    const [before, after] = [tr.docs[at] ?? tr.doc, tr.docs[at + 1] ?? tr.doc];
    // Of what these two change no map tells.
    if (step instanceof NameStep) return holdsCounted(after, ...step.range);
    if (step instanceof AttrStep)
      return TELLING.has(step.attr) && [before, after].some((doc) => isCounted(doc.nodeAt(step.pos)));
    let isTouched = false;
    step.getMap().forEach((oldStart, oldEnd, newStart, newEnd) => {
      isTouched ||= holdsCounted(before, oldStart, oldEnd) || holdsCounted(after, newStart, newEnd);
    });
    return isTouched;
  });
}

const TELLING: ReadonlySet<string> = new Set(["kind", "id", "note"]);

const isCounted = (node: Node | null): boolean => isReference(node) || isFootnote(node);

/** True when a reference, or the start or the end of a note, lies in the range. */
function holdsCounted(doc: Node, from: number, to: number): boolean {
  let isHeld = false;
  doc.nodesBetween(from, to, (node, position) => {
    if (isCounted(node)) isHeld ||= position >= from || position + node.nodeSize <= to;
    return !isHeld;
  });
  return isHeld;
}
