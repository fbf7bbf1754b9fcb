import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, TextSelection, type EditorState, type Selection, type Transaction } from "@tiptap/pm/state";
import { AddMarkStep, RemoveMarkStep } from "@tiptap/pm/transform";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { changedRanges } from "../binding/align.ts";
import { languageOf, MATH } from "../code/languages.ts";
import { showMath } from "./show.ts";

const mathKey = new PluginKey<DecorationSet>("math");

/**
 * Formulas. One in a line is text with the mark `math`: its TeX is written together like any other words, undone and
 * rescued like them. Here it is drawn in place of its source, which shows where the caret is, with the drawing below.
 * One on its own line is a code block in the language `math`, for the same reasons; its view draws it.
 */
export function mathPlugin(): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key: mathKey,
    state: {
      init: (_config, state) => {
        const all: Decoration[] = [];
        state.doc.descendants((node, position) => {
          if (node.isTextblock) all.push(...formulasIn(node, position, state.selection));
          return !node.isTextblock;
        });
        return DecorationSet.create(state.doc, all);
      },
      apply: (tr, before, old, state) => applied(tr, before, old, state),
    },
    props: {
      decorations(state) {
        const formulas = mathKey.getState(state) ?? DecorationSet.empty;
        const { $head } = state.selection;
        if (languageOf($head.parent.attrs["language"])?.name !== MATH) return formulas;
        // Of a formula on its own line the source shows while somebody is in it.
        return formulas.add(state.doc, [Decoration.node($head.before(), $head.after(), { class: "has-caret" })]);
      },
      handleDOMEvents: {
        mousedown(view, event) {
          const formula = event.target instanceof Element ? event.target.closest(".math") : null;
          if (formula === null || event.button !== 0) return false;
          event.preventDefault();
          intoSource(view, formula);
          return true;
        },
      },
    },
  });
}

/** Puts the caret behind the source of a formula that was clicked. */
function intoSource(view: EditorView, formula: Element): void {
  const block = formula.closest("pre");
  const source = block?.querySelector("code") ?? formula;
  const at = block === null ? view.posAtDOM(source, 0, -1) : view.posAtDOM(source, source.childNodes.length);
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at), -1)));
  view.focus();
}

function applied(tr: Transaction, before: DecorationSet, old: EditorState, state: EditorState): DecorationSet {
  if (!tr.docChanged && !tr.selectionSet) return before;
  let formulas = tr.docChanged ? before.map(tr.mapping, tr.doc) : before;
  const changed = new Map<number, Node>();
  const touch = (from: number, to: number): void =>
    tr.doc.nodesBetween(from, to, (node, position) => {
      if (node.isTextblock) changed.set(position, node);
      return !node.isTextblock;
    });
  for (const { fromB, toB } of changedRanges(tr.mapping.maps)) touch(fromB, toB);
  tr.steps.forEach((step, at) => {
    if (!(step instanceof AddMarkStep || step instanceof RemoveMarkStep)) return;
    const rest = tr.mapping.slice(at);
    touch(rest.map(step.from, -1), rest.map(step.to));
  });
  const was = tr.mapping.map(old.selection.head);
  if (was <= tr.doc.content.size) touch(was, was);
  touch(state.selection.head, state.selection.head);
  for (const [position, node] of changed) {
    const shown = formulas.find(position, position + node.nodeSize);
    const wanted = formulasIn(node, position, state.selection);
    if (shown.length + wanted.length > 0) formulas = formulas.remove(shown).add(tr.doc, wanted);
  }
  return formulas;
}

function formulasIn(block: Node, position: number, { from, to }: Selection): Decoration[] {
  const decorations: Decoration[] = [];
  for (const { start, end, tex } of runsIn(block, position + 1)) {
    // At its edges, too: so the arrow keys can go in.
    const isOpen = from <= end && to >= start;
    decorations.push(
      Decoration.inline(start, end, { class: isOpen ? "math-source" : "math-source is-hidden", spellcheck: "false" }),
      Decoration.widget(end, () => drawn(tex, isOpen), {
        key: `${isOpen ? "open" : "shut"} ${tex}`,
        side: -1,
        marks: [],
      }),
    );
  }
  return decorations;
}

function drawn(tex: string, isOpen: boolean): HTMLElement {
  const dom = document.createElement("span");
  dom.className = isOpen ? "math is-preview" : "math";
  dom.contentEditable = "false";
  showMath(dom, tex, false);
  return dom;
}

/** The stretches of a block that are a formula each, whatever other marks lie over them. */
function runsIn(block: Node, start: number): { readonly start: number; readonly end: number; readonly tex: string }[] {
  const runs: { start: number; end: number; tex: string }[] = [];
  block.forEach((node, offset) => {
    if (!node.isText || !node.marks.some(({ type }) => type.name === "math")) return;
    const last = runs.at(-1);
    const at = start + offset;
    if (last?.end === at)
      runs[runs.length - 1] = { ...last, end: at + node.nodeSize, tex: last.tex + (node.text ?? "") };
    else runs.push({ start: at, end: at + node.nodeSize, tex: node.text ?? "" });
  });
  return runs;
}
