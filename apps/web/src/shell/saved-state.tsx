import { useEffect, useRef, useState } from "react";
import { type Status, statusSentence } from "@sheaf/client";
import type { Page } from "../page.ts";
import { explainStatus, isLoud, statusWords } from "../status-words.ts";
import { COMMON } from "../words/common.ts";
import { SAVING } from "../words/saving.ts";
import { CopyPage } from "./copy-page.tsx";
import { Popover } from "./popover.tsx";
import { useProvider, useStore } from "./use-store.ts";

/** Whether what was written is safe, in small words beside the title; a click explains. */
export function SavedState({ page }: { readonly page: Page }) {
  const kind = useStore(page.status, (status) => status.kind);
  const lead = useStore(page.status, (status) => statusWords(status).lead);
  // "Saved" would claim something of a page where nothing can be written.
  const isReading = useProvider(page.provider, ({ isWritable, status }) => !isWritable && status.kind === "saved");
  const isTrashed = useStore(page.trashed);
  const rest = useStore(page.status, (status) => statusWords(status).rest);
  const loud = useStore(page.status, isLoud);
  return (
    <>
      <button type="button" className="saved" popoverTarget="saved-state" data-loud={loud && !isTrashed}>
        {/* Not live by itself: a reader who hears every pause of a typist hears nothing else. */}
        <span role="status" aria-live="off" data-status={kind} className="figures">
          {isTrashed ? (
            SAVING.isTrashed
          ) : isReading ? (
            <>
              <span className="wide">{SAVING.isReading}</span>
              <span className="narrow">{SAVING.isReadingShort}</span>
            </>
          ) : (
            <>
              {lead}
              <span className="rest">{rest}</span>
            </>
          )}
        </span>
      </button>
      <Popover id="saved-state" label={SAVING.label} align="start">
        {() => (isTrashed ? <Trashed /> : isReading ? <Reading /> : <Explanation page={page} />)}
      </Popover>
      <Announcer page={page} />
    </>
  );
}

function Trashed() {
  return (
    <>
      <h2>{SAVING.isTrashed}</h2>
      <p>{SAVING.isTrashedText}</p>
    </>
  );
}

function Reading() {
  return (
    <>
      <h2>{SAVING.isReading}</h2>
      <p>{SAVING.isReadingText}</p>
    </>
  );
}

function Explanation({ page }: { readonly page: Page }) {
  const status = useStore(page.status);
  const state = useProvider(page.provider, (current) => current);
  const { lead } = statusWords(status);
  const isWaiting = status.kind === "offline" || (status.kind === "not-saved" && status.why.code === "offline");
  return (
    <>
      <h2>{lead}</h2>
      {explainStatus(state, status).map((sentence) => (
        <p key={sentence} className="figures">
          {sentence}
        </p>
      ))}
      {(isWaiting || isLoud(status)) && (
        <div className="actions">
          {isWaiting && (
            <button type="button" className="button outlined" onClick={() => page.provider.connect()}>
              {COMMON.tryNow}
            </button>
          )}
          {isLoud(status) && <CopyPage page={page} />}
        </div>
      )}
    </>
  );
}

/** Says what changed for the worse, and that it is well again; never that somebody typed. */
function Announcer({ page }: { readonly page: Page }) {
  const [words, setWords] = useState("");
  const last = useRef<Status["kind"]>(undefined);
  const isWritable = useProvider(page.provider, (state) => state.isWritable);
  const couldWrite = useRef(isWritable);
  useEffect(() => {
    if (couldWrite.current !== isWritable) setWords(isWritable ? SAVING.canWriteAgain : SAVING.isReading);
    couldWrite.current = isWritable;
  }, [isWritable]);
  useEffect(() => {
    const changed = (): void => {
      const status = page.status.get();
      const before = last.current;
      if (status.kind === before || status.kind === "saving" || status.kind === "opening") return;
      last.current = status.kind;
      if (status.kind !== "saved") setWords(statusSentence(status));
      else if (before !== undefined) setWords(SAVING.isSaved);
    };
    changed();
    return page.status.subscribe(changed);
  }, [page]);
  return (
    <span className="unseen" aria-live="polite">
      {words}
    </span>
  );
}
