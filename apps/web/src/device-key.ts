import type { Ports } from "@sheaf/client";
import { signInAgain } from "./api.ts";
import { randomId } from "./random-id.ts";
import { recall, remember } from "./storage.ts";

/**
 * By it this browser's person is who they were when the cookie is lost: words that still wait here are taken from nobody
 * else (D9). The server has only its hash. Signing out ends it.
 */
const NAME = "device-key";

/** To join with; undefined where it would be forgotten, and of no use. */
export function deviceKey(): string | undefined {
  remember(NAME, recall(NAME) ?? randomId());
  return recall(NAME);
}

/** @returns `away`: nobody knows, for the server did not answer, or could not save it. */
export async function comeBack(): Promise<"in" | "stranger" | "away"> {
  const key = recall(NAME);
  if (key === undefined) return "stranger";
  const answer = await signInAgain(key);
  if (answer.ok) return "in";
  return answer.error.code === "sign-in" ? "stranger" : "away";
}

/** Ports that stop for want of a session only when the key does not bring one. */
export function withDeviceKey(ports: Ports): Ports {
  let wasIn = false;
  return {
    ...ports,
    async whyRefused() {
      // Where the browser keeps no cookies, one does not get further by a second session.
      const isAgain = wasIn;
      const reason = await ports.whyRefused?.();
      if (reason?.code !== "unauthorized" || isAgain) return reason;
      const back = await comeBack();
      if (back === "in") wasIn = true;
      return back === "stranger" ? reason : undefined;
    },
  };
}
