import { DOMSerializer, type Node } from "@tiptap/pm/model";
import type { Decoration, EditorView, NodeView } from "@tiptap/pm/view";
import { isFootnote } from "../blocks-in-selection.ts";
import { noteTools } from "../footnotes/note-tools.ts";
import { BLOCKS } from "../words.ts";
import { fieldsOn } from "./dom-attributes.ts";
import type { Kind } from "./fields.ts";
import { textBlockOf } from "./text-block-dom.ts";

/**
 * A text block on the page. It exists for two things ProseMirror's own rendering cannot do: a real checkbox, and
 * changing attributes in place, because redrawing the block a person composes in would break their input method.
 */
export function textBlockView(
  initial: Node,
  view: EditorView,
  getPos: () => number | undefined,
  initialDecorations: readonly Decoration[],
): NodeView {
  let node = initial;
  const tag = tagOf(initial);
  // A line in Arabic or Hebrew begins on the right, whatever stands around it.
  const { dom, contentDOM } = DOMSerializer.renderSpec(document, textBlockOf(tag, { dir: "auto" }));
  const box = initial.attrs["kind"] === "task" ? checkbox() : null;
  if (box !== null) contentDOM?.parentElement?.prepend(box);
  const tools = isFootnote(initial) ? noteTools(view, () => node) : null;
  if (tools !== null) dom.prepend(tools.back);
  if (tools !== null) dom.append(tools.state);
  // Only our own attributes: decorations put others on the same element.
  const showFields = fieldsOn(dom);
  show(initialDecorations);

  return {
    dom,
    ...(contentDOM === undefined ? {} : { contentDOM }),
    update(next, decorations) {
      if (next.type !== node.type || tagOf(next) !== tag) return false;
      node = next;
      show(decorations);
      return true;
    },
    stopEvent: ({ target }) => isBeside(target),
    ignoreMutation: ({ type, target }) =>
      type !== "selection" && (isBeside(target) || (target === dom && type === "attributes")),
  };

  /** In what is on the page with the words, and is none of them. */
  function isBeside(target: EventTarget | null): boolean {
    if (box !== null) return target === box;
    return target instanceof globalThis.Node && tools?.contains(target) === true;
  }

  function show(decorations: readonly Decoration[]): void {
    showFields(node);
    if (box !== null) box.checked = node.attrs["checked"] === true;
    tools?.show(dom, decorations);
  }

  function checkbox(): HTMLInputElement {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.contentEditable = "false";
    input.setAttribute("aria-label", BLOCKS.done);
    // Keeps the caret where the person writes; the click still toggles.
    input.addEventListener("mousedown", (event) => event.preventDefault());
    input.addEventListener("change", () => {
      const pos = getPos();
      // Read-only viewers see the state but cannot change it.
      if (pos === undefined || !view.editable) {
        input.checked = node.attrs["checked"] === true;
        return;
      }
      view.dispatch(view.state.tr.setNodeAttribute(pos, "checked", input.checked));
    });
    return input;
  }
}

/** Blocks with one tag are updated in place; the others are drawn anew. */
const tagOf = (node: Node): Kind => node.attrs["kind"] as Kind;
