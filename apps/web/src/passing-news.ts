import { createStore, type Store } from "./store.ts";

/** Long enough to be read by someone who was looking elsewhere. */
const SHOWN_MILLIS = 15_000;

/** A sentence that goes by itself; undefined while there is none to say. */
export interface PassingNews extends Pick<Store<string | undefined>, "get" | "subscribe"> {
  readonly say: (sentence: string) => void;
}

export function createPassingNews(): PassingNews {
  const { get, set, subscribe } = createStore<string | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    get,
    subscribe,
    say(sentence) {
      set(sentence);
      clearTimeout(timer);
      timer = setTimeout(() => set(undefined), SHOWN_MILLIS);
    },
  };
}
