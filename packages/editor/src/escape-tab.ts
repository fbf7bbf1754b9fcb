import { Plugin, PluginKey, type EditorState } from "@tiptap/pm/state";

const escapeTabKey = new PluginKey<boolean>("escapeTab");

/** After Escape, Tab leaves the text, also from where it indents: no keyboard trap (WCAG 2.1.2). Any edit or move ends that. */
export function escapeTabPlugin(): Plugin<boolean> {
  return new Plugin<boolean>({
    key: escapeTabKey,
    state: {
      init: () => false,
      apply: (tr, isEscaping) =>
        tr.getMeta(escapeTabKey) === true || (isEscaping && !tr.docChanged && !tr.selectionSet),
    },
    props: {
      handleKeyDown(view, { key }) {
        if (key === "Escape") view.dispatch(view.state.tr.setMeta(escapeTabKey, true));
        return false;
      },
    },
  });
}

export function isEscaping(state: EditorState): boolean {
  return escapeTabKey.getState(state) === true;
}
