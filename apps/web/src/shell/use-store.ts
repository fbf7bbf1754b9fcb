import { useCallback, useSyncExternalStore } from "react";
import type { Store } from "../store.ts";

type Watched<T> = Pick<Store<T>, "get" | "subscribe">;

/** A store's value in a component, or what `select` makes of it; renders again only when that is another value. */
export function useStore<T>(store: Watched<T>): T;
export function useStore<T, S extends string | number | boolean | null | undefined>(
  store: Watched<T>,
  select: (value: T) => S,
): S;
export function useStore<T>(store: Watched<T>, select: (value: T) => unknown = (value) => value): unknown {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

/** The provider's state, selected down to something that compares with `Object.is`. */
export function useProvider<P extends { readonly state: unknown; subscribe(listener: () => void): () => void }, S>(
  provider: P,
  select: (state: P["state"]) => S,
): S {
  const subscribe = useCallback((listener: () => void) => provider.subscribe(listener), [provider]);
  return useSyncExternalStore(subscribe, () => select(provider.state));
}
