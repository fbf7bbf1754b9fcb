import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import type { Page } from "../../page.ts";
import { recall, remember } from "../../storage.ts";
import { COMMAND_PALETTE } from "../../words/command-palette.ts";
import type { Desk } from "../desk.ts";
import { askList, recallList } from "../documents/use-documents.ts";
import { Icon } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { commandItems, documentItems, type Item, sectionsFor } from "./items.ts";

interface ResultsProps {
  readonly page: Page;
  readonly desk: Desk;
  readonly wanted: string;
  /** Where the focus stays; it is told which line is chosen (WAI-ARIA combobox). */
  readonly field: RefObject<HTMLInputElement | null>;
}

export function Results({ page, desk, wanted, field }: ResultsProps) {
  // As it was when it was opened: nothing changes under the hand that chooses.
  const [all] = useState(() => commandItems(page, desk));
  const [recent] = useState(recallRecent);
  const [list, setList] = useState(recallList);
  useEffect(() => {
    let isOver = false;
    void askList().then((next) => isOver || setList(next));
    return () => {
      isOver = true;
    };
  }, []);
  const documents = documentItems(page, list.kind === "listed" ? list.documents : []);
  const sections = sectionsFor(wanted, all, documents, recent);
  const items = sections.flatMap((section) => section.items);
  /** Of what was typed; another filter begins at its first line. */
  const [at, setAt] = useState({ wanted, index: 0, isPointed: false });
  const chosen = at.wanted === wanted ? Math.min(at.index, items.length - 1) : 0;

  function choose(item: Item | undefined, isNewTab: boolean): void {
    if (item === undefined) return;
    desk.palette.set(false);
    if (item.document === undefined) rememberUsed(item.id);
    if (item.document !== undefined && isNewTab) {
      open(`/d/${item.document}`, "_blank", "noopener,noreferrer");
      return;
    }
    const view = page.view.get();
    if (view.kind === "text" && item.document === undefined) view.writing.editor.view.focus();
    item.run();
  }

  // With the list, not a moment after it: the very next key is meant for it.
  useLayoutEffect(() => {
    const input = field.current;
    if (input === null) return undefined;
    const to = (index: number): void =>
      setAt({ wanted, index: (index + items.length) % Math.max(1, items.length), isPointed: false });
    const pressed = (event: KeyboardEvent): void => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") to(chosen + 1);
      else if (event.key === "ArrowUp") to(chosen - 1);
      else if (event.key === "PageDown") to(Math.min(chosen + 8, items.length - 1));
      else if (event.key === "PageUp") to(Math.max(chosen - 8, 0));
      else if (event.key === "Enter") choose(items[chosen], event.ctrlKey || event.metaKey);
      else return;
      event.preventDefault();
    };
    input.addEventListener("keydown", pressed);
    if (items.length > 0) input.setAttribute("aria-activedescendant", `palette-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    // Not for a pointer: what is under it must stay under it.
    if (!at.isPointed) document.getElementById(`palette-${chosen}`)?.scrollIntoView({ block: "nearest" });
    return () => input.removeEventListener("keydown", pressed);
  });

  let index = -1;
  return (
    <>
      <div id="palette-list" role="listbox" aria-label={COMMAND_PALETTE.found} className="palette-list">
        {sections.map(({ heading, items: those }) => (
          <div key={heading} role="group" aria-label={heading}>
            <div className="palette-heading" aria-hidden="true">
              {heading}
            </div>
            {those.map((item) => {
              const own = ++index;
              return (
                <div
                  key={item.id}
                  id={`palette-${own}`}
                  role="option"
                  aria-selected={own === chosen}
                  className="list-button"
                  onMouseMove={() => own !== chosen && setAt({ wanted, index: own, isPointed: true })}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={(event) => choose(item, event.ctrlKey || event.metaKey)}
                >
                  <Icon of={item.icon} />
                  <span className="palette-label">{item.label}</span>
                  {item.hint !== "" && <span className="palette-hint">{item.hint}</span>}
                  {item.shortcut !== undefined && <kbd>{keysText(item.shortcut)}</kbd>}
                </div>
              );
            })}
          </div>
        ))}
        {items.length === 0 && <p className="palette-empty">{COMMAND_PALETTE.nothing(wanted.trim())}</p>}
      </div>
      <span className="unseen" role="status">
        {COMMAND_PALETTE.countFound(items.length)}
      </span>
    </>
  );
}

const RECENT = "recent-commands";
const MOST_RECENT = 8;

const recallRecent = (): readonly string[] => recall(RECENT)?.split(" ") ?? [];

function rememberUsed(id: string): void {
  const others = recallRecent().filter((each) => each !== id);
  remember(RECENT, [id, ...others].slice(0, MOST_RECENT).join(" "));
}
