import { useCallback, useEffect, useRef, useState } from "react";
import type { Page } from "../../page.ts";
import { Mark } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { DocumentsPanel } from "./documents-panel.tsx";

/** The brand mark, and behind it the way to every other document. */
export function Documents({ page }: { readonly page: Page }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setIsOpen] = useState(false);

  const open = useCallback(() => {
    dialog.current?.showModal();
    setIsOpen(true);
  }, []);
  const close = useCallback(() => dialog.current?.close(), []);

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "\\" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      if (dialog.current?.open === true) close();
      // Another dialog is waiting for an answer.
      else if (document.querySelector("dialog[open]") === null) open();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [open, close]);

  return (
    <>
      <button
        type="button"
        className="button mark"
        aria-label="Documents"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        data-tip={`Documents  ${keysText("Mod-\\")}`}
        data-tip-side="start"
        onClick={open}
      >
        <Mark />
      </button>
      <dialog
        ref={dialog}
        className="documents"
        aria-label="Documents"
        onClose={() => setIsOpen(false)}
        // A press on the backdrop is a press on the dialog itself.
        onClick={(event) => event.target === event.currentTarget && close()}
      >
        {isOpen && <DocumentsPanel page={page} close={close} />}
      </dialog>
    </>
  );
}
