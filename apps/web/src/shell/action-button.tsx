import type { Writing } from "../page.ts";
import { type Action, isPossible, perform } from "./actions.ts";
import { Icon } from "./icon.tsx";
import { keysText } from "./keys-text.ts";
import { hasMark, kindIn } from "./selection-facts.ts";
import { useEditor } from "./use-editor.ts";

interface ActionButtonProps {
  readonly writing: Writing;
  readonly action: Action;
  readonly isFirst?: boolean;
  readonly size?: number;
}

/** Marks and kinds can be on; undo and indent cannot, they can only be possible. */
const NOT_A_STATE = new Set([
  "undo",
  "redo",
  "indent",
  "outdent",
  "picture",
  "table",
  "narrower",
  "wider",
  "deleteBlock",
]);

export function ActionButton({ writing, action, isFirst = false, size = 16 }: ActionButtonProps) {
  const { editor } = writing;
  const { name, label, shortcut } = action;
  const hasState = !NOT_A_STATE.has(name);
  const isOn = useEditor(editor, ({ state }) => hasState && (hasMark(state, name) || kindIn(state) === name));
  const isDead = useEditor(editor, () => !hasState && !isPossible(writing, action));
  return (
    <button
      type="button"
      className="button"
      data-stop=""
      data-tip={shortcut === undefined ? label : `${label}  ${keysText(shortcut)}`}
      aria-label={label}
      aria-pressed={hasState ? isOn : undefined}
      aria-disabled={isDead || undefined}
      tabIndex={isFirst ? 0 : -1}
      onMouseDown={keepFocus}
      onClick={() => perform(writing, action)}
    >
      <Icon of={action.icon} size={size} />
    </button>
  );
}

/** A press on a button leaves the caret, and on a phone the keyboard, where they are. */
export const keepFocus = (event: { preventDefault(): void }): void => event.preventDefault();
