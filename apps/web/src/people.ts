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
  const read = new Map<number, Read>();
  awareness.on("change", ({ added, updated, removed }: { added: number[]; updated: number[]; removed: number[] }) => {
    let isOther = false;
    for (const id of removed) isOther = read.delete(id) || isOther;
    for (const id of [...added, ...updated]) {
      const before = read.get(id);
      const now = id === awareness.clientID ? undefined : readParticipant(id, awareness.getStates().get(id), before);
      // Carets move twenty times a second; the list changes when somebody comes, goes or takes another name.
      if (now === before) continue;
      if (now === undefined) read.delete(id);
      else read.set(id, now);
      isOther = true;
    }
    if (isOther) store.set([...read.values()].map(({ participant }) => participant));
  });
  return store;
}

/** A participant, and what of the presence it was made of. */
interface Read {
  readonly name: unknown;
  readonly color: unknown;
  readonly participant: Participant;
}

function readParticipant(
  id: number,
  state: { readonly [field: string]: unknown } | undefined,
  before: Read | undefined,
): Read | undefined {
  const user: unknown = state?.["user"];
  if (typeof user !== "object" || user === null) return undefined;
  const { name, color } = user as { readonly name?: unknown; readonly color?: unknown };
  if (before !== undefined && before.name === name && before.color === color) return before;
  return { name, color, participant: { id, ...personOf(name, color, id) } };
}

/** Whoever a page says it is; one that says nothing readable is told from others by its client id. */
export const personOf = (name: unknown, colour: unknown, id: number): Person => ({
  name: parseName(name) ?? "Someone",
  colour: parseColour(colour) ?? PALETTE[id % PALETTE.length]!,
});

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
