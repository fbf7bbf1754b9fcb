import { Keyboard, Search } from "lucide-react";
import { useState } from "react";
import { THEMES, TOOLBARS, TYPEFACES, type Theme, type Toolbar, type Typeface } from "../appearance.ts";
import type { Page } from "../page.ts";
import { MAX_NAME_LENGTH, parseName } from "../person.ts";
import { Avatar } from "./avatar.tsx";
import { Choice } from "./choice.tsx";
import type { Desk } from "./desk.ts";
import { Icon } from "./icon.tsx";
import { keysText } from "./keys-text.ts";
import { useTouchLayout } from "./touch-bar.tsx";
import { useStore } from "./use-store.ts";

const THEME_LABELS: Readonly<Record<Theme, string>> = { system: "System", light: "Light", dark: "Dark" };
const TOOLBAR_LABELS: Readonly<Record<Toolbar, string>> = { selection: "On selection", always: "Always" };
const TYPEFACE_LABELS: Readonly<Record<Typeface, string>> = { serif: "Serif", sans: "Sans" };

/** What others read beside our caret, and how this browser shows the page. */
export function MePanel({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  const me = useStore(page.me);
  const theme = useStore(page.appearance.theme);
  const typeface = useStore(page.appearance.typeface);
  const toolbar = useStore(page.appearance.toolbar);
  const isTouch = useTouchLayout();
  const [text, setText] = useState(me.name);

  /** An emptied field leaves the name as it was. */
  function commit(next: string): void {
    const name = parseName(next);
    if (name === undefined || name === me.name) return;
    page.me.set({ ...me, name });
    page.tellName(name);
  }

  return (
    <>
      <div className="me">
        <Avatar person={me} isLarge />
        <div>
          <label className="label" htmlFor="my-name">
            Your name
          </label>
          <input
            id="my-name"
            className="field"
            value={text}
            maxLength={MAX_NAME_LENGTH}
            autoComplete="nickname"
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              commit(event.target.value);
            }}
            onBlur={() => setText(page.me.get().name)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              // The focus goes back to the button, which the same key would press again.
              event.preventDefault();
              document.getElementById("me")?.hidePopover();
            }}
          />
        </div>
      </div>
      <p className="hint">Others see it beside your caret, in {me.colour.name.toLowerCase()}.</p>
      <hr className="panel-rule" />
      <Choice
        legend="Theme"
        name="theme"
        value={theme}
        options={THEMES.map((value) => ({ value, label: THEME_LABELS[value] }))}
        choose={(value) => page.appearance.theme.set(value)}
      />
      <Choice
        legend="Text"
        name="typeface"
        value={typeface}
        options={TYPEFACES.map((value) => ({
          value,
          label: TYPEFACE_LABELS[value],
          className: value === "serif" ? "in-serif" : undefined,
        }))}
        choose={(value) => page.appearance.typeface.set(value)}
      />
      {!isTouch && (
        <Choice
          legend="Toolbar"
          name="toolbar"
          value={toolbar}
          options={TOOLBARS.map((value) => ({ value, label: TOOLBAR_LABELS[value] }))}
          choose={(value) => page.appearance.toolbar.set(value)}
        />
      )}
      <button type="button" className="list-button" onClick={() => desk.palette.set(true)}>
        <Icon of={Search} />
        Commands and documents
        <kbd>{keysText("Mod-k")}</kbd>
      </button>
      <button type="button" className="list-button" onClick={() => desk.shortcuts.set(true)}>
        <Icon of={Keyboard} />
        Keyboard shortcuts
        <kbd>{keysText("Mod-/")}</kbd>
      </button>
    </>
  );
}
