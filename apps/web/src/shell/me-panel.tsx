import { Keyboard, Search } from "lucide-react";
import { useState } from "react";
import { ANNOUNCEMENTS, QUOTES, THEMES, TOOLBARS, TYPEFACES } from "../appearance.ts";
import type { Page } from "../page.ts";
import { MAX_NAME_LENGTH, parseName } from "../person.ts";
import type { Store } from "../store.ts";
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
  const { theme, typeface, toolbar, quotes, announcements } = page.appearance;
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
      <Look legend={ME.theme} name="theme" store={theme} values={THEMES} labels={ME.themes} />
      <Look
        legend={ME.text}
        name="typeface"
        store={typeface}
        values={TYPEFACES}
        labels={ME.typefaces}
        classNames={{ serif: "in-serif" }}
      />
      {!isTouch && <Look legend={ME.toolbar} name="toolbar" store={toolbar} values={TOOLBARS} labels={ME.toolbars} />}
      <Look legend={ME.quotes} name="quotes" store={quotes} values={QUOTES} labels={ME.quoteStyles} />
      <Look
        legend={ME.announce}
        name="announcements"
        store={announcements}
        values={ANNOUNCEMENTS}
        labels={ME.announcements}
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

interface LookProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly store: Store<T>;
  readonly values: readonly T[];
  readonly labels: Readonly<Record<T, string>>;
  readonly classNames?: Readonly<Partial<Record<T, string>>> | undefined;
}

/** One thing of how this browser shows the page. */
function Look<T extends string>({ legend, name, store, values, labels, classNames }: LookProps<T>) {
  return (
    <Choice
      legend={legend}
      name={name}
      value={useStore(store)}
      options={values.map((value) => ({ value, label: labels[value], className: classNames?.[value] }))}
      choose={store.set}
    />
  );
}
