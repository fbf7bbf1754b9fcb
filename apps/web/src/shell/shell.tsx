import { StrictMode, useCallback, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";
import type { Page } from "../page.ts";
import { Bubble } from "./bubble.tsx";
import { Notices } from "./notices.tsx";
import { PictureBar } from "./picture-bar.tsx";
import { ShortcutSheet } from "./shortcut-sheet.tsx";
import { SlashMenu } from "./slash-menu.tsx";
import { TableTools } from "./tables/table-tools.tsx";
import { TopBar } from "./top-bar.tsx";
import { TouchBar, useTouchLayout } from "./touch-bar.tsx";
import { useStore } from "./use-store.ts";

/** Everything around the text. It never renders because somebody types. */
export function mountShell(page: Page): void {
  const bar = document.getElementById("bar");
  if (bar === null) throw new Error("index.html has no #bar");
  createRoot(bar).render(
    <StrictMode>
      <Shell page={page} />
    </StrictMode>,
  );
}

function Shell({ page }: { readonly page: Page }) {
  const sheet = useRef<HTMLDialogElement>(null);
  const openShortcuts = useCallback(() => {
    document.getElementById("me")?.hidePopover();
    if (sheet.current?.open === false) sheet.current.showModal();
  }, []);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "/" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      if (sheet.current?.open === true) sheet.current.close();
      else openShortcuts();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [openShortcuts]);

  const surface = document.getElementById("surface");
  return (
    <>
      <TopBar page={page} openShortcuts={openShortcuts} />
      <Notices page={page} />
      {surface !== null &&
        createPortal(
          <>
            <Formatting page={page} />
            <ShortcutSheet ref={sheet} />
          </>,
          surface,
        )}
    </>
  );
}

function Formatting({ page }: { readonly page: Page }) {
  const view = useStore(page.view);
  const isTouch = useTouchLayout();
  if (view.kind !== "text") return null;
  return (
    <>
      {isTouch ? (
        <TouchBar writing={view.writing} />
      ) : (
        <>
          <Bubble writing={view.writing} />
          <TableTools writing={view.writing} />
        </>
      )}
      <PictureBar writing={view.writing} />
      <SlashMenu writing={view.writing} />
    </>
  );
}
