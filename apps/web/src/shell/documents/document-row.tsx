import { Ellipsis, ExternalLink, Trash2, Undo2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ListedDocument } from "../../api.ts";
import { Icon } from "../icon.tsx";
import { Popover } from "../popover.tsx";
import { rove } from "../roving.ts";
import { Confirm } from "../share/confirm.tsx";
import { whenWords } from "../when-words.ts";

export const titleWords = (title: string): string => (title === "" ? "Untitled" : title);

interface DocumentRowProps {
  readonly row: ListedDocument;
  /** The one the Tab key goes to; arrows go to the others. */
  readonly isFirst: boolean;
  /** It is the document of this page. */
  readonly isCurrent: boolean;
  readonly close: () => void;
  readonly moveToTrash: () => void;
}

export function DocumentRow({ row, isFirst, isCurrent, close, moveToTrash }: DocumentRowProps) {
  const { document, title, role } = row;
  const menu = `menu-${document}`;
  return (
    <li className="document-row" data-current={isCurrent}>
      <a
        href={`/d/${document}`}
        data-stop=""
        tabIndex={isFirst ? 0 : -1}
        aria-current={isCurrent ? "page" : undefined}
        onClick={(event) => {
          if (!isCurrent || event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          close();
        }}
      >
        <Lines row={row} more={isCurrent ? "Open now" : role === "owner" ? "" : "Shared with you"} />
      </a>
      {row.edited !== null && (
        <>
          <button
            type="button"
            className="button"
            popoverTarget={menu}
            aria-haspopup="menu"
            aria-label={`More for ${titleWords(title)}`}
          >
            <Icon of={Ellipsis} />
          </button>
          <Popover id={menu} label={titleWords(title)} align="end" role="menu" className="menu" width={232}>
            {() => <Menu row={row} hide={() => hide(menu)} moveToTrash={moveToTrash} />}
          </Popover>
        </>
      )}
    </li>
  );
}

interface MenuProps {
  readonly row: ListedDocument;
  readonly hide: () => void;
  readonly moveToTrash: () => void;
}

function Menu({ row, hide: hideMenu, moveToTrash }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = ref.current?.querySelector<HTMLElement>("[data-stop]");
    // The popover is shown right after this.
    requestAnimationFrame(() => first?.focus());
  }, []);
  return (
    <div
      ref={ref}
      role="presentation"
      onKeyDown={(event) => {
        rove(event, "column");
        // Or the list behind it would move, too.
        event.stopPropagation();
      }}
    >
      <a
        className="list-button"
        role="menuitem"
        data-stop=""
        tabIndex={-1}
        href={`/d/${row.document}`}
        target="_blank"
        rel="noreferrer"
        onClick={hideMenu}
      >
        <Icon of={ExternalLink} />
        Open in a new tab
      </a>
      {row.role === "owner" && (
        <button
          type="button"
          className="list-button"
          role="menuitem"
          data-stop=""
          tabIndex={-1}
          onClick={() => {
            hideMenu();
            moveToTrash();
          }}
        >
          <Icon of={Trash2} />
          Move to trash
        </button>
      )}
    </div>
  );
}

const hide = (id: string): void => document.getElementById(id)?.hidePopover();

interface TrashedRowProps {
  readonly row: ListedDocument;
  readonly isFirst: boolean;
  readonly restore: () => void;
  readonly purge: () => void;
}

/** Nobody can open it, so it is no link. */
export function TrashedRow({ row, isFirst, restore, purge }: TrashedRowProps) {
  const [isAsked, setIsAsked] = useState(false);
  const title = titleWords(row.title);
  const remove = useRef<HTMLButtonElement>(null);
  if (isAsked)
    return (
      <li className="document-row">
        <Confirm
          question={`Delete ${title} for ever? Its words and its history are removed from the server, for everybody.`}
          action="Delete for ever"
          confirm={purge}
          cancel={() => {
            setIsAsked(false);
            requestAnimationFrame(() => remove.current?.focus());
          }}
        />
      </li>
    );
  return (
    <li className="document-row trashed">
      <span className="document-lines">
        <Lines row={row} more="" />
      </span>
      <button
        type="button"
        className="button"
        data-stop=""
        tabIndex={isFirst ? 0 : -1}
        aria-label={`Restore ${title}`}
        data-tip="Restore"
        data-tip-side="end"
        onClick={restore}
      >
        <Icon of={Undo2} />
      </button>
      <button
        ref={remove}
        type="button"
        className="button"
        aria-label={`Delete ${title} for ever`}
        data-tip="Delete for ever"
        data-tip-side="end"
        onClick={() => setIsAsked(true)}
      >
        <Icon of={Trash2} />
      </button>
    </li>
  );
}

function Lines({ row, more }: { readonly row: ListedDocument; readonly more: string }) {
  const { title, edited } = row;
  const when = edited === null ? "" : whenWords(edited, Date.now());
  return (
    <span className="two-lines">
      <span className={title === "" ? "faint" : undefined}>{titleWords(title)}</span>
      <span className="figures">{[when, more].filter((words) => words !== "").join(" · ")}</span>
    </span>
  );
}
