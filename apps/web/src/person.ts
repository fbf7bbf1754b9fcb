import { colourOf, hash, type PersonColour } from "./palette.ts";
import { randomId } from "./random-id.ts";
import { onRemembered, recall, remember } from "./storage.ts";
import { createStore, type Store } from "./store.ts";

/** What others read beside our caret. */
export interface Person {
  readonly name: string;
  readonly colour: PersonColour;
}

export const MAX_NAME_LENGTH = 40;

const MOODS =
  "Quiet Patient Bright Gentle Curious Steady Nimble Candid Early Merry Plain Swift Kind Lucid Warm Brisk".split(" ");
const ANIMALS =
  "Heron Otter Finch Hare Lynx Marten Wren Badger Plover Vole Curlew Fox Swift Newt Dormouse Kestrel".split(" ");

/** Whether nobody has been here with this browser yet, as far as it remembers. */
export const isUnknown = (): boolean => recall("device") === undefined;

/** The person at this browser: a friendly name until they give theirs, and a colour that stays. */
export function createMe(): Store<Person> {
  const device = recall("device") ?? randomId();
  remember("device", device);
  const colour = colourOf(device);
  const given = nameFor(device);
  const me = createStore<Person>({ name: parseName(recall("name")) ?? given, colour });
  me.subscribe(() => {
    const { name } = me.get();
    remember("name", name === given ? undefined : name);
  });
  onRemembered("name", (text) => me.set({ ...me.get(), name: parseName(text) ?? given }));
  return me;
}

/** @returns undefined when nothing readable is left of it. */
export function parseName(text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  // Also what turns the writing direction of everything after it.
  const name = text.replace(/[\p{Cc}\s\u200b\u202a-\u202e\u2066-\u2069\ufeff]+/gu, " ").trim();
  return name === "" ? undefined : charactersOf(name).slice(0, MAX_NAME_LENGTH).join("");
}

/** One or two letters for the avatar. */
export function initialsOf(name: string): string {
  const words = name.split(" ").filter((word) => word !== "");
  const first = firstLetter(words[0] ?? "?");
  return words.length > 1 ? first + firstLetter(words.at(-1) ?? "") : first;
}

const firstLetter = (word: string): string => (charactersOf(word)[0] ?? "").toLocaleUpperCase();

/** As people count them: a flag or a letter with its accents is one. */
const charactersOf = (text: string): string[] =>
  Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);

function nameFor(device: string): string {
  const number = hash(`${device} name`);
  const mood = MOODS[number % MOODS.length] ?? "Quiet";
  return `${mood} ${ANIMALS[(number >>> 8) % ANIMALS.length] ?? "Heron"}`;
}
