import { useEffect } from "react";
import type { Page } from "../page.ts";
import type { Desk } from "./desk.ts";
import { isPressed } from "./keys-text.ts";
import { PAGE_ACTIONS } from "./page-actions.ts";

/** The keys that work anywhere on the page. The text comes first: there Mod+K is about a link where there can be one. */
export function usePageKeys(page: Page, desk: Desk): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const isPalette = isPressed(event, "Mod-k") || isPressed(event, "Mod-p");
      const action = isPalette
        ? PAGE_ACTIONS.find(({ name }) => name === "palette")
        : PAGE_ACTIONS.find(({ isGlobal, shortcut }) => isGlobal === true && isPressed(event, shortcut ?? ""));
      if (action === undefined) return;
      // Also when nothing comes of it: the browser would print the page, or save it as a file.
      event.preventDefault();
      const open = document.querySelector("dialog[open]");
      // Another dialog is waiting for an answer.
      const isFree = open === null || open.classList.contains(action.name);
      if (isFree && action.isPossible(page)) action.run(page, desk);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [page, desk]);
}
