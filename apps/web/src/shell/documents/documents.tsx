import type { Page } from "../../page.ts";
import { DOCUMENTS } from "../../words/documents.ts";
import type { Desk } from "../desk.ts";
import { Mark } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { Modal } from "../modal.tsx";
import { useStore } from "../use-store.ts";
import { DocumentsPanel } from "./documents-panel.tsx";

/** The brand mark, and behind it the way to every other document. */
export function Documents({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  const isOpen = useStore(desk.documents);
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
        onClick={() => desk.documents.set(true)}
      >
        <Mark />
      </button>
      <Modal page={page} isOpen={desk.documents} className="documents" label={DOCUMENTS.documents}>
        {() => <DocumentsPanel page={page} close={() => desk.documents.set(false)} />}
      </Modal>
    </>
  );
}
