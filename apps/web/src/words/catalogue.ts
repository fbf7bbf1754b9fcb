import type * as actions from "./actions.ts";
import type * as bar from "./bar.ts";
import type * as blocks from "./blocks.ts";
import type * as chat from "./chat.ts";
import type * as commandPalette from "./command-palette.ts";
import type * as common from "./common.ts";
import type * as documents from "./documents.ts";
import type * as finding from "./finding.ts";
import type * as footnotes from "./footnotes.ts";
import type * as formatting from "./formatting.ts";
import type * as joining from "./joining.ts";
import type * as keys from "./keys.ts";
import type * as language from "./language.ts";
import type * as links from "./links.ts";
import type * as notices from "./notices.ts";
import type * as outline from "./outline.ts";
import type * as people from "./people.ts";
import type * as pictures from "./pictures.ts";
import type * as saving from "./saving.ts";
import type * as share from "./share.ts";
import type * as shortcuts from "./shortcuts.ts";
import type * as suggesting from "./suggesting.ts";
import type * as tables from "./tables.ts";
import type * as together from "./together.ts";
import type * as writing from "./writing.ts";

/**
 * Everything the page says, by area: what another language has to have, checked by the compiler. Code imports the file of
 * its own area and never all of them, so that nobody waits for words that are not shown yet.
 */
export interface Catalogue {
  readonly actions: typeof actions;
  readonly bar: typeof bar;
  readonly blocks: typeof blocks;
  readonly chat: typeof chat;
  readonly "command-palette": typeof commandPalette;
  readonly common: typeof common;
  readonly documents: typeof documents;
  readonly finding: typeof finding;
  readonly footnotes: typeof footnotes;
  readonly formatting: typeof formatting;
  readonly joining: typeof joining;
  readonly keys: typeof keys;
  readonly language: typeof language;
  readonly links: typeof links;
  readonly notices: typeof notices;
  readonly outline: typeof outline;
  readonly people: typeof people;
  readonly pictures: typeof pictures;
  readonly saving: typeof saving;
  readonly share: typeof share;
  readonly shortcuts: typeof shortcuts;
  readonly suggesting: typeof suggesting;
  readonly tables: typeof tables;
  readonly together: typeof together;
  readonly writing: typeof writing;
}
