import { Plugin, type EditorState } from "@tiptap/pm/state";
import { changedRanges } from "./align.ts";
import { bindingKey, isRemote, type Binding, type StepLog } from "./binding.ts";
import { NameStep } from "./name-step.ts";
import { nameNewBlocks, type NewId, randomId, referencesToRenamed } from "./ids.ts";

/** ProseMirror reads composed text up to 20 ms after the composition ended. */
export const COMPOSITION_SETTLED_MILLIS = 50;

/** What this editor names its blocks with, for who has to know a name beforehand. */
export const newIdOf = (state: EditorState): NewId =>
  (bindingKey.get(state)?.spec["newId"] as NewId | undefined) ?? randomId;

/** The binding as a ProseMirror plugin. It must come first, so that what a person typed is written before anything reacts. */
export function bindingPlugin(binding: Binding, newId: NewId): Plugin<StepLog> {
  return new Plugin<StepLog>({
    key: bindingKey,
    newId,
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
      const tr = state.tr.step(new NameStep(namings));
      const maps = transactions.flatMap(({ mapping }) => mapping.maps);
      for (const { position, note } of referencesToRenamed(state.doc, namings, changedRanges(maps)))
        tr.setNodeAttribute(position, "note", note);
      return tr.setStoredMarks(state.storedMarks);
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
