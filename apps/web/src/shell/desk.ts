import { createStore, type Store } from "../store.ts";

/** What somebody has asked the page to open; read where it is shown. */
export interface Desk {
  /** The address of what is selected, or of the link the caret is in. */
  readonly linking: Store<boolean>;
  readonly palette: Store<boolean>;
  readonly shortcuts: Store<boolean>;
}

export const createDesk = (): Desk => ({
  linking: createStore(false),
  palette: createStore(false),
  shortcuts: createStore(false),
});
