import type { Provider } from "@sheaf/client";
import { askDocument } from "./api.ts";
import { createStore, type Store } from "./store.ts";

/**
 * True while the document is in its owner's trash. To everybody else it looks as if it were gone, so a connection that
 * is refused does not say it: the server is asked, and tells those who may bring it back.
 */
export function watchTrashed(provider: Provider): Store<boolean> {
  const store = createStore(false);
  let wasStopped = false;
  const changed = (): void => {
    const isStopped = provider.state.connection === "stopped";
    if (isStopped === wasStopped) return;
    wasStopped = isStopped;
    if (isStopped) void ask();
    else store.set(false);
  };
  async function ask(): Promise<void> {
    const answer = await askDocument(provider.document);
    if (wasStopped) store.set(answer.ok && answer.value.isTrashed);
  }
  changed();
  provider.subscribe(changed);
  return store;
}
