import type { MemoryDevice } from "@sheaf/client/testing";
import type { Role } from "@sheaf/protocol";
import type { Principal } from "@sheaf/room";
import type { Claim, Ledger } from "./ledger.ts";

/** Somebody with a browser and one or more tabs in it. */
export interface Person {
  readonly name: string;
  readonly principal: Principal;
  /** All that were typed by them. */
  readonly words: Set<string>;
  /** What they may do. */
  role: Role;
  /** The browser's storage; undefined where it offers none. */
  readonly device: MemoryDevice | undefined;
  /** How often the storage was cleared: what a tab knew of it before is no promise any more. */
  clearings: number;
  /** What dead tabs had said to be kept on this device, and the log does not hold yet. */
  kept: readonly { readonly ledger: Ledger; readonly claim: Claim }[];
}

export const newPerson = (name: string, principal: Principal, device: MemoryDevice | undefined): Person => ({
  name,
  principal,
  words: new Set(),
  role: "editor",
  device,
  clearings: 0,
  kept: [],
});
