import { useCallback, useEffect, useRef, useState } from "react";
import { type Answer, askDocuments, type ListedDocument } from "../../api.ts";
import { recall, remember } from "../../storage.ts";

/** What is known of one's documents. */
export type Documents =
  | { readonly kind: "loading" }
  | { readonly kind: "problem"; readonly reason: string }
  | {
      readonly kind: "listed";
      readonly documents: readonly ListedDocument[];
      /** The server does not answer: this is the list as it was read last. */
      readonly isOld: boolean;
    };

interface DocumentsNow {
  readonly documents: Documents;
  readonly reload: () => void;
  /** Has what was asked of the server shown once it is answered. */
  readonly act: (answer: Answer<unknown>) => Answer<unknown>;
}

/** Asked when the panel opens, and after everything done in it; until it is answered, the list is the one of last time. */
export function useDocuments(): DocumentsNow {
  const [documents, setDocuments] = useState<Documents>(recallList);
  const newest = useRef(0);

  const reload = useCallback(async (): Promise<void> => {
    const number = ++newest.current;
    const next = await askList();
    if (number === newest.current) setDocuments(next);
  }, []);

  useEffect(() => {
    void reload();
    return () => {
      newest.current = -1;
    };
  }, [reload]);

  const act = useCallback(
    async (answer: Answer<unknown>): Answer<unknown> => {
      const done = await answer;
      await reload();
      return done;
    },
    [reload],
  );
  return { documents, reload: () => void reload(), act };
}

/** @returns What the server says, or else what it said last. */
export async function askList(): Promise<Documents> {
  const answer = await askDocuments();
  if (answer.ok) {
    const { documents } = answer.value;
    remember(LIST, JSON.stringify(documents));
    return { kind: "listed", documents, isOld: false };
  }
  const { code, reason } = answer.error;
  if (code === "unreachable") {
    const kept = recallList();
    return kept.kind === "listed" ? { ...kept, isOld: true } : { kind: "problem", reason };
  }
  // Whoever is not let in any more is not told what there is, either.
  if (code === "sign-in") remember(LIST, undefined);
  return { kind: "problem", reason };
}

/** So that it is there at once, and without the server. */
const LIST = "documents";

export function recallList(): Documents {
  const kept = recall(LIST);
  if (kept === undefined) return { kind: "loading" };
  // Written above, by this build or an older one: whoever changes the shape changes the name.
  return { kind: "listed", documents: JSON.parse(kept) as readonly ListedDocument[], isOld: false };
}
