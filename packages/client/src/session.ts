import { type DownFrame, mayEdit, NACK, type Role } from "@sheaf/protocol";
import type { Refusal } from "./device.ts";
import { SENTENCES } from "./sentences.ts";

export type Welcome = Extract<DownFrame, { kind: "welcome" }>;

/** What a welcome says that outlives its connection, or a fetched snapshot before there is one. */
export interface Session {
  readonly logId: Uint8Array;
  readonly role: Role;
  /** `foreign`: written by another kind of application (D5). */
  readonly kind: "native" | "foreign";
  /** Written by a newer schema than ours, which could not hold all that is in it (D12). */
  readonly isOutdated: boolean;
  /** Why the server would refuse every batch; undefined when it would not. */
  readonly refusal: Refusal | undefined;
}

/** @param ours - Our schema version; 0 for an application without one. */
export function sessionOf(
  { logId, role, schemaVersion }: Pick<Welcome, "logId" | "role" | "schemaVersion">,
  ours: number,
): Session {
  const theirs = schemaVersion ?? ours; // an empty document becomes what we are
  const isForeign = (theirs === 0) !== (ours === 0);
  return {
    // The frame is a view into the socket's buffer, which may be used again.
    logId: logId.slice(),
    role,
    kind: isForeign ? "foreign" : "native",
    isOutdated: !isForeign && theirs > ours,
    refusal: refusalOf(isForeign, role, NACK.readOnly.reason),
  };
}

/** The same session after its role was changed. */
export function withRole(session: Session, role: Role): Session {
  return { ...session, role, refusal: refusalOf(session.kind === "foreign", role, SENTENCES.readOnlyNow) };
}

function refusalOf(isForeign: boolean, role: Role, readOnlyReason: string): Refusal | undefined {
  if (isForeign) return { code: "otherSchema", reason: NACK.otherSchema.reason };
  return mayEdit(role) ? undefined : { code: "readOnly", reason: readOnlyReason };
}
