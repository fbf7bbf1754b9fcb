import { ChevronLeft, ChevronRight, Link, Replace } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Writing } from "../../page.ts";
import { ACTIONS } from "../../words/actions.ts";
import { BLOCKS } from "../../words/blocks.ts";
import { COMMON } from "../../words/common.ts";
import { FORMATTING } from "../../words/formatting.ts";
import { keepFocus } from "../action-button.tsx";
import { type Action, BLOCK_MENU_ACTIONS, isPossible, KIND_ACTIONS, perform } from "../actions.ts";
import { CopyButton } from "../copy-button.tsx";
import { Icon } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { Popover } from "../popover.tsx";
import { rove, stopsIn } from "../roving.ts";
import { kindIn } from "../selection-facts.ts";
import { useEditor } from "../use-editor.ts";
import { addressOfSelected } from "./block-address.ts";

export const BLOCK_MENU = "block-menu";

interface BlockMenuProps {
  readonly writing: Writing;
  /** Before its first item is drawn: selects what the menu is for. */
  readonly opened: () => void;
  readonly closed: () => void;
  /** On a touch screen the focus stays in the text: without it the keyboard would go, and the page jump. */
  readonly takesFocus: boolean;
}

/** What can be done to the blocks that are selected, or to the one with the caret. */
export function BlockMenu({ writing, opened, closed, takesFocus }: BlockMenuProps) {
  return (
    <Popover id={BLOCK_MENU} label={BLOCKS.block} align="start" role="menu" className="menu block-menu" width={264}>
      {() => <Items writing={writing} opened={opened} closed={closed} takesFocus={takesFocus} />}
    </Popover>
  );
}

function Items({ writing, opened, closed, takesFocus }: BlockMenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [isKinds, setIsKinds] = useState(false);
  const isFirstTime = useRef(true);
  const kind = useEditor(writing.editor, ({ state }) => kindIn(state) ?? "");
  const hasText = useEditor(writing.editor, ({ state }) => state.selection.$from.parent.isTextblock);
  // The selection may be of another block than a moment ago, and what is possible with it.
  useEditor(writing.editor, ({ state }) => `${state.selection.from} ${state.selection.to}`);

  useEffect(() => {
    opened();
    return closed;
  }, []);

  useEffect(() => {
    const wasFirst = isFirstTime.current;
    isFirstTime.current = false;
    if (!takesFocus && wasFirst) return;
    const stops = ref.current === null ? [] : stopsIn(ref.current);
    const chosen = stops.find((stop) => stop.getAttribute("aria-checked") === "true") ?? stops[0];
    // The popover is shown right after this.
    requestAnimationFrame(() => chosen?.focus());
  }, [isKinds, takesFocus]);

  function choose(action: Action): void {
    hide();
    writing.editor.view.focus();
    perform(writing, action);
  }

  return (
    <div
      ref={ref}
      role="presentation"
      onKeyDown={(event) => {
        if (event.key === (isKinds ? "ArrowLeft" : "ArrowRight")) {
          const isOnIt = document.activeElement?.getAttribute("data-goes") !== null;
          if (isKinds || isOnIt) setIsKinds(!isKinds);
        } else rove(event, "column");
      }}
    >
      {isKinds ? (
        <>
          <button
            type="button"
            role="menuitem"
            className="list-button faint"
            data-stop=""
            tabIndex={-1}
            onMouseDown={keepFocus}
            onClick={() => setIsKinds(false)}
          >
            <Icon of={ChevronLeft} />
            {FORMATTING.turnInto}
          </button>
          {KIND_ACTIONS.map((action) => (
            <Item
              key={action.name}
              action={action}
              isChecked={action.name === kind}
              // The commands toggle, and a list asked for is not a list to be ended.
              choose={() => (action.name === kind ? hide() : choose(action))}
            />
          ))}
        </>
      ) : (
        <>
          {hasText && (
            <button
              type="button"
              role="menuitem"
              aria-haspopup="menu"
              className="list-button"
              data-stop=""
              data-goes=""
              tabIndex={-1}
              onMouseDown={keepFocus}
              onClick={() => setIsKinds(true)}
            >
              <Icon of={Replace} />
              {FORMATTING.turnInto}
              <span className="goes">
                <Icon of={ChevronRight} />
              </span>
            </button>
          )}
          {BLOCK_MENU_ACTIONS.map((action) => (
            <Item
              key={action.name}
              action={action}
              isDead={!isPossible(writing, action)}
              choose={() => choose(action)}
            />
          ))}
          {addressOfSelected(writing.editor.state) !== null && (
            <CopyButton
              className="list-button"
              role="menuitem"
              done={COMMON.linkCopied}
              read={() => addressOfSelected(writing.editor.state) ?? ""}
            >
              <Icon of={Link} />
              {ACTIONS.copyBlockLink}
            </CopyButton>
          )}
        </>
      )}
    </div>
  );
}

interface ItemProps {
  readonly action: Action;
  /** For one of several that a block can be. */
  readonly isChecked?: boolean;
  readonly isDead?: boolean;
  readonly choose: () => void;
}

function Item({ action, isChecked, isDead = false, choose }: ItemProps) {
  return (
    <button
      type="button"
      role={isChecked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={isChecked}
      aria-disabled={isDead || undefined}
      className="list-button"
      data-stop=""
      tabIndex={-1}
      onMouseDown={keepFocus}
      onClick={() => !isDead && choose()}
    >
      <Icon of={action.icon} />
      {action.label}
      {action.shortcut !== undefined && <kbd>{keysText(action.shortcut)}</kbd>}
    </button>
  );
}

const hide = (): void => document.getElementById(BLOCK_MENU)?.hidePopover();
