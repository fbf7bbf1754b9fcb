import type { Role } from "@sheaf/protocol";
import { equalityDeep } from "lib0/function";
import type { RefusedBatch } from "./batches.ts";
import type { ConnectionState } from "./connection.ts";
import type { DeviceFailureCode } from "./device.ts";
import type { Status } from "./status.ts";

export interface ProviderState {
  /** What to tell the person; see `statusSentence`. */
  readonly status: Status;
  readonly connection: ConnectionState["kind"];
  /** Undefined until the first welcome. */
  readonly role: Role | undefined;
  /** `foreign`: written by another kind of application; readable, not writable (D5). */
  readonly kind: "native" | "foreign" | undefined;
  /** False for readers, foreign and outdated documents; true before the first welcome, because words typed early count. */
  readonly isWritable: boolean;
  /** Why this person may not write, as a sentence; undefined when they may, or nobody knows yet. */
  readonly readOnlyReason: string | undefined;
  /** The server's log has been applied up to the present, on this connection. */
  readonly isSynced: boolean;
  /** The document was written by a newer schema than ours: nothing more is applied, reload the page (D12). */
  readonly isOutdated: boolean;
  /**
   * The server lost the log we had rows of, to damage or a backup, and goes on from another. What we held of it is sent
   * again; what only others held comes back with them.
   */
  readonly isRestored: boolean;
  /** What the server will never take, oldest first; `update` holds the words. */
  readonly refused: readonly RefusedBatch[];
  /** Why nothing is kept on this device; undefined when it is, or when it answers soon. */
  readonly deviceFailure: DeviceFailureCode | undefined;
}

/** Statuses are made anew every time, so they are compared by what they say. */
export function isSameState(a: ProviderState, b: ProviderState): boolean {
  const { status, ...rest } = a;
  return (
    equalityDeep(status, b.status) &&
    Object.entries(rest).every(([key, value]) => b[key as keyof typeof rest] === value)
  );
}
