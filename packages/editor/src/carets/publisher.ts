import type { EditorState } from "@tiptap/pm/state";
import type { Binding } from "../binding/binding.ts";
import { toRelative } from "../positions.ts";
import { CARET_FIELD, type AwarenessLike } from "./awareness.ts";
import { encodePosition, type CaretState } from "./caret-state.ts";

/**
 * Tells others where one's own caret is, only when its encoded position changed. What others type moves it on the
 * screen but not in the shared text, so their edits cause no presence traffic.
 */
export class CaretPublisher {
  readonly #binding: Binding;
  readonly #awareness: AwarenessLike;
  #last: CaretState | null = null;

  constructor(binding: Binding, awareness: AwarenessLike) {
    this.#binding = binding;
    this.#awareness = awareness;
  }

  /** Call after the person's own transactions, when the binding has written them. */
  publish(state: EditorState): void {
    const { anchor, head, empty, from } = state.selection;
    const { tree } = this.#binding;
    // The side each end keeps to is the one the binding keeps it on in the view.
    const encode = (position: number) =>
      encodePosition(toRelative(tree, position, !empty && position === from ? 1 : -1));
    const caret = { anchor: encode(anchor), head: encode(head) };
    if (caret.anchor === this.#last?.anchor && caret.head === this.#last.head) return;
    this.#last = caret;
    this.#awareness.setLocalStateField(CARET_FIELD, caret);
  }

  withdraw(): void {
    if (this.#last === null) return;
    this.#last = null;
    this.#awareness.setLocalStateField(CARET_FIELD, null);
  }
}
