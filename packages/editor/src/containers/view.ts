import type { Node } from "@tiptap/pm/model";
import type { EditorView, NodeView } from "@tiptap/pm/view";
import { fieldsOn } from "../schema/dom-attributes.ts";
import type { Tone } from "../schema/fields.ts";
import { BLOCKS, TONE_NAMES } from "../words.ts";
import { isOpen, turn } from "./open-state.ts";
import { openTones } from "./open-tones.ts";

export function calloutView(initial: Node, view: EditorView, getPos: () => number | undefined): NodeView {
  return containerView(initial, view, "callout", (dom, button) => {
    dom.role = "note";
    button.setAttribute("aria-haspopup", "listbox");
    button.addEventListener("click", () => {
      const position = getPos();
      if (position !== undefined && view.editable) void openTones(view, position, button);
    });
    return (node) => {
      const label = TONE_NAMES[node.attrs["tone"] as Tone];
      dom.ariaLabel = label;
      button.ariaLabel = BLOCKS.toneIs(label);
    };
  });
}

export function toggleView(initial: Node, view: EditorView, getPos: () => number | undefined): NodeView {
  return containerView(initial, view, "toggle", (dom, button) => {
    button.addEventListener("click", () => {
      const position = getPos();
      if (position !== undefined) turn(position)(view.state, view.dispatch);
    });
    return (node) => {
      const isShown = isOpen(view.state, node);
      dom.toggleAttribute("data-open", isShown);
      button.ariaExpanded = String(isShown);
      button.ariaLabel = isShown ? BLOCKS.close : BLOCKS.open;
    };
  });
}

/** A box around blocks, with one button in its corner. */
function containerView(
  initial: Node,
  view: EditorView,
  name: string,
  prepare: (dom: HTMLElement, button: HTMLButtonElement) => (node: Node) => void,
): NodeView {
  let node = initial;
  const { ownerDocument: document } = view.dom;
  const dom = document.createElement("div");
  const showFields = fieldsOn(dom);
  dom.className = name;
  const tools = document.createElement("div");
  tools.className = `block-tools ${name}-tools`;
  tools.contentEditable = "false";
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button ${name}-button`;
  // The caret stays where the person writes.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("keydown", (event) => {
    if (event.key === "Escape") view.focus();
  });
  tools.append(button);
  const contentDOM = document.createElement("div");
  contentDOM.className = `blocks ${name}-body`;
  dom.append(tools, contentDOM);
  const showOwn = prepare(dom, button);
  show();

  return {
    dom,
    contentDOM,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      show();
      return true;
    },
    stopEvent: ({ target }) => isInTools(target),
    ignoreMutation: ({ type, target }) =>
      type !== "selection" && (isInTools(target) || (target === dom && type === "attributes")),
  };

  function show(): void {
    showFields(node);
    showOwn(node);
  }

  function isInTools(target: EventTarget | null): boolean {
    return target instanceof globalThis.Node && tools.contains(target);
  }
}
