import type { Provider } from "../provider.ts";

/** What is used of a window. */
export interface WindowLike {
  addEventListener(type: "beforeunload", listener: (event: { preventDefault(): void }) => void): void;
  removeEventListener(type: "beforeunload", listener: (event: { preventDefault(): void }) => void): void;
}

/**
 * Has the browser ask before it closes a page that holds words neither the server nor the device has.
 *
 * @returns How to take the guard away.
 */
export function guardLeaving(provider: Pick<Provider, "state" | "subscribe">, page: WindowLike = window): () => void {
  let isGuarding = false;

  // Only while needed: a listener for `beforeunload` keeps a page out of the back/forward cache.
  function update(): void {
    const { status } = provider.state;
    setGuarding((status.kind === "saving" || status.kind === "not-saved") && !status.isKept);
  }

  function setGuarding(wanted: boolean): void {
    if (wanted === isGuarding) return;
    isGuarding = wanted;
    if (wanted) page.addEventListener("beforeunload", ask);
    else page.removeEventListener("beforeunload", ask);
  }

  const unsubscribe = provider.subscribe(update);
  update();
  return () => {
    unsubscribe();
    setGuarding(false);
  };
}

const ask = (event: { preventDefault(): void }): void => event.preventDefault();
