import type { Provider, Status } from "@sheaf/client";
import type { TextFile, Undo } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import type { Appearance } from "./appearance.ts";
import type { PassingNews } from "./passing-news.ts";
import type { Participant } from "./people.ts";
import type { Person } from "./person.ts";
import type { Store } from "./store.ts";

/** Everything the bar, the toolbars and the notices know of the page. Made by `open-document.ts`, read by `shell/`. */
export interface Page {
  readonly provider: Provider;
  /** What the bar says of saving; a moment calmer than the provider's own. */
  readonly status: Store<Status>;
  readonly view: Store<View>;
  /** The first line; empty when nothing is written there. */
  readonly title: Store<string>;
  /** In its owner's trash, and this person is one. */
  readonly trashed: Store<boolean>;
  /** The others. */
  readonly people: Store<readonly Participant[]>;
  readonly me: Store<Person>;
  /** Has the server know one's name as well. */
  readonly tellName: (name: string) => void;
  /** What happened to what one did here, said once. */
  readonly news: PassingNews;
  readonly appearance: Appearance;
  /** The words of the page, for the clipboard. */
  readonly readText: () => string;
}

/** What stands in the middle of the page. */
export type View =
  /** Not synced yet; nothing can be shown. */
  | { readonly kind: "opening" }
  | { readonly kind: "text"; readonly writing: Writing }
  /** Made by another application: its words, for reading (D5). */
  | { readonly kind: "foreign"; readonly text: string };

/** An editor, the undo of its own edits, and pictures for it. */
export interface Writing {
  readonly editor: Editor;
  /** Resolves when all of the text is there, and not only its first screens. */
  readonly whenWhole: Promise<void>;
  readonly undo: () => Undo | null;
  /** Where another's caret stands, by Yjs client id; null when it is not in the text. */
  readonly caretOf: (client: number) => number | null;
  /** Lets a person choose pictures to put where the caret is. */
  readonly choosePicture: () => void;
  /** Where a picture of the document is. */
  readonly addressOf: (blob: string) => string;
  /** Puts what a file says in the place of everything. Resolves to false when it could not be read, which is said. */
  readonly replaceAll: (file: TextFile) => Promise<boolean>;
}
