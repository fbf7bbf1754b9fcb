import type { Rescued } from "@sheaf/editor";
import type { Participant } from "./people.ts";
import type { Store } from "./store.ts";
import { WRITING } from "./words/writing.ts";

/**
 * The sentence about words that outlived their paragraph (D14).
 *
 * @param me - This page's Yjs client id.
 */
export function keptSentence({ authors, into }: Rescued, people: Store<readonly Participant[]>, me: number): string {
  // Whoever has left by now has no name here.
  const nameOf = (id: number): string => people.get().find((each) => each.id === id)?.name ?? WRITING.someone;
  const who = new Set(authors.map((id) => (id === me ? WRITING.you : nameOf(id))));
  const names = WRITING.nameAll([...who]);
  return into === "copy" ? WRITING.keptFromMoved(names) : WRITING.keptFromDeleted(names);
}
