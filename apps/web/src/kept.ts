import type { Rescued } from "@sheaf/editor";
import type { Participant } from "./people.ts";
import { createStore, type Store } from "./store.ts";

/** Long enough to be read by someone who was looking elsewhere. */
const SHOWN_MILLIS = 15_000;

/** The sentence about words that outlived their paragraph (D14); undefined while there is none to say. */
export interface Kept extends Store<string | undefined> {
  readonly say: (rescued: Rescued) => void;
}

/** @param me - This page's Yjs client id. */
export function createKept(people: Store<readonly Participant[]>, me: number): Kept {
  const store = createStore<string | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ...store,
    say({ authors, into }) {
      const who = authors.map((id) => (id === me ? "you" : (people.get().find((each) => each.id === id)?.name ?? "")));
      store.set(`Kept what ${nameAll(who)} typed in a paragraph that was ${into === "copy" ? "moved" : "deleted"}.`);
      clearTimeout(timer);
      timer = setTimeout(() => store.set(undefined), SHOWN_MILLIS);
    },
  };
}

/** Whoever has left by now has no name here. */
function nameAll(names: readonly string[]): string {
  const known = [...new Set(names.map((name) => (name === "" ? "someone" : name)))];
  const last = known.pop() ?? "someone";
  return known.length === 0 ? last : `${known.join(", ")} and ${last}`;
}
