import type { DocumentId, Role } from "@sheaf/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { type Answer, askAccount, askInvites, askPeople, type Invite, type Member } from "../../api.ts";
import type { Page } from "../../page.ts";

/** What is known of who may come in. */
export type Sharing =
  | { readonly kind: "loading" }
  | { readonly kind: "problem"; readonly reason: string }
  /** Nobody else can reach this server. */
  | { readonly kind: "loopback" }
  | {
      readonly kind: "shared";
      readonly people: readonly Member[];
      readonly role: Role;
      /** Empty for those who may not share. */
      readonly invites: readonly Invite[];
      /** Where others reach this server. */
      readonly urls: readonly string[];
    };

interface SharingNow {
  readonly sharing: Sharing;
  /** What the server would not do last. */
  readonly problem: string | undefined;
  readonly reload: () => void;
  /** Has what was asked of the server shown once it is answered. */
  readonly act: <T>(answer: Answer<T>) => Answer<T>;
}

/** Asked when the panel opens, after everything done in it, and when somebody comes or goes. */
export function useSharing({ people, provider }: Page): SharingNow {
  const { document } = provider;
  const [sharing, setSharing] = useState<Sharing>({ kind: "loading" });
  const [problem, setProblem] = useState<string>();
  const newest = useRef(0);

  const reload = useCallback(async (): Promise<void> => {
    const number = ++newest.current;
    const next = await askSharing(document);
    if (number === newest.current) setSharing(next);
  }, [document]);

  useEffect(() => {
    void reload();
    const stop = people.subscribe(() => void reload());
    return () => {
      newest.current = -1;
      stop();
    };
  }, [people, reload]);

  const act = useCallback(
    async <T>(answer: Answer<T>): Answer<T> => {
      const done = await answer;
      setProblem(done.ok ? undefined : done.error.reason);
      void reload();
      return done;
    },
    [reload],
  );
  return { sharing, problem, reload: () => void reload(), act };
}

async function askSharing(document: DocumentId): Promise<Sharing> {
  const [account, present] = await Promise.all([askAccount(), askPeople(document)]);
  if (!account.ok) return { kind: "problem", reason: account.error.reason };
  if (account.value.mode === "loopback") return { kind: "loopback" };
  if (!present.ok) return { kind: "problem", reason: present.error.reason };
  const { people, role } = present.value;
  const { urls } = account.value;
  if (role !== "owner") return { kind: "shared", people, role, invites: [], urls };
  const invites = await askInvites(document);
  if (!invites.ok) return { kind: "problem", reason: invites.error.reason };
  return { kind: "shared", people, role, invites: invites.value.invites, urls };
}
