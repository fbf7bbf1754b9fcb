import { X } from "lucide-react";
import { lazy, Suspense } from "react";
import type { Page } from "../page.ts";
import { ACTIONS } from "../words/actions.ts";
import { COMMON } from "../words/common.ts";
import type { Desk } from "./desk.ts";
import { Icon } from "./icon.tsx";
import { Modal } from "./modal.tsx";

const ShortcutList = lazy(() => import("./shortcut-list.tsx").then((module) => ({ default: module.ShortcutList })));

/** Every shortcut there is, over the page. */
export function ShortcutSheet({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  return (
    <Modal page={page} isOpen={desk.shortcuts} className="shortcuts" label={ACTIONS.shortcuts}>
      {() => (
        <>
          <div className="sheet-head">
            <h2>{ACTIONS.shortcuts}</h2>
            <button
              type="button"
              className="button"
              aria-label={COMMON.close}
              onClick={() => desk.shortcuts.set(false)}
            >
              <Icon of={X} size={18} />
            </button>
          </div>
          <Suspense>
            <ShortcutList />
          </Suspense>
        </>
      )}
    </Modal>
  );
}
