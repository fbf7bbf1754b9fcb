import type { EditorState } from "@tiptap/pm/state";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

/** Attributes on the element of one block, from before it to behind it. */
export interface BlockLook {
  readonly from: number;
  readonly to: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Puts attributes on a few blocks. To make a set of decorations ProseMirror looks at every block
 * there is: the one before is moved along, and another made only where that is not what is wanted.
 */
export function blockLooksPlugin(...wanted: readonly ((state: EditorState) => readonly BlockLook[])[]): Plugin {
  const key = new PluginKey<DecorationSet>("blockLooks");
  const looksOf = (state: EditorState): readonly BlockLook[] => wanted.flatMap((each) => each(state));
  const drawn = (state: EditorState, looks: readonly BlockLook[]): DecorationSet =>
    DecorationSet.create(
      state.doc,
      looks.map(({ from, to, attributes }) => Decoration.node(from, to, attributes, attributes)),
    );
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: (_config, state) => drawn(state, looksOf(state)),
      apply(tr, before, _old, state) {
        if (!tr.docChanged && !tr.selectionSet) return before;
        const looks = looksOf(state);
        const moved = before.map(tr.mapping, tr.doc);
        return isDrawn(moved.find(), looks) ? moved : drawn(state, looks);
      },
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

function isDrawn(decorations: readonly Decoration[], looks: readonly BlockLook[]): boolean {
  const isIn = ({ from, to, attributes }: BlockLook): boolean =>
    decorations.some(
      (each) => each.from === from && each.to === to && isSame(each.spec as BlockLook["attributes"], attributes),
    );
  return decorations.length === looks.length && looks.every(isIn);
}

function isSame(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
