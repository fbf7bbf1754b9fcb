import { type ReactNode, useEffect, useRef } from "react";
import type { Page } from "../page.ts";
import type { Store } from "../store.ts";
import { useStore } from "./use-store.ts";

interface ModalProps {
  readonly page: Page;
  readonly isOpen: Store<boolean>;
  readonly className: string;
  readonly label: string;
  /** Rendered only while open. */
  readonly children: () => ReactNode;
}

/** A dialog over everything: Escape, a press beside it and `isOpen` close it, and the caret is back where it was. */
export function Modal({ page, isOpen, className, label, children }: ModalProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const isShown = useStore(isOpen);

  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || dialog.open === isShown) return;
    if (isShown) {
      for (const popover of document.querySelectorAll<HTMLElement>("[popover]:popover-open")) popover.hidePopover();
      dialog.showModal();
    } else dialog.close();
  }, [isShown]);

  function closed(): void {
    isOpen.set(false);
    // The browser gave the focus back, but not the caret, without which the next key would go nowhere.
    const view = page.view.get();
    if (view.kind === "text" && view.writing.editor.view.hasFocus()) view.writing.editor.view.focus();
  }

  return (
    <dialog
      ref={ref}
      className={className}
      aria-label={label}
      onClose={closed}
      // A press on the backdrop is a press on the dialog itself.
      onClick={(event) => event.target === event.currentTarget && isOpen.set(false)}
    >
      {isShown && children()}
    </dialog>
  );
}
