/** Long enough to be found on a page that has just moved. */
const PASSING_MILLIS = 2_000;

/**
 * Marks blocks without touching them: a tint that lies on the page, in its coordinates, under the menus.
 *
 * @returns What takes it away.
 */
export function shade(first: Element, last: Element): () => void {
  const tint = document.createElement("div");
  tint.className = "block-shade";
  const [above, below] = [first.getBoundingClientRect(), last.getBoundingClientRect()];
  const { style } = tint;
  style.top = `${Math.round(above.top + scrollY - 4)}px`;
  style.height = `${Math.round(below.bottom - above.top + 8)}px`;
  style.left = `${Math.round(Math.min(above.left, below.left) + scrollX - 6)}px`;
  style.width = `${Math.round(Math.max(above.right, below.right) - Math.min(above.left, below.left) + 12)}px`;
  document.getElementById("surface")?.append(tint);
  return () => tint.remove();
}

/** The same for a moment, to say "here". */
export function shadeBriefly(element: Element): void {
  const remove = shade(element, element);
  setTimeout(remove, PASSING_MILLIS);
}
