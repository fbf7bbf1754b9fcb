import { useEffect, useRef, useState } from "react";
import { type Status, statusSentence } from "@sheaf/client";
import { askLastChange, type LastChange as Change } from "../api.ts";
import type { Page } from "../page.ts";
import { explainStatus, isLoud, statusWords } from "../status-words.ts";
import { COMMON } from "../words/common.ts";
import { SAVING } from "../words/saving.ts";
import { CopyPage } from "./copy-page.tsx";
import { Popover } from "./popover.tsx";
import { useProvider, useStore } from "./use-store.ts";
import { whenInSentence } from "./when-words.ts";

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
        {() => (isTrashed ? <Trashed /> : isReading ? <Reading page={page} /> : <Explanation page={page} />)}
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

function Reading({ page }: { readonly page: Page }) {
  return (
    <>
      <h2>{SAVING.isReading}</h2>
      <p>{SAVING.isReadingText}</p>
      <LastChange page={page} />
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
      {status.kind === "saved" && <LastChange page={page} />}
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

const LOOK_AGAIN_MILLIS = 10_000;

/** When somebody wrote here last, and who, where the server knows it; it is asked while one looks. */
function LastChange({ page }: { readonly page: Page }) {
  const [change, setChange] = useState<Change>();
  useEffect(() => {
    let isOver = false;
    const look = async (): Promise<void> => {
      const answer = await askLastChange(page.provider.document);
      if (!isOver && answer.ok) setChange(answer.value);
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_AGAIN_MILLIS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [page]);
  if (change === undefined) return null;
  const when = whenInSentence(change.time, Date.now());
  const name = change.by?.isYou === true ? SAVING.you : change.by?.name;
  return (
    <p className="figures">
      {name === undefined || name === "" ? SAVING.lastChange(when) : SAVING.lastChangeBy(name, when)}
    </p>
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
