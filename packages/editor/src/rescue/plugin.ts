import { Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
import type { Binding, ViewLike } from "../binding/binding.ts";
import { COMPOSITION_SETTLED_MILLIS } from "../binding/plugin.ts";
import type { Undo } from "../undo.ts";
import { behindReturned, caretInGone, type CaretInGone } from "./caret-in-gone.ts";
import type { LostAndFound, Rescued } from "./port.ts";
import { putBack } from "./put-back.ts";
import { PutBackBefore } from "./put-back-before.ts";

const rescueKey = new PluginKey<CaretInGone | null>("rescue");

export interface RescueOptions {
  readonly lostAndFound: LostAndFound;
  /** Told after words were put back. */
  readonly rescued: (rescued: Rescued) => void;
}

/** Words outlive structure (D14): what this page has to put back is put back as soon as it is known. */
export interface Rescuer {
  readonly plugin: Plugin;
  /**
   * Puts back what is waiting, as one step that can be undone by itself; as one for each client id, where there are two.
   * Does nothing while someone composes. The plugin does this when it is told, and when a composition ends.
   */
  rescue(view: ViewLike): void;
}

export function createRescuer(binding: Binding, undo: Undo | null, { lostAndFound, rescued }: RescueOptions): Rescuer {
  const { doc } = binding;
  const before = new PutBackBefore((clientId) => lostAndFound.isPutBack(clientId));
  /** What a transaction put back is known when the view hears of it. */
  const listen = (): void => void doc.on("beforeObserverCalls", before.heard);
  listen();

  function rescue(view: ViewLike): void {
    if (view.composing) return;
    const lost = lostAndFound.take();
    if (lost.length === 0) return;
    // Their place may be anywhere.
    binding.showRest();
    const caret = rescueKey.getState(view.state) ?? null;
    // By id, for that is the order they were typed in.
    const groups = [...Map.groupBy(lost, ({ clientId }) => clientId)].sort(([a], [b]) => a - b);
    for (const [clientId, words] of groups) {
      const back = putBack(binding, view.state, words, caret, before);
      if (back === null) continue;
      undo?.manager.stopCapturing();
      binding.writeAs(clientId, () => view.dispatch(back.tr));
      undo?.manager.stopCapturing();
      rescued(back.rescued);
    }
  }

  let rescueHere = (): void => {};
  const plugin = new Plugin<CaretInGone | null>({
    key: rescueKey,
    state: {
      init: () => null,
      apply: (tr, gone, state) => (tr.getMeta(rescueKey) === true ? gone : caretInGone(gone, tr, state)),
    },
    appendTransaction(transactions, old, state) {
      const gone = rescueKey.getState(state) ?? null;
      if (gone === null || gone !== rescueKey.getState(old)) return null;
      const caret = behindReturned(gone, transactions, old, state, before);
      if (caret === null) return null;
      const tr = state.tr.setSelection(TextSelection.create(state.doc, caret)).setStoredMarks(state.storedMarks);
      // More of them may come, each piece by itself.
      return tr.setMeta(rescueKey, true);
    },
    props: {
      handleDOMEvents: {
        compositionend: () => {
          setTimeout(() => rescueHere(), COMPOSITION_SETTLED_MILLIS);
          return false;
        },
      },
    },
    view(view) {
      listen();
      rescueHere = () => rescue(view);
      const stop = lostAndFound.subscribe(rescueHere);
      // What was found while no editor was there; a view cannot be changed while it is being made.
      queueMicrotask(() => rescueHere());
      return {
        destroy() {
          stop();
          doc.off("beforeObserverCalls", before.heard);
          rescueHere = () => {};
        },
      };
    },
  });
  return { plugin, rescue };
}
