import type { Awareness } from "y-protocols/awareness";
import { furthestFrom, PALETTE, parseColour } from "./palette.ts";
import { parseName, type Person } from "./person.ts";
import { createStore, type Store } from "./store.ts";

export interface Participant extends Person {
  /** Yjs client id: one person with two tabs is here twice, as two carets. */
  readonly id: number;
}

/** Who else is here, in the order of arrival. Presence comes from anybody, so names and colours are read with care. */
export function watchPeople(awareness: Awareness): Store<readonly Participant[]> {
  const store = createStore<readonly Participant[]>([]);
  let key = "";
  awareness.on("change", () => {
    const people: Participant[] = [];
    for (const [id, state] of awareness.getStates()) {
      const user: unknown = state["user"];
      if (id === awareness.clientID || typeof user !== "object" || user === null) continue;
      const { name, color } = user as { readonly name?: unknown; readonly color?: unknown };
      people.push({
        id,
        name: parseName(name) ?? "Someone",
        colour: parseColour(color) ?? PALETTE[id % PALETTE.length]!,
      });
    }
    // Carets move twenty times a second; the list changes when somebody comes, goes or takes another name.
    const next = people.map(({ id, name, colour }) => `${id}\n${name}\n${colour.hex}`).join("\n");
    if (next === key) return;
    key = next;
    store.set(people);
  });
  return store;
}

/** Who comes later gives way: a colour somebody here has is left to them, for this visit. */
export function giveWay(people: Store<readonly Participant[]>, me: Store<Person>): void {
  const taken = people.get().map(({ colour }) => colour);
  if (taken.includes(me.get().colour)) me.set({ ...me.get(), colour: furthestFrom(taken) });
}

/** Tells the others who we are, now and whenever that changes. */
export function introduce(awareness: Awareness, me: Store<Person>): void {
  const tell = (): void => {
    const { name, colour } = me.get();
    awareness.setLocalStateField("user", { name, color: colour.hex });
  };
  me.subscribe(tell);
  tell();
}
