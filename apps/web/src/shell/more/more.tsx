import { ClipboardCopy, Ellipsis, FileCode, FileDown, type LucideIcon, Printer, SquarePen } from "lucide-react";
import { useEffect, useRef } from "react";
import { exportAs, type ExportName, loadConvert } from "../../exporting.ts";
import type { Page } from "../../page.ts";
import { Icon } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { Popover } from "../popover.tsx";
import { rove } from "../roving.ts";
import { useStore } from "../use-store.ts";

const ID = "more";

/** What is done with a document as a whole, and not every day. */
export function More({ page }: { readonly page: Page }) {
  return (
    <>
      <button
        type="button"
        className="button"
        popoverTarget={ID}
        aria-haspopup="menu"
        aria-label="More for this document"
        data-tip="Export and print"
        data-tip-side="end"
      >
        <Icon of={Ellipsis} size={18} />
      </button>
      <Popover id={ID} label="More for this document" align="end" role="menu" className="menu" width={232}>
        {() => <Menu page={page} />}
      </Popover>
    </>
  );
}

/** As in bar.css: the bar has no room for its button there. */
const NARROW = "(max-width: 700px)";

const EXPORTS: readonly (readonly [name: ExportName, label: string, icon: LucideIcon])[] = [
  ["copy-markdown", "Copy as Markdown", ClipboardCopy],
  ["markdown", "Export as Markdown", FileDown],
  ["html", "Export as HTML", FileCode],
];

function Menu({ page }: { readonly page: Page }) {
  const ref = useRef<HTMLDivElement>(null);
  const view = useStore(page.view);
  useEffect(() => {
    void loadConvert();
    // The popover is shown right after this.
    requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>("[data-stop]")?.focus());
  }, []);
  return (
    <div ref={ref} role="presentation" onKeyDown={(event) => rove(event, "column")}>
      {matchMedia(NARROW).matches && (
        <a className="list-button" role="menuitem" data-stop="" tabIndex={-1} href="/">
          <Icon of={SquarePen} />
          New document
        </a>
      )}
      {view.kind === "text" &&
        EXPORTS.map(([name, label, icon]) => (
          <Item key={name} label={label} icon={icon} run={() => void exportAs(name, page, view.writing)} />
        ))}
      <Item label="Print" icon={Printer} keys={keysText("Mod-p")} run={() => print()} />
    </div>
  );
}

interface ItemProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly keys?: string;
  readonly run: () => void;
}

function Item({ label, icon, keys, run }: ItemProps) {
  return (
    <button
      type="button"
      className="list-button"
      role="menuitem"
      data-stop=""
      tabIndex={-1}
      onClick={() => {
        document.getElementById(ID)?.hidePopover();
        run();
      }}
    >
      <Icon of={icon} />
      {label}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </button>
  );
}
