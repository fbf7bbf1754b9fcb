import { useCallback, useEffect, useRef, useState } from "react";
import type { Page } from "../../page.ts";
import { DOCUMENTS } from "../../words/documents.ts";
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

  function closed(): void {
    setIsOpen(false);
    // The browser gave the focus back, but not the caret, without which the next key would go nowhere.
    const view = page.view.get();
    if (view.kind === "text" && view.writing.editor.view.hasFocus()) view.writing.editor.view.focus();
  }

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
        aria-label={DOCUMENTS.documents}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        data-tip={`${DOCUMENTS.documents}  ${keysText("Mod-\\")}`}
        data-tip-side="start"
        onClick={open}
      >
        <Mark />
      </button>
      <dialog
        ref={dialog}
        className="documents"
        aria-label={DOCUMENTS.documents}
        onClose={closed}
        // A press on the backdrop is a press on the dialog itself.
        onClick={(event) => event.target === event.currentTarget && close()}
      >
        {isOpen && <DocumentsPanel page={page} close={close} />}
      </dialog>
    </>
  );
}
