import { Search } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { Page } from "../../page.ts";
import { ACTIONS } from "../../words/actions.ts";
import { COMMAND_PALETTE } from "../../words/command-palette.ts";
import type { Desk } from "../desk.ts";
import { Icon } from "../icon.tsx";
import { Modal } from "../modal.tsx";

const Results = lazy(() => import("./results.tsx").then((module) => ({ default: module.Results })));

/** Everything that can be done and every document, by its name. The field is here at once, so that no key goes into the text. */
export function Palette({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  return (
    <Modal page={page} isOpen={desk.palette} className="palette" label={ACTIONS.palette}>
      {() => <Field page={page} desk={desk} />}
    </Modal>
  );
}

function Field({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  const [wanted, setWanted] = useState("");
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <label className="palette-field">
        <Icon of={Search} size={18} />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-label={COMMAND_PALETTE.field}
          placeholder={COMMAND_PALETTE.hint}
          autoFocus
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </label>
      <Suspense
        fallback={<div id="palette-list" role="listbox" aria-label={COMMAND_PALETTE.found} className="palette-list" />}
      >
        <Results page={page} desk={desk} wanted={wanted} field={field} />
      </Suspense>
    </>
  );
}
