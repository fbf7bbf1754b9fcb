import { Keyboard, Search } from "lucide-react";
import { useState } from "react";
import { ANNOUNCEMENTS, QUOTES, THEMES, TOOLBARS, TYPEFACES } from "../appearance.ts";
import type { Page } from "../page.ts";
import { MAX_NAME_LENGTH, parseName } from "../person.ts";
import { ACTIONS } from "../words/actions.ts";
import { ME } from "../words/bar.ts";
import { Avatar } from "./avatar.tsx";
import { Choice } from "./choice.tsx";
import type { Desk } from "./desk.ts";
import { Icon } from "./icon.tsx";
import { keysText } from "./keys-text.ts";
import { useTouchLayout } from "./touch-bar.tsx";
import { useStore } from "./use-store.ts";

/** What others read beside our caret, and how this browser shows the page. */
export function MePanel({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  const me = useStore(page.me);
  const theme = useStore(page.appearance.theme);
  const typeface = useStore(page.appearance.typeface);
  const toolbar = useStore(page.appearance.toolbar);
  const quotes = useStore(page.appearance.quotes);
  const announcements = useStore(page.appearance.announcements);
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
            {ME.yourName}
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
      <p className="hint">{ME.inColour(me.colour.name)}</p>
      <hr className="panel-rule" />
      <Choice
        legend={ME.theme}
        name="theme"
        value={theme}
        options={THEMES.map((value) => ({ value, label: ME.themes[value] }))}
        choose={(value) => page.appearance.theme.set(value)}
      />
      <Choice
        legend={ME.text}
        name="typeface"
        value={typeface}
        options={TYPEFACES.map((value) => ({
          value,
          label: ME.typefaces[value],
          className: value === "serif" ? "in-serif" : undefined,
        }))}
        choose={(value) => page.appearance.typeface.set(value)}
      />
      {!isTouch && (
        <Choice
          legend={ME.toolbar}
          name="toolbar"
          value={toolbar}
          options={TOOLBARS.map((value) => ({ value, label: ME.toolbars[value] }))}
          choose={(value) => page.appearance.toolbar.set(value)}
        />
      )}
      <Choice
        legend={ME.quotes}
        name="quotes"
        value={quotes}
        options={QUOTES.map((value) => ({ value, label: ME.quoteStyles[value] }))}
        choose={(value) => page.appearance.quotes.set(value)}
      />
      <Choice
        legend={ME.announce}
        name="announcements"
        value={announcements}
        options={ANNOUNCEMENTS.map((value) => ({ value, label: ME.announcements[value] }))}
        choose={(value) => page.appearance.announcements.set(value)}
      />
      <button type="button" className="list-button" onClick={() => desk.palette.set(true)}>
        <Icon of={Search} />
        {ACTIONS.palette}
        <kbd>{keysText("Mod-k")}</kbd>
      </button>
      <button type="button" className="list-button" onClick={() => desk.shortcuts.set(true)}>
        <Icon of={Keyboard} />
        {ACTIONS.shortcuts}
        <kbd>{keysText("Mod-/")}</kbd>
      </button>
    </>
  );
}
