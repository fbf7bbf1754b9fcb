import type { Node } from "@tiptap/pm/model";
import { NodeSelection } from "@tiptap/pm/state";
import type { EditorView, NodeView } from "@tiptap/pm/view";
import { fieldsOn } from "../schema/dom-attributes.ts";
import { BLOCKS } from "../words.ts";
import { MIN_SHOWN, percentOf } from "./shown.ts";
import type { PicturesPort } from "./port.ts";

/** A picture on the page: itself, what is said where it cannot be had, and two handles for whoever may write. */
export function pictureView(
  initial: Node,
  view: EditorView,
  getPos: () => number | undefined,
  port: PicturesPort,
): NodeView {
  let node = initial;
  const document = view.dom.ownerDocument;
  const dom = document.createElement("figure");
  const showFields = fieldsOn(dom);
  dom.className = "picture";
  const image = document.createElement("img");
  image.draggable = false;
  image.loading = "lazy";
  image.decoding = "async";
  image.addEventListener("error", () => dom.toggleAttribute("data-missing", true));
  image.addEventListener("load", () => dom.toggleAttribute("data-missing", false));
  const words = document.createElement("span");
  words.className = "picture-words";
  dom.append(image, words, handle("left"), handle("right"));
  show();
  const stop = port.onReturn(() => {
    if (dom.hasAttribute("data-missing")) load();
  });

  return {
    dom,
    update(next) {
      if (next.type !== node.type) return false;
      const isOther = next.attrs["blob"] !== node.attrs["blob"];
      node = next;
      show(isOther);
      return true;
    },
    stopEvent: ({ target }) => target instanceof Element && target.closest(".picture-handle") !== null,
    ignoreMutation: ({ type }) => type !== "selection",
    destroy: stop,
  };

  function show(isOther = true): void {
    showFields(node);
    const { alt, width, height } = node.attrs as Record<string, string | number>;
    image.alt = alt === "" ? BLOCKS.pictureWithoutAlt : String(alt);
    words.textContent = alt === "" ? BLOCKS.picture : String(alt);
    // So that the lines below stay where they are when it comes.
    for (const [name, value] of [
      ["width", width],
      ["height", height],
    ] as const) {
      if (value === 0) image.removeAttribute(name);
      else image.setAttribute(name, String(value));
    }
    showWidth(node.attrs["shown"] as number);
    if (isOther) load();
  }

  function load(): void {
    const blob = node.attrs["blob"] as string | null;
    dom.toggleAttribute("data-missing", blob === null);
    if (blob === null) image.removeAttribute("src");
    else image.src = port.addressOf(blob);
  }

  function showWidth(percent: number): void {
    dom.style.width = percent === 0 ? "" : `${percent}%`;
    dom.toggleAttribute("data-sized", percent !== 0);
  }

  function handle(side: "left" | "right"): HTMLElement {
    const grip = document.createElement("span");
    grip.className = "picture-handle";
    grip.dataset["side"] = side;
    // Else the browser drags the whole picture.
    grip.addEventListener("mousedown", (event) => event.preventDefault());
    grip.addEventListener("pointerdown", (event) => {
      if (!view.editable || event.button !== 0) return;
      event.preventDefault();
      drag(grip, event, side);
    });
    return grip;
  }

  function drag(grip: HTMLElement, { pointerId, clientX }: PointerEvent, side: "left" | "right"): void {
    const width = dom.getBoundingClientRect().width;
    let percent = node.attrs["shown"] as number;
    grip.setPointerCapture(pointerId);
    dom.toggleAttribute("data-resizing", true);
    const moved = (event: PointerEvent): void => {
      const by = (event.clientX - clientX) * (side === "right" ? 1 : -1);
      percent = Math.max(MIN_SHOWN, percentOf(dom, width + by));
      showWidth(percent);
    };
    const end = (isMeant: boolean): void => {
      grip.removeEventListener("pointermove", moved);
      grip.removeEventListener("pointerup", released);
      grip.removeEventListener("pointercancel", cancelled);
      document.removeEventListener("keydown", pressed, true);
      dom.toggleAttribute("data-resizing", false);
      showWidth(node.attrs["shown"] as number);
      const position = getPos();
      if (!isMeant || position === undefined || !view.editable || percent === node.attrs["shown"]) return;
      const tr = view.state.tr.setNodeAttribute(position, "shown", percent);
      view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, position)));
    };
    const released = (): void => end(true);
    const cancelled = (): void => end(false);
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      end(false);
    };
    grip.addEventListener("pointermove", moved);
    grip.addEventListener("pointerup", released);
    grip.addEventListener("pointercancel", cancelled);
    document.addEventListener("keydown", pressed, true);
  }
}
