import type { KeyboardEvent } from "react";

/** The buttons of a toolbar or menu that can be reached now, in order. */
export const stopsIn = (container: Element): HTMLElement[] => [
  ...container.querySelectorAll<HTMLElement>("[data-stop]:not(:disabled)"),
];

/**
 * Arrow keys, Home and End move between the stops of one toolbar or menu, which is one stop of the page's own Tab order;
 * in a menu a letter goes to the next label that begins with it (WAI-ARIA toolbar and menu patterns).
 */
export function rove(event: KeyboardEvent<HTMLElement>, direction: "row" | "column"): void {
  const stops = stopsIn(event.currentTarget);
  const current = stops.indexOf(document.activeElement as HTMLElement);
  if (current < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = target(event.key, direction, stops, current);
  if (next === undefined) return;
  event.preventDefault();
  for (const stop of stops) stop.tabIndex = stop === next ? 0 : -1;
  next.focus();
}

function target(
  key: string,
  direction: "row" | "column",
  stops: HTMLElement[],
  current: number,
): HTMLElement | undefined {
  const [back, forward] = direction === "row" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  switch (key) {
    case back:
      return stops.at(current - 1);
    case forward:
      return stops[(current + 1) % stops.length];
    case "Home":
      return stops[0];
    case "End":
      return stops.at(-1);
    default:
      if (direction === "row" || key.length !== 1 || key === " ") return undefined;
      return [...stops.slice(current + 1), ...stops.slice(0, current)].find((stop) =>
        stop.textContent.trim().toLocaleLowerCase().startsWith(key.toLocaleLowerCase()),
      );
  }
}
