import { type ReactNode, type SyntheticEvent, useEffect, useRef } from "react";
import type { Page } from "../page.ts";
import type { Store } from "../store.ts";
import { useStore } from "./use-store.ts";

interface ModalProps {
  readonly page: Page;
  readonly isOpen: Store<boolean>;
  /** Also the name of the action whose keys open and close it. */
  readonly className: "palette" | "documents" | "shortcuts";
  readonly label: string;
  /** Rendered only while open. */
  readonly children: () => ReactNode;
}

/** A dialog over everything: Escape, a press beside it and `isOpen` close it, and the caret is back where it was. */
export function Modal({ page, isOpen, className, label, children }: ModalProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const isShown = useStore(isOpen);

  // At once, and not when it is rendered: the field in it takes the focus then, and the next key is the text's again.
  useEffect(
    () =>
      isOpen.subscribe(() => {
        const dialog = ref.current;
        if (dialog === null) return;
        if (isOpen.get()) {
          for (const popover of document.querySelectorAll<HTMLElement>("[popover]:popover-open")) popover.hidePopover();
          dialog.showModal();
        } else {
          dialog.close();
          // The browser gave the focus back, but not the caret, without which the next key would go nowhere.
          const view = page.view.get();
          if (view.kind === "text" && view.writing.editor.view.hasFocus()) view.writing.editor.view.focus();
        }
      }),
    [page, isOpen],
  );

  function close(event: SyntheticEvent): void {
    if (event.target === event.currentTarget) isOpen.set(false);
  }

  return (
    <dialog
      ref={ref}
      className={className}
      aria-label={label}
      // Escape. What tells that it is closed comes late, when it may be open again.
      onCancel={close}
      // A press on the backdrop is a press on the dialog itself.
      onClick={close}
    >
      {isShown && children()}
    </dialog>
  );
}
