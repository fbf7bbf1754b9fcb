import type { LucideIcon } from "lucide-react";
import { ChevronDown } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Writing } from "../page.ts";
import { keepFocus } from "./action-button.tsx";
import { stateOf } from "./action-state.ts";
import { type Action, isPossible, perform, type Section } from "./actions.ts";
import { Icon } from "./icon.tsx";
import { keysText } from "./keys-text.ts";
import { Popover } from "./popover.tsx";
import { rove } from "./roving.ts";
import { useEditor } from "./use-editor.ts";

interface ActionMenuProps {
  readonly writing: Writing;
  /** The same as the opening button's `popoverTarget`. */
  readonly id: string;
  readonly label: string;
  readonly sections: readonly Section[];
}

/** A button of a toolbar that opens a menu of actions. */
export function MenuButton({
  icon,
  size = 16,
  ...menu
}: ActionMenuProps & { readonly icon: LucideIcon; readonly size?: number }) {
  return (
    <>
      <button
        type="button"
        className="button menu-button"
        popoverTarget={menu.id}
        aria-haspopup="menu"
        aria-label={menu.label}
        data-stop=""
        data-tip={menu.label}
        tabIndex={-1}
        onMouseDown={keepFocus}
      >
        <Icon of={icon} size={size} />
        <Icon of={ChevronDown} size={14} />
      </button>
      <ActionMenu {...menu} />
    </>
  );
}

export function ActionMenu({ writing, id, label, sections }: ActionMenuProps) {
  return (
    <Popover id={id} label={label} align="start" role="menu" className="menu action-menu" width={260}>
      {() => <Items writing={writing} id={id} sections={sections} />}
    </Popover>
  );
}

function Items({ writing, id, sections }: Omit<ActionMenuProps, "label">) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Opened from the keyboard it takes the focus; opened by a finger that would close the keyboard of a phone.
    if (document.activeElement?.getAttribute("popovertarget") !== id) return;
    // The popover is shown right after this.
    requestAnimationFrame(() => ref.current?.querySelector("button")?.focus());
  }, [id]);
  return (
    <div ref={ref} role="presentation" onKeyDown={(event) => rove(event, "column")}>
      {sections.map(({ heading, actions }) => (
        <div key={heading} role="group" aria-label={heading}>
          {sections.length > 1 && (
            <div className="menu-heading" aria-hidden="true">
              {heading}
            </div>
          )}
          {actions.map((action) => (
            <Item key={action.name} writing={writing} id={id} action={action} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Done again and again until it is right. */
const REPEATED: ReadonlySet<string> = new Set(["widerColumn", "narrowerColumn"]);

function Item({ writing, id, action }: { readonly writing: Writing; readonly id: string; readonly action: Action }) {
  const { editor } = writing;
  const { name, label, icon, shortcut } = action;
  const isDead = useEditor(editor, () => !isPossible(writing, action));
  const on = useEditor(editor, ({ state }) => stateOf(name, state));
  return (
    <button
      type="button"
      role={on === "" ? "menuitem" : "menuitemcheckbox"}
      aria-checked={on === "" ? undefined : on === "on"}
      aria-disabled={isDead || undefined}
      className="list-button"
      data-action={name}
      data-stop=""
      tabIndex={-1}
      onMouseDown={keepFocus}
      onClick={() => {
        if (isDead) return;
        perform(writing, action);
        if (REPEATED.has(name)) return;
        document.getElementById(id)?.hidePopover();
        editor.view.focus();
      }}
    >
      <Icon of={icon} />
      {label}
      {shortcut !== undefined && <kbd>{keysText(shortcut)}</kbd>}
    </button>
  );
}
