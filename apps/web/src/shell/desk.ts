import { createStore, type Store } from "../store.ts";

/** There is room for one. */
export type Panel = "outline" | "chat";

/** What somebody has asked the page to open; read where it is shown. */
export interface Desk {
  /** The address of what is selected, or of the link the caret is in. */
  readonly linking: Store<boolean>;
  readonly palette: Store<boolean>;
  readonly documents: Store<boolean>;
  readonly finding: Store<"closed" | "find" | "replace">;
  /** What stands beside the text. */
  readonly panel: Store<Panel | undefined>;
  /** Whose caret the page scrolls with, by Yjs client id. */
  readonly following: Store<number | undefined>;
  readonly shortcuts: Store<boolean>;
}

export const createDesk = (): Desk => ({
  linking: createStore(false),
  palette: createStore(false),
  documents: createStore(false),
  finding: createStore<"closed" | "find" | "replace">("closed"),
  panel: createStore<Panel | undefined>(undefined),
  following: createStore<number | undefined>(undefined),
  shortcuts: createStore(false),
});
