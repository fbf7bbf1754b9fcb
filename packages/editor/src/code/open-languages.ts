import type { EditorView } from "@tiptap/pm/view";
import { BLOCKS } from "../words.ts";
import { languageOf, LANGUAGES } from "./languages.ts";

/** Has a person choose the language of a code block. An attribute: whoever types in it goes on. */
export async function openLanguages(view: EditorView, position: number, anchor: HTMLElement): Promise<void> {
  const { openPicker } = await import("../picker.ts");
  const node = view.state.doc.nodeAt(position);
  if (node === null || !anchor.isConnected) return;
  const own = node.attrs["language"] as string | null;
  openPicker(anchor, {
    label: BLOCKS.language,
    options: [
      { value: null, label: BLOCKS.plainText, words: BLOCKS.noLanguage },
      ...LANGUAGES.map(({ name, label, aliases }) => ({ value: name, label, words: [name, ...aliases] })),
    ],
    chosen: languageOf(own)?.name ?? own,
    choose(value) {
      // Others may have written above meanwhile.
      const block = view.posAtDOM(anchor.closest("pre") ?? anchor, 0);
      const $block = view.state.doc.resolve(block);
      if ($block.parent.type.name === "codeBlock" && view.editable)
        view.dispatch(view.state.tr.setNodeAttribute($block.before(), "language", value));
    },
    closed: () => view.focus(),
  });
}
