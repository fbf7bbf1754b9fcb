import { Ellipsis, type LucideIcon, SquarePen } from "lucide-react";
import { useEffect, useRef } from "react";
import { loadConvert } from "../../exporting.ts";
import type { Page } from "../../page.ts";
import { BAR } from "../../words/bar.ts";
import { COMMON } from "../../words/common.ts";
import type { Desk } from "../desk.ts";
import { Icon } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { PAGE_ACTIONS } from "../page-actions.ts";
import { Popover } from "../popover.tsx";
import { rove } from "../roving.ts";

const ID = "more";

interface MoreProps {
  readonly page: Page;
  readonly desk: Desk;
}

/** What is done with a document as a whole, and not every day. */
export function More({ page, desk }: MoreProps) {
  return (
    <>
      <button
        type="button"
        className="button"
        popoverTarget={ID}
        aria-haspopup="menu"
        aria-label={BAR.more}
        data-tip={BAR.moreTip}
        data-tip-side="end"
      >
        <Icon of={Ellipsis} size={18} />
      </button>
      <Popover id={ID} label={BAR.more} align="end" role="menu" className="menu more-menu" width={320}>
        {() => <Menu page={page} desk={desk} />}
      </Popover>
    </>
  );
}

/** As in bar.css: the bar has no room for their buttons there. */
const NARROW = "(max-width: 700px)";

/** Of the page's actions, by name; who only reads is offered less. */
const LISTED = ["find", "replace", "outline", "copyMarkdown", "exportMarkdown", "exportHtml", "print"];
const LISTED_NARROW = ["copyLink", ...LISTED];

function Menu({ page, desk }: MoreProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void loadConvert();
    // The popover is shown right after this.
    requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>("[data-stop]")?.focus());
  }, []);
  const isNarrow = matchMedia(NARROW).matches;
  const listed = isNarrow ? LISTED_NARROW : LISTED;
  return (
    <div ref={ref} role="presentation" onKeyDown={(event) => rove(event, "column")}>
      {isNarrow && (
        <a className="list-button" role="menuitem" data-stop="" tabIndex={-1} href="/">
          <Icon of={SquarePen} />
          {COMMON.newDocument}
        </a>
      )}
      {PAGE_ACTIONS.filter((action) => listed.includes(action.name) && action.isPossible(page)).map(
        ({ name, label, icon, shortcut, run }) => (
          <Item
            key={name}
            label={label}
            icon={icon}
            keys={shortcut === undefined ? undefined : keysText(shortcut)}
            run={() => run(page, desk)}
          />
        ),
      )}
    </div>
  );
}

interface ItemProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly keys: string | undefined;
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
