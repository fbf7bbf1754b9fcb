import { Plugin, type EditorState } from "@tiptap/pm/state";
import { bindingKey, isRemote, type Binding, type StepLog } from "./binding.ts";
import { NameStep } from "./name-step.ts";
import { nameNewBlocks, type NewId } from "./ids.ts";

/** ProseMirror reads composed text up to 20 ms after the composition ended. */
export const COMPOSITION_SETTLED_MILLIS = 50;

/** The binding as a ProseMirror plugin. It must come first, so that what a person typed is written before anything reacts. */
export function bindingPlugin(binding: Binding, newId: NewId): Plugin<StepLog> {
  return new Plugin<StepLog>({
    key: bindingKey,
    state: {
      init: (_config, state) => ({ base: state.doc, maps: [], arrived: null }),
      apply(tr, log) {
        if (!tr.docChanged) return log;
        if (isRemote(tr)) return { base: tr.doc, maps: [], arrived: tr.doc };
        const { maps } = tr.mapping;
        return tr.getMeta("appendedTransaction") === undefined
          ? { base: tr.before, maps, arrived: log.arrived }
          : { ...log, maps: [...log.maps, ...maps] };
      },
    },
    appendTransaction(transactions, _before, state: EditorState) {
      // The tree stands for what is shared: where it equals the view nothing was made here.
      if (binding.tree.root.node === state.doc || !transactions.some((tr) => tr.docChanged)) return null;
      const namings = nameNewBlocks(binding.tree.root, state.doc, newId);
      if (namings.length === 0) return null;
      const tr = state.tr.setStoredMarks(state.storedMarks);
      return tr.step(new NameStep(namings)).setStoredMarks(state.storedMarks);
    },
    props: {
      handleDOMEvents: {
        compositionend: () => {
          // Only when the composed text was read can the block be let go.
          setTimeout(() => binding.update(), COMPOSITION_SETTLED_MILLIS);
          return false;
        },
      },
    },
    view(view) {
      binding.attach(view);
      return { update: () => binding.update(), destroy: () => binding.detach() };
    },
  });
}
