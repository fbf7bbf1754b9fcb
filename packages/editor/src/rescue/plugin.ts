import { Plugin, PluginKey } from "@tiptap/pm/state";
import type { Binding, ViewLike } from "../binding/binding.ts";
import { COMPOSITION_SETTLED_MILLIS } from "../binding/plugin.ts";
import type { Undo } from "../undo.ts";
import { caretInGone, type CaretInGone } from "./caret-in-gone.ts";
import type { LostAndFound, Rescued } from "./port.ts";
import { putBack } from "./put-back.ts";

const rescueKey = new PluginKey<CaretInGone | null>("rescue");

export interface RescueOptions {
  readonly lostAndFound: LostAndFound;
  /** Told after words were put back. */
  readonly rescued: (rescued: Rescued) => void;
}

/** Puts back what is waiting, as one step that can be undone by itself. Does nothing while someone composes. */
export function rescueWords(view: ViewLike, binding: Binding, undo: Undo | null, options: RescueOptions): void {
  if (view.composing) return;
  const lost = options.lostAndFound.take();
  if (lost.length === 0) return;
  // Their place may be anywhere.
  binding.showRest();
  const back = putBack(binding, view.state, lost, rescueKey.getState(view.state) ?? null);
  if (back === null) return;
  undo?.manager.stopCapturing();
  view.dispatch(back.tr);
  undo?.manager.stopCapturing();
  options.rescued(back.rescued);
}

/** Words outlive structure (D14): what this page has to put back is put back as soon as it is known. */
export function rescuePlugin(binding: Binding, undo: Undo, options: RescueOptions): Plugin {
  let stop = (): void => {};
  let rescue = (): void => {};
  return new Plugin<CaretInGone | null>({
    key: rescueKey,
    state: { init: () => null, apply: (tr, gone, before) => caretInGone(gone, tr, before) },
    props: {
      handleDOMEvents: {
        compositionend: () => {
          setTimeout(() => rescue(), COMPOSITION_SETTLED_MILLIS);
          return false;
        },
      },
    },
    view(view) {
      rescue = () => rescueWords(view, binding, undo, options);
      stop = options.lostAndFound.subscribe(rescue);
      // What was found while no editor was there; a view cannot be changed while it is being made.
      queueMicrotask(() => rescue());
      return {
        destroy() {
          stop();
          rescue = () => {};
        },
      };
    },
  });
}
