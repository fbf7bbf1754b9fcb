import type { Rescued } from "@sheaf/editor";
import type { Participant } from "./people.ts";
import type { Store } from "./store.ts";

/**
 * The sentence about words that outlived their paragraph (D14).
 *
 * @param me - This page's Yjs client id.
 */
export function keptSentence({ authors, into }: Rescued, people: Store<readonly Participant[]>, me: number): string {
  const who = authors.map((id) => (id === me ? "you" : (people.get().find((each) => each.id === id)?.name ?? "")));
  return `Kept what ${nameAll(who)} typed in a paragraph that was ${into === "copy" ? "moved" : "deleted"}.`;
}

/** Whoever has left by now has no name here. */
function nameAll(names: readonly string[]): string {
  const known = [...new Set(names.map((name) => (name === "" ? "someone" : name)))];
  const last = known.pop() ?? "someone";
  return known.length === 0 ? last : `${known.join(", ")} and ${last}`;
}
