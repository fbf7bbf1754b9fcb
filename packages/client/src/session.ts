import { type DownFrame, mayEdit, NACK, type Role } from "@sheaf/protocol";

export type Welcome = Extract<DownFrame, { kind: "welcome" }>;

/** What a welcome says that outlives its connection. */
export interface Session {
  readonly logId: Uint8Array;
  readonly role: Role;
  /** `foreign`: written by another kind of application (D5). */
  readonly kind: "native" | "foreign";
  /** Written by a newer schema than ours, which could not hold all that is in it (D12). */
  readonly isOutdated: boolean;
  /** Why the server would refuse every batch; undefined when it would not. A sentence for people. */
  readonly readOnlyReason: string | undefined;
}

/** @param ours - Our schema version; 0 for an application without one. */
export function sessionOf({ logId, role, schemaVersion }: Welcome, ours: number): Session {
  const theirs = schemaVersion ?? ours; // an empty document becomes what we are
  const isForeign = (theirs === 0) !== (ours === 0);
  return {
    // The frame is a view into the socket's buffer, which may be used again.
    logId: logId.slice(),
    role,
    kind: isForeign ? "foreign" : "native",
    isOutdated: !isForeign && theirs > ours,
    readOnlyReason: readOnlyReason(isForeign, role),
  };
}

function readOnlyReason(isForeign: boolean, role: Role): string | undefined {
  if (isForeign) return NACK.otherSchema.reason;
  return mayEdit(role) ? undefined : NACK.readOnly.reason;
}
