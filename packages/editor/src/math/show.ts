/** Fetched when the first formula is seen. */
let rendering: Promise<typeof import("./render.ts")> | null = null;

/**
 * Shows a formula in an element, its source until it can be drawn, and where it cannot. @param into - Empty, and for
 * nothing else.
 */
export function showMath(into: HTMLElement, tex: string, isBlock: boolean): void {
  into.dataset["tex"] = tex;
  if (tex.trim() === "") {
    into.textContent = "Formula";
    into.dataset["state"] = "empty";
    return;
  }
  if (into.childNodes.length === 0) into.textContent = tex;
  rendering ??= import("./render.ts");
  rendering.then(
    ({ renderMath }) => {
      // Others may have been asked for since.
      if (into.dataset["tex"] !== tex) return;
      const fault = renderMath(into, tex, isBlock);
      into.dataset["state"] = fault === null ? "drawn" : "wrong";
      if (fault === null) return;
      const words = document.createElement("span");
      words.className = "math-fault";
      words.textContent = `This formula cannot be drawn. ${fault}`;
      into.replaceChildren(tex, words);
    },
    () => {
      // No connection: the source says it all. The next formula asks again.
      rendering = null;
      into.textContent = tex;
    },
  );
}
