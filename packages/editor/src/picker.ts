import { BLOCKS } from "./words.ts";

/** One of few or many, chosen from a list. */
export interface Option<T> {
  readonly value: T;
  readonly label: string;
  /** What else people type for it. */
  readonly words?: readonly string[];
}

export interface Picking<T> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly chosen: T;
  readonly choose: (value: T) => void;
  /** Told when the list is gone, chosen from or not, and the focus was in it. */
  readonly closed: () => void;
}

/** So many are found faster by typing than by looking. */
const MANY = 8;
const GAP = 4;
const EDGE = 8;
const HEIGHT = 320;

let count = 0;

/**
 * A list below a button, in the top layer; many have a field to filter them by (WAI-ARIA listbox, combobox). Plain
 * elements: it is fetched when first asked for, and lives in the text's own world, without the page around it.
 */
export function openPicker<T>(anchor: HTMLElement, { label, options, chosen, choose, closed }: Picking<T>): void {
  const document = anchor.ownerDocument;
  const id = `picker-${++count}`;
  const panel = document.createElement("div");
  panel.className = "panel picker";
  panel.popover = "auto";
  const list = document.createElement("div");
  list.id = id;
  list.role = "listbox";
  list.ariaLabel = label;
  const field = options.length > MANY ? filter() : null;
  const keyboard: HTMLElement = field ?? list;
  if (field === null) list.tabIndex = 0;
  const none = document.createElement("p");
  none.className = "picker-none";
  none.textContent = BLOCKS.nothingFound;
  panel.append(...(field === null ? [] : [field]), list, none);

  let found = options;
  let at = Math.max(
    0,
    options.findIndex(({ value }) => value === chosen),
  );
  draw();
  // Beside the text, in the page's main part, where readers expect what belongs to it.
  (anchor.closest("[contenteditable=true]")?.parentElement ?? document.body).append(panel);
  place();
  keyboard.addEventListener("keydown", pressed);
  panel.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") end();
  });
  panel.showPopover();
  anchor.setAttribute("aria-expanded", "true");
  keyboard.focus({ preventScroll: true });
  show();

  function filter(): HTMLInputElement {
    const input = document.createElement("input");
    input.className = "field";
    input.type = "text";
    input.role = "combobox";
    input.placeholder = label;
    input.ariaLabel = label;
    input.ariaExpanded = "true";
    input.setAttribute("aria-controls", id);
    input.autocomplete = "off";
    input.spellcheck = false;
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase();
      found = options.filter((option) => fits(option, wanted));
      at = 0;
      draw();
      show();
    });
    return input;
  }

  function draw(): void {
    none.hidden = found.length > 0;
    list.replaceChildren(
      ...found.map((option, index) => {
        const row = document.createElement("div");
        row.id = `${id}-${index}`;
        row.role = "option";
        row.className = "list-button";
        row.textContent = option.label;
        row.ariaChecked = String(option.value === chosen);
        row.addEventListener("mousemove", () => {
          at = index;
          show(false);
        });
        // The field keeps the focus.
        row.addEventListener("mousedown", (event) => event.preventDefault());
        row.addEventListener("click", () => take(option));
        return row;
      }),
    );
  }

  function show(isByKey = true): void {
    [...list.children].forEach((row, index) => {
      row.ariaSelected = String(index === at);
      if (index === at && isByKey) row.scrollIntoView({ block: "nearest" });
    });
    keyboard.setAttribute("aria-activedescendant", found.length > 0 ? `${id}-${at}` : "");
  }

  function pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const option = found[at];
    if (event.key === "ArrowDown" && found.length > 0) at = (at + 1) % found.length;
    else if (event.key === "ArrowUp" && found.length > 0) at = (at + found.length - 1) % found.length;
    else if (event.key === "Enter" && option !== undefined) take(option);
    else if (event.key === "Tab") panel.hidePopover();
    else return;
    event.preventDefault();
    show();
  }

  function take({ value }: Option<T>): void {
    panel.hidePopover();
    if (value !== chosen) choose(value);
  }

  function end(): void {
    const { activeElement } = document;
    // The browser has given it back already, to the button where that is where it was.
    const hadFocus = activeElement === null || [document.body, anchor].includes(activeElement as HTMLElement);
    const isLeft = hadFocus || panel.contains(activeElement);
    panel.remove();
    anchor.removeAttribute("aria-expanded");
    if (isLeft) closed();
  }

  function place(): void {
    const { left, top, bottom, right } = anchor.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const { style } = panel;
    const width = Math.min(220, clientWidth - 2 * EDGE);
    style.width = `${width}px`;
    // To the side with more room, below where it can be.
    const start = left > clientWidth / 2 ? right - width : left;
    style.left = `${Math.max(EDGE, start)}px`;
    const below = (globalThis.visualViewport?.height ?? clientHeight) - bottom - GAP - EDGE;
    const isBelow = below >= HEIGHT || below >= top;
    style.top = isBelow ? `${bottom + GAP}px` : "auto";
    style.bottom = isBelow ? "auto" : `${clientHeight - top + GAP}px`;
    style.maxHeight = `${Math.min(HEIGHT, isBelow ? below : top - GAP - EDGE)}px`;
  }
}

function fits<T>({ label, words = [] }: Option<T>, wanted: string): boolean {
  return [label.toLocaleLowerCase(), ...words].some((word) => word.startsWith(wanted));
}
