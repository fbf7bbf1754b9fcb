import type { Provider, Status } from "@sheaf/client";
import { createStore, type Store } from "./store.ts";

/** Between two words people pause longer than the server takes to save. */
const SETTLE_MILLIS = 450;

/**
 * The provider's status for people: "Saved" is said a moment late, so that the words do not flicker with every
 * keystroke. Late is honest; early would not be. Everything else is said at once.
 */
export function watchStatus(provider: Provider): Store<Status> {
  const store = createStore(provider.state.status);
  let timer: ReturnType<typeof setTimeout> | undefined;
  provider.subscribe(() => {
    const { status } = provider.state;
    clearTimeout(timer);
    if (status.kind === "saved" && store.get().kind === "saving")
      timer = setTimeout(() => store.set(status), SETTLE_MILLIS);
    else store.set(status);
  });
  return store;
}
