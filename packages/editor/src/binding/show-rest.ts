import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { hearSelection } from "../fresh-selection.ts";
import type { Binding } from "./binding.ts";

/** What a block takes at least: a line. */
const LINE_PIXELS = 24;

/** So many blocks fill the window, however short they are. */
export const blocksInWindow = (): number => Math.ceil(innerHeight / LINE_PIXELS);

/** So long one part of the rest may keep a key from being heard. */
const PART_MILLIS = 20;
const FIRST_PART = 40;

/** By then all of it is there, also in a page that has no frames because nobody sees it. */
const LATEST_MILLIS = 2_000;

/** Keys that write or erase where the caret is. Any other may lead or reach to what is not shown yet. */
const WRITING_KEYS: ReadonlySet<string> = new Set(["Enter", "Backspace", "Shift", "Dead", "Process", "Unidentified"]);

/** Events that tell of more of the text than the place of the caret. */
const REACHING = ["copy", "cut", "paste", "drop", "dragstart", "beforeprint"] as const;

/**
 * Shows the rest of a document that was opened with its first screens: a part after each frame, and all of it before
 * anything happens that may concern it. Calls `whole` when all of it is there, which may be at once.
 */
export function showRestPlugin(binding: Binding, whole: () => void): Plugin {
  return new Plugin({ view: (view) => new Rest(view, binding, whole) });
}

class Rest {
  readonly #binding: Binding;
  readonly #whole: () => void;
  readonly #view: EditorView;
  readonly #page: Window;
  readonly #latest: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;
  #part = FIRST_PART;
  #isOver = false;

  constructor(view: EditorView, binding: Binding, whole: () => void) {
    this.#view = view;
    this.#binding = binding;
    this.#whole = whole;
    this.#page = view.dom.ownerDocument.defaultView ?? window;
    if (this.#endIfWhole()) return;
    this.#page.addEventListener("keydown", this.#pressed, { capture: true });
    for (const name of REACHING) this.#page.addEventListener(name, this.#all, { capture: true });
    this.#latest = setTimeout(this.#all, LATEST_MILLIS);
    // Behind the frame that shows the beginning, and one more: what that frame set going comes first.
    this.#page.requestAnimationFrame(() => this.#page.requestAnimationFrame(() => this.#schedule()));
  }

  update(): void {
    if (this.#isOver || this.#endIfWhole()) return;
    // All that is shown may have been meant to be all there is.
    if (!this.#view.state.selection.empty) this.#schedule(this.#all);
  }

  destroy(): void {
    this.#isOver = true;
    clearTimeout(this.#latest);
    clearTimeout(this.#next);
    this.#page.removeEventListener("keydown", this.#pressed, { capture: true });
    for (const name of REACHING) this.#page.removeEventListener(name, this.#all, { capture: true });
  }

  readonly #all = (): void => {
    this.#show(Infinity);
    this.#endIfWhole();
  };

  readonly #pressed = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
    const { doc, selection } = this.#view.state;
    const isWriting = !(ctrlKey || metaKey || altKey) && (key.length === 1 || WRITING_KEYS.has(key));
    const isAtEnd = selection.$to.indexAfter(0) >= doc.childCount;
    if (!isWriting || isAtEnd) this.#all();
  };

  readonly #some = (): void => {
    const began = performance.now();
    this.#show(this.#part);
    const took = performance.now() - began;
    this.#part = Math.max(1, Math.round((this.#part * PART_MILLIS) / Math.max(1, took)));
    if (!this.#endIfWhole()) this.#schedule();
  };

  #show(count: number): void {
    hearSelection(this.#view);
    this.#binding.showRest(count);
  }

  #schedule(step = this.#some): void {
    clearTimeout(this.#next);
    if (!this.#isOver) this.#next = setTimeout(step);
  }

  #endIfWhole(): boolean {
    if (!this.#binding.isWhole) return false;
    if (!this.#isOver) this.destroy();
    this.#whole();
    return true;
  }
}
