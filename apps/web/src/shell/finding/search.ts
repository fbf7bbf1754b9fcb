import { Finder, type Match, replaceMatches, type Wanted } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import { TextSelection, type Transaction } from "@tiptap/pm/state";
import { createStore } from "../../store.ts";

/** Where the search stands. */
export interface Standing {
  readonly count: number;
  /** From 1; 0 when there is none to stand at. */
  readonly at: number;
}

/** While people write, what is found is found again this often. */
const REFRESH_MILLIS = 100;
/** So many are marked in the page, the nearest; all are counted. */
const MARKED = 2_000;
const TOP = 72;

/** Finds words in an open document, also while others write in it, and marks them without touching the text's elements. */
export class Search {
  readonly standing = createStore<Standing>({ count: 0, at: 0 });
  readonly #editor: Editor;
  #finder: Finder | undefined;
  #matches: readonly Match[] = [];
  /** Before the one that is shown; where the person was, while none is. */
  #place: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: Editor) {
    this.#editor = editor;
    this.#place = editor.state.selection.from;
    editor.on("transaction", this.#edited);
  }

  get #at(): number {
    return this.standing.get().at - 1;
  }

  look(wanted: Wanted): void {
    this.#finder = new Finder(wanted);
    this.#refresh();
    this.#reveal();
  }

  /** To the next one, or the one before; from the last to the first. */
  go(by: 1 | -1): void {
    const { count } = this.standing.get();
    if (count === 0) return;
    this.#stand((this.#at + by + count) % count);
    this.#reveal();
  }

  /** Replaces the one that is shown and goes on to the next. */
  replace(text: string): void {
    this.#settle();
    const match = this.#matches[this.#at];
    if (match === undefined || !this.#editor.isEditable) return;
    this.#dispatch([match], text);
    // What was put in may hold what is looked for.
    this.#place = match.from + text.length;
    this.#refresh();
    this.#reveal();
  }

  /** @returns How many were replaced. */
  replaceAll(text: string): number {
    this.#settle();
    if (this.#matches.length === 0 || !this.#editor.isEditable) return 0;
    const { length } = this.#matches;
    this.#dispatch(this.#matches, text);
    this.#refresh();
    return length;
  }

  /** Puts the selection on the one that is shown. */
  select(): void {
    const match = this.#matches[this.#at];
    const { view } = this.#editor;
    if (match !== undefined && this.standing.get().at > 0) {
      view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, match.from, match.to)));
    }
    view.focus();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#editor.off("transaction", this.#edited);
    for (const name of ["found", "found-here"]) CSS.highlights?.delete(name);
  }

  readonly #edited = ({ transaction }: { readonly transaction: Transaction }): void => {
    if (!transaction.docChanged) return;
    this.#place = transaction.mapping.map(this.#place);
    this.#timer ??= setTimeout(() => this.#refresh(), REFRESH_MILLIS);
  };

  #dispatch(matches: readonly Match[], text: string): void {
    this.#editor.view.dispatch(replaceMatches(this.#editor.state, matches, text));
  }

  /** What is replaced is what is there now. */
  #settle(): void {
    if (this.#timer !== undefined) this.#refresh();
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#matches = this.#finder?.in(this.#editor.state.doc) ?? [];
    const next = this.#matches.findIndex(({ from }) => from >= this.#place);
    this.#stand(next < 0 ? 0 : next);
  }

  #stand(at: number): void {
    const match = this.#matches[at];
    const place = this.#place;
    this.standing.set({ count: this.#matches.length, at: match === undefined ? 0 : at + 1 });
    this.#place = match?.from ?? place;
    this.#mark(at);
  }

  #mark(at: number): void {
    if (CSS.highlights === undefined) return;
    const first = Math.max(0, Math.min(at - MARKED / 2, this.#matches.length - MARKED));
    const ranges = this.#matches.slice(first, first + MARKED).map((match) => this.#rangeOf(match));
    CSS.highlights.set("found", new Highlight(...ranges));
    const here = ranges[at - first];
    const shown = new Highlight(...(here === undefined ? [] : [here]));
    shown.priority = 1;
    CSS.highlights.set("found-here", shown);
  }

  #rangeOf({ from, to }: Match): Range {
    const { view } = this.#editor;
    const [start, end] = [view.domAtPos(from, 1), view.domAtPos(to, -1)];
    const range = new Range();
    range.setStart(start.node, start.offset);
    range.setEnd(end.node, end.offset);
    return range;
  }

  /** Brings it into sight, under the bar and this search's own field. */
  #reveal(): void {
    const match = this.#matches[this.#at];
    if (match === undefined) return;
    const range = this.#rangeOf(match);
    const { startContainer: start } = range;
    // What is far from the screen has no place until it is near.
    if (isOut(range)) (start instanceof Element ? start : start.parentElement)?.scrollIntoView({ block: "center" });
    if (isOut(range)) scrollBy(0, range.getBoundingClientRect().top - innerHeight / 2);
  }
}

function isOut(range: Range): boolean {
  const { top, bottom, height } = range.getBoundingClientRect();
  return height === 0 || top < TOP || bottom > innerHeight - TOP;
}
