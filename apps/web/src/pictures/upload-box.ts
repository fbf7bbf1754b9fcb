import { COMMON } from "../words/common.ts";
import { PICTURES } from "../words/pictures.ts";
import type { UploadState } from "./upload.ts";

export interface BoxActions {
  /** While it is on its way, and when it failed. */
  readonly remove: () => void;
  readonly retry: () => void;
}

/** What stands in a picture's place until it is there: itself, as far as this browser can show it, and how far it is. */
export class UploadBox {
  readonly dom = document.createElement("div");
  readonly #preview = document.createElement("img");
  readonly #bar = document.createElement("progress");
  readonly #words = document.createElement("span");
  readonly #retry = button(PICTURES.retry);
  readonly #remove = button(COMMON.cancel);
  #address: string | undefined;

  constructor({ remove, retry }: BoxActions) {
    this.dom.className = "upload";
    this.dom.setAttribute("role", "group");
    this.dom.setAttribute("aria-label", PICTURES.onItsWay);
    this.#preview.alt = "";
    this.#preview.hidden = true;
    this.#preview.addEventListener("load", () => (this.#preview.hidden = false));
    this.#words.className = "upload-words";
    this.#words.setAttribute("role", "status");
    this.#bar.max = 1;
    this.#bar.setAttribute("aria-label", PICTURES.sent);
    this.#retry.addEventListener("click", retry);
    this.#remove.addEventListener("click", remove);
    const line = document.createElement("div");
    line.className = "upload-line";
    line.append(this.#words, this.#bar, this.#retry, this.#remove);
    this.dom.append(this.#preview, line);
  }

  preview(file: Blob): void {
    this.close();
    this.#address = URL.createObjectURL(file);
    this.#preview.src = this.#address;
  }

  show(state: UploadState): void {
    const isFailed = state.kind === "failed";
    this.dom.dataset["state"] = state.kind;
    this.#bar.hidden = isFailed;
    if (state.kind === "sending") this.#bar.value = state.share;
    else this.#bar.removeAttribute("value");
    const words = wordsFor(state);
    // Said once to who does not see it, not at every step.
    if (this.#words.textContent !== words) this.#words.textContent = words;
    this.#retry.hidden = !isFailed || !state.mayRetry;
    const remove = isFailed ? PICTURES.remove : COMMON.cancel;
    if (this.#remove.textContent !== remove) this.#remove.textContent = remove;
  }

  /** Lets the browser forget the preview. */
  close(): void {
    if (this.#address !== undefined) URL.revokeObjectURL(this.#address);
    this.#address = undefined;
  }
}

function wordsFor(state: UploadState): string {
  switch (state.kind) {
    case "reading":
      return PICTURES.reading;
    case "waiting":
      return PICTURES.waiting;
    case "sending":
    case "arrived":
      return PICTURES.sending;
    case "failed":
      return state.reason;
  }
}

function button(label: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button outlined";
  made.textContent = label;
  // The caret stays where the person writes.
  made.addEventListener("mousedown", (event) => event.preventDefault());
  return made;
}
