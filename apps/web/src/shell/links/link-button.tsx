import { Link2 } from "lucide-react";
import type { Writing } from "../../page.ts";
import { LINKS } from "../../words/links.ts";
import { keepFocus } from "../action-button.tsx";
import type { Desk } from "../desk.ts";
import { Icon } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { hrefOf } from "../selection-facts.ts";
import { useEditor } from "../use-editor.ts";
import { canLink } from "./link-box.tsx";

interface LinkButtonProps {
  readonly writing: Writing;
  readonly desk: Desk;
  readonly size?: number;
}

/** Of every toolbar: opens the field for the address. */
export function LinkButton({ writing: { editor }, desk, size = 16 }: LinkButtonProps) {
  const isOn = useEditor(editor, ({ state }) => hrefOf(state) !== "");
  const isDead = useEditor(editor, (current) => !canLink(current));
  return (
    <button
      type="button"
      className="button"
      data-stop=""
      data-tip={`${LINKS.link}  ${keysText("Mod-k")}`}
      aria-label={LINKS.link}
      aria-pressed={isOn}
      aria-disabled={isDead || undefined}
      tabIndex={-1}
      onMouseDown={keepFocus}
      onClick={() => !isDead && desk.linking.set(true)}
    >
      <Icon of={Link2} size={size} />
    </button>
  );
}
