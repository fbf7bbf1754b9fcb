import { commands } from "@sheaf/editor";
import { ChevronDown } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Writing } from "../page.ts";
import { FORMATTING } from "../words/formatting.ts";
import { keepFocus } from "./action-button.tsx";
import { KIND_ACTIONS, perform } from "./actions.ts";
import { Icon } from "./icon.tsx";
import { keysText } from "./keys-text.ts";
import { Popover } from "./popover.tsx";
import { rove } from "./roving.ts";
import { kindIn } from "./selection-facts.ts";
import { useEditor } from "./use-editor.ts";

interface TurnIntoProps {
  readonly writing: Writing;
  /** Only the picture, where there is no room for the word. */
  readonly isShort?: boolean;
}

/** What the block is, and a menu of what it could be. Only an attribute changes, so nobody's words are at risk (D14). */
export function TurnInto({ writing, isShort = false }: TurnIntoProps) {
  const kind = useEditor(writing.editor, ({ state }) => kindIn(state) ?? ("" as const));
  const current = KIND_ACTIONS.find(({ name }) => name === kind);
  const words = kind === "" ? FORMATTING.mixed : commands[kind].label;
  const { icon } = current ?? KIND_ACTIONS[0]!;
  return (
    <>
      <button
        type="button"
        className="button turn-into"
        popoverTarget="turn-into"
        aria-haspopup="menu"
        aria-label={FORMATTING.turnIntoNow(words)}
        data-stop=""
        data-tip={FORMATTING.turnInto}
        data-tip-side="start"
        tabIndex={0}
        onMouseDown={keepFocus}
      >
        {isShort ? <Icon of={icon} size={20} /> : words}
        <Icon of={ChevronDown} size={14} />
      </button>
      <Popover id="turn-into" label={FORMATTING.turnInto} align="start" role="menu" className="menu" width={232}>
        {() => <Menu writing={writing} kind={kind} />}
      </Popover>
    </>
  );
}

function Menu({ writing, kind }: { readonly writing: Writing; readonly kind: string }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Opened from the keyboard it takes the focus; opened by a finger that would close the keyboard of a phone.
    if (document.activeElement?.getAttribute("popovertarget") !== "turn-into") return;
    const chosen =
      ref.current?.querySelector<HTMLElement>("[aria-checked=true]") ?? ref.current?.querySelector("button");
    // The popover is shown right after this.
    requestAnimationFrame(() => chosen?.focus());
  }, []);
  return (
    <div ref={ref} role="presentation" onKeyDown={(event) => rove(event, "column")}>
      {KIND_ACTIONS.map((action) => (
        <button
          key={action.name}
          type="button"
          role="menuitemradio"
          aria-checked={action.name === kind}
          className="list-button"
          data-stop=""
          tabIndex={-1}
          onMouseDown={keepFocus}
          onClick={() => {
            if (action.name !== kind) perform(writing, action);
            document.getElementById("turn-into")?.hidePopover();
            writing.editor.view.focus();
          }}
        >
          <Icon of={action.icon} />
          {action.label}
          {action.shortcut !== undefined && <kbd>{keysText(action.shortcut)}</kbd>}
        </button>
      ))}
    </div>
  );
}
