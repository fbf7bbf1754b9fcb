import { recall, remember, onRemembered } from "./storage.ts";
import { createStore, type Store } from "./store.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const TYPEFACES = ["serif", "sans"] as const;
export type Typeface = (typeof TYPEFACES)[number];
/** When the tools for the text are there: over a selection, or in a row of their own. */
export const TOOLBARS = ["selection", "always"] as const;
export type Toolbar = (typeof TOOLBARS)[number];
/** What a typed quote becomes. */
export const QUOTES = ["typed", "curly"] as const;
export type Quotes = (typeof QUOTES)[number];
/** Whether screen readers hear who comes, goes and writes beside one. */
export const ANNOUNCEMENTS = ["off", "on"] as const;
export type Announcements = (typeof ANNOUNCEMENTS)[number];

/** How this browser shows the page, and takes what is typed. `first-paint.js` reads the same choice before anything is drawn. */
export interface Appearance {
  readonly theme: Store<Theme>;
  readonly typeface: Store<Typeface>;
  readonly toolbar: Store<Toolbar>;
  readonly quotes: Store<Quotes>;
  readonly announcements: Store<Announcements>;
}

export function createAppearance(): Appearance {
  return {
    theme: choice("theme", THEMES),
    typeface: choice("typeface", TYPEFACES),
    toolbar: choice("toolbar", TOOLBARS),
    quotes: choice("quotes", QUOTES),
    announcements: choice("announcements", ANNOUNCEMENTS),
  };
}

/** The first of `values` is what the page does by itself: it is neither stored nor marked. */
function choice<T extends string>(name: string, values: readonly [T, ...T[]]): Store<T> {
  const parse = (text: string | undefined): T => values.find((value) => value === text) ?? values[0];
  const store = createStore(parse(recall(name)));
  store.subscribe(() => {
    const value = store.get() === values[0] ? undefined : store.get();
    remember(name, value);
    if (value === undefined) delete document.documentElement.dataset[name];
    else document.documentElement.dataset[name] = value;
  });
  onRemembered(name, (text) => store.set(parse(text)));
  return store;
}
