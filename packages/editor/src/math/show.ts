import { BLOCKS } from "../words.ts";

/**
 * Shows a formula in an element, its source until it can be drawn, and where it cannot. @param into - Empty, and for
 * nothing else.
 */
export function showMath(into: HTMLElement, tex: string, isBlock: boolean): void {
  into.dataset["tex"] = tex;
  if (tex.trim() === "") {
    into.textContent = BLOCKS.formula;
    into.dataset["state"] = "empty";
    return;
  }
  if (into.childNodes.length === 0) into.textContent = tex;
  // Fetched when the first formula is seen.
  import("./render.ts").then(
    ({ renderMath }) => {
      // Others may have been asked for since.
      if (into.dataset["tex"] !== tex) return;
      const fault = renderMath(into, tex, isBlock);
      into.dataset["state"] = fault === null ? "drawn" : "wrong";
      if (fault === null) return;
      const words = document.createElement("span");
      words.className = "math-fault";
      words.textContent = BLOCKS.formulaFault(fault);
      into.replaceChildren(tex, words);
    },
    () => {
      // No connection: the source says it all.
      into.textContent = tex;
    },
  );
}
