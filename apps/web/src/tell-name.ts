import type { Provider } from "@sheaf/client";
import { rename } from "./api.ts";

/** A name is typed letter by letter. */
const SETTLE_MILLIS = 600;

/** Tells the server a name once the typing pauses; what it could not hear is told again when it is back. */
export function createTellName(provider: Provider): (name: string) => void {
  let untold: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function tell(): Promise<void> {
    const name = untold;
    if (name === undefined || !provider.state.isSynced) return;
    untold = undefined;
    const told = await rename(name);
    if (!told.ok && told.error.code === "unreachable") untold ??= name;
  }

  let wasSynced = provider.state.isSynced;
  provider.subscribe(() => {
    const { isSynced } = provider.state;
    if (isSynced && !wasSynced) void tell();
    wasSynced = isSynced;
  });

  return (name) => {
    untold = name;
    clearTimeout(timer);
    timer = setTimeout(() => void tell(), SETTLE_MILLIS);
  };
}
