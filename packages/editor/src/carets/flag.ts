import type { PlacedCaret } from "./placement.ts";

/** How long a name stays after its caret moved. */
const FLAG_MILLIS = 2000;

/** One participant's caret in the page: a bar with a name flag. Reused for as long as they stay. */
export class Flag {
  readonly dom: HTMLElement;
  readonly #name: HTMLElement;
  #color = "";
  #movedAt = 0;
  /** While the name is shown. Not set anew with each move, which comes with each letter. */
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    this.dom = document.createElement("span");
    this.dom.className = "caret";
    // The roster says who is here; a screen reader in the middle of a sentence must not.
    this.dom.setAttribute("aria-hidden", "true");
    this.#name = document.createElement("span");
    this.#name.className = "caret-name";
    this.dom.append(this.#name);
  }

  show({ name, color }: PlacedCaret): void {
    if (this.#name.textContent !== name) this.#name.textContent = name;
    // Through the CSSOM: the page's policy blocks style attributes.
    if (this.#color !== color) this.dom.style.setProperty("--caret-color", color);
    this.#color = color;
    this.#movedAt = performance.now();
    if (this.#timer !== null) return;
    this.dom.classList.add("is-moving");
    this.#restAfter(FLAG_MILLIS);
  }

  #restAfter(millis: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#movedAt + FLAG_MILLIS - performance.now();
      if (left > 0) this.#restAfter(left);
      else {
        this.#timer = null;
        this.dom.classList.remove("is-moving");
      }
    }, millis);
  }

  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
