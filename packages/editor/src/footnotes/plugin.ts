import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { AttrStep } from "@tiptap/pm/transform";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type { Binding } from "../binding/binding.ts";
import { NameStep } from "../binding/name-step.ts";
import { isFootnote, type PlacedNode } from "../blocks-in-selection.ts";
import { FOOTNOTES } from "../words.ts";
import { isReference, noteOf, numberNotes } from "./numbers.ts";
import { noteReferredToAt, visit } from "./visit.ts";

interface Numbered {
  readonly isWhole: boolean;
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

/** Counts the references, shows the numbers at them and at their notes, and leads from one to the other. Counted anew only when one comes, goes or moves, or all of the text is there. */
export function footnotesPlugin(binding: Binding): Plugin<Numbered> {
  let shownIn: EditorView | null = null;
  return new Plugin<Numbered>({
    key: numbersKey,
    state: {
      init: (_config, { doc }) => numbered(doc, binding.isWhole),
      apply(tr, before) {
        if (!tr.docChanged) return before;
        const { isWhole } = binding;
        return isRenumbered(tr) || isWhole !== before.isWhole
          ? numbered(tr.doc, isWhole)
          : { ...before, shown: before.shown.map(tr.mapping, tr.doc) };
      },
    },
    view(view) {
      shownIn = view;
      return {};
    },
    props: {
      decorations(state) {
        const shown = numbersKey.getState(state)?.shown;
        return shown !== undefined && shownIn?.editable === false ? withStops(state.doc, shown) : shown;
      },
      // Who holds the key down to empty a note does not mean the words that refer to it (commands/footnotes.ts).
      handleKeyDown: ({ state: { selection } }, { key, repeat }) =>
        repeat &&
        (key === "Backspace" || key === "Delete") &&
        selection.empty &&
        isFootnote(selection.$head.parent) &&
        selection.$head.parent.content.size === 0,
      handleDOMEvents: {
        // A finger cannot point at it to see the words; for it there is a card first.
        click: (view, event) => event.pointerType !== "touch" && visitFrom(view, event),
        // Who may write has the caret for it, which this key is about.
        keydown: (view, event) => !view.editable && event.key === "Enter" && visitFrom(view, event),
      },
    },
  });
}

function visitFrom(view: EditorView, event: Event): boolean {
  const sign = event.target instanceof Element ? event.target.closest(".footnote-ref") : null;
  const note = sign === null ? null : noteReferredToAt(view.state.doc, view.posAtDOM(sign, 0, -1));
  if (note === null) return false;
  // The key would press the button that has the focus now, and lead back.
  event.preventDefault();
  visit(view, note);
  return true;
}

/** Without a caret the signs are what Tab goes to, as it does to links. */
function withStops(doc: Node, shown: DecorationSet): DecorationSet {
  const stops = shown.find(undefined, undefined, (spec) => !("footnote" in spec));
  return shown.add(
    doc,
    stops.map(({ from, to }) => Decoration.node(from, to, { tabindex: "0" })),
  );
}

function numbered(doc: Node, isWhole: boolean): Numbered {
  const counted = countedIn(doc, 0, []);
  if (counted.length === 0) return { isWhole, numbers: new Map(), shown: DecorationSet.empty };
  const numbers = numberNotes(doc.content, isWhole);
  const shown = counted.map(({ node, position }) => {
    const end = position + node.nodeSize;
    return isFootnote(node)
      ? Decoration.node(position, end, {}, noteSpec(numbers, node))
      : Decoration.node(position, end, referenceAttributes(numbers, node));
  });
  return { isWhole, numbers, shown: DecorationSet.create(doc, shown) };
}

/** References and notes, each before what is in it. Before the first word is shown every node there is goes through here. */
function countedIn(parent: Node, start: number, into: PlacedNode[]): readonly PlacedNode[] {
  let position = start;
  for (const node of parent.content.content) {
    if (isCounted(node)) into.push({ node, position });
    if (node.content.size > 0) countedIn(node, position + 1, into);
    position += node.nodeSize;
  }
  return into;
}

function referenceAttributes(numbers: ReadonlyMap<string, number>, reference: Node): Record<string, string> {
  const number = numbers.get(noteOf(reference) ?? "");
  return number === undefined
    ? {
        role: "link",
        "data-number": "?",
        "data-missing": "",
        "aria-label": FOOTNOTES.missing,
      }
    : { role: "link", "data-number": String(number), "aria-label": FOOTNOTES.numbered(number) };
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
