import type { EditorView } from "@tiptap/pm/view";
import { TONES, type Tone } from "../schema/fields.ts";
import { BLOCKS, TONE_NAMES } from "../words.ts";

/** Has a person choose the tone of a callout. An attribute: whoever types in it goes on. */
export async function openTones(view: EditorView, position: number, anchor: HTMLElement): Promise<void> {
  const { openPicker } = await import("../picker.ts");
  const node = view.state.doc.nodeAt(position);
  if (node === null || !anchor.isConnected) return;
  openPicker(anchor, {
    label: BLOCKS.tone,
    options: TONES.map((tone) => ({ value: tone, label: TONE_NAMES[tone] })),
    chosen: node.attrs["tone"] as Tone,
    choose(tone) {
      const dom = anchor.closest(".callout");
      if (dom === null || !view.editable) return;
      // Others may have written above meanwhile.
      const $inside = view.state.doc.resolve(view.posAtDOM(dom, 0));
      for (let depth = $inside.depth; depth > 0; depth--) {
        if ($inside.node(depth).type.name !== "callout") continue;
        view.dispatch(view.state.tr.setNodeAttribute($inside.before(depth), "tone", tone));
        return;
      }
    },
    closed: () => view.focus(),
  });
}
