import { type ReactNode, useState } from "react";
import { createPortal } from "react-dom";
import { type Provider, type StopReason, wordsIn } from "@sheaf/client";
import { restoreDocument } from "../api.ts";
import type { Page } from "../page.ts";
import { COMMON } from "../words/common.ts";
import { NOTICES } from "../words/notices.ts";
import { CopyButton } from "./copy-button.tsx";
import { CopyPage } from "./copy-page.tsx";
import { useProvider, useStore } from "./use-store.ts";

/** What has to be said where the work is. Each goes away by itself when its cause does. */
export function Notices({ page }: { readonly page: Page }) {
  const view = useStore(page.view);
  const news = useStore(page.news);
  const { provider } = page;
  const isTrashed = useStore(page.trashed);
  const refused = useProvider(provider, (state) => state.refused);
  const refusal = refused.find(({ isInDocument }) => isInDocument)?.reason;
  const isOutdated = useProvider(provider, (state) => state.isOutdated);
  const stop = useProvider(provider, stopOf);
  const isOffline = useProvider(provider, ({ status }) => status.kind === "offline");
  const waiting = useProvider(provider, keptSentence);

  if (isTrashed && page.readText().trim() === "")
    return above(
      <LoneNote heading={NOTICES.isTrashed} text={NOTICES.isTrashedText} action={<Restore page={page} />} />,
    );
  // What was typed here and not let in stays in sight; where nothing was, the page says how to come in.
  if (stop !== undefined && isDoor(stop) && page.readText().trim() === "")
    return above(<Door stop={stop} waiting={waiting} connect={() => provider.connect()} />);
  if (view.kind === "opening") {
    if (stop !== undefined) return above(<LoneNote heading={NOTICES.cannotOpen} text={stop.reason} />);
    if (isOutdated)
      return above(<LoneNote heading={NOTICES.isOutdated} text={NOTICES.isOutdatedText} action={<Reload />} />);
    if (isOffline)
      return above(
        <LoneNote
          heading={NOTICES.isUnreachable}
          text={NOTICES.isUnreachableText}
          action={<TryNow connect={() => provider.connect()} />}
        />,
      );
    return null;
  }
  return above(
    <>
      {refusal !== undefined && (
        <Notice isLoud text={NOTICES.notSaved(refusal)}>
          <CopyPage page={page} isPrimary />
        </Notice>
      )}
      <LeftOver provider={provider} />
      <Restored provider={provider} />
      {isTrashed && (
        <Notice text={NOTICES.isTrashedWith(waiting ?? NOTICES.isTrashedText)}>
          <Restore page={page} />
        </Notice>
      )}
      {stop !== undefined && refusal === undefined && !isTrashed && (
        <Notice isLoud text={`${stop.reason} ${waiting ?? NOTICES.stopped}`}>
          {isDoor(stop) ? <TryAgain connect={() => provider.connect()} /> : <Reload />}
          <CopyPage page={page} />
        </Notice>
      )}
      {isOutdated && (
        <Notice text={NOTICES.isOutdatedText}>
          <Reload />
        </Notice>
      )}
      {view.kind === "foreign" && (
        <Notice text={NOTICES.isForeign}>
          <CopyPage page={page} />
        </Notice>
      )}
      {news !== undefined && <Notice isNews text={news} />}
    </>,
  );
}

/** Said once, to whoever had the document before: others may still have words of it that the server lost. */
function Restored({ provider }: { readonly provider: Provider }) {
  const isRestored = useProvider(provider, (state) => state.isRestored);
  const [isRead, setIsRead] = useState(false);
  if (!isRestored || isRead) return null;
  return (
    <Notice isNews text={NOTICES.isRestored}>
      <button type="button" className="button outlined" onClick={() => setIsRead(true)}>
        {NOTICES.ok}
      </button>
    </Notice>
  );
}

/** What an earlier visit could not save: it is in no document any more, so here are its words. */
function LeftOver({ provider }: { readonly provider: Provider }) {
  const refused = useProvider(provider, (state) => state.refused);
  const left = refused.filter(({ isInDocument }) => !isInDocument);
  const [first] = left;
  if (first === undefined) return null;
  const words = wordsIn(left.map(({ update }) => update));
  return (
    <Notice isLoud text={NOTICES.wasNotSaved(first.reason)}>
      {words !== "" && <blockquote className="left-over">{words}</blockquote>}
      {words !== "" && (
        <CopyButton className="button primary" read={() => words} done={COMMON.copied}>
          {NOTICES.copyWords}
        </CopyButton>
      )}
      <button type="button" className="button outlined" onClick={() => provider.dismissRefused()}>
        {NOTICES.discard}
      </button>
    </Notice>
  );
}

type State = Provider["state"];

/** Why the page no longer follows the document; undefined while there is hope. */
function stopOf({ status }: State): StopReason | undefined {
  if (status.kind !== "stopped" && status.kind !== "not-saved") return undefined;
  return status.why.code === "stopped" ? status.why.reason : undefined;
}

/** Said instead of letting somebody in: another key to the same page opens it. */
const isDoor = ({ code }: StopReason): boolean =>
  code === "unauthorized" || code === "unknownDocument" || code === "removed";

/** What becomes of words that wait on this device; undefined when none do. */
function keptSentence({ status }: State): string | undefined {
  if (status.kind !== "not-saved" || !status.isKept) return undefined;
  return NOTICES.kept(status.changes);
}

function Notice({
  text,
  isLoud = false,
  isNews = false,
  children,
}: {
  readonly text: string;
  readonly isLoud?: boolean;
  /** Told once to those who do not see it, when there is a pause. */
  readonly isNews?: boolean;
  readonly children?: ReactNode;
}) {
  return (
    <section
      className="notice"
      data-loud={isLoud}
      data-news={isNews}
      role={isLoud ? "alert" : isNews ? "status" : undefined}
      aria-label={NOTICES.notice}
    >
      <p>{text}</p>
      {children !== undefined && <div className="actions">{children}</div>}
    </section>
  );
}

interface DoorProps {
  readonly stop: StopReason;
  readonly waiting: string | undefined;
  readonly connect: () => void;
}

/** A document one may not see looks like one that does not exist. */
function Door({ stop, waiting, connect }: DoorProps) {
  const isStranger = stop.code === "unauthorized";
  return (
    <LoneNote
      isDoor
      heading={isStranger ? NOTICES.stranger : NOTICES.closed}
      text={isStranger ? NOTICES.strangerText : NOTICES.closedText}
      more={waiting}
      action={isStranger ? <TryAgain connect={connect} /> : undefined}
    />
  );
}

interface LoneNoteProps {
  readonly heading: string;
  readonly text: string;
  readonly more?: string | undefined;
  /** Instead of a way to a new document. */
  readonly action?: ReactNode;
  /** Nobody is in yet: the bar has nothing to say. */
  readonly isDoor?: boolean;
}

function LoneNote({ heading, text, more, action, isDoor: atDoor = false }: LoneNoteProps) {
  return (
    <section className="lone-note" data-door={atDoor} aria-label={heading}>
      <h2>{heading}</h2>
      <p>{text}</p>
      {more !== undefined && <p>{more}</p>}
      <div className="actions">
        {action ?? (
          <a className="button outlined" href="/">
            {COMMON.newDocument}
          </a>
        )}
      </div>
    </section>
  );
}

function TryNow({ connect }: { readonly connect: () => void }) {
  return (
    <button type="button" className="button primary" onClick={connect}>
      {COMMON.tryNow}
    </button>
  );
}

function TryAgain({ connect }: { readonly connect: () => void }) {
  return (
    <button type="button" className="button outlined" onClick={connect}>
      {COMMON.tryAgain}
    </button>
  );
}

function Restore({ page }: { readonly page: Page }) {
  const { provider } = page;
  const [problem, setProblem] = useState<string>();
  async function restore(): Promise<void> {
    const restored = await restoreDocument(provider.document);
    if (restored.ok) provider.connect();
    else setProblem(restored.error.reason);
  }
  return (
    <>
      <button type="button" className="button primary" onClick={() => void restore()}>
        {COMMON.restore}
      </button>
      {problem !== undefined && <span role="alert">{problem}</span>}
    </>
  );
}

function Reload() {
  return (
    <button type="button" className="button primary" onClick={() => location.reload()}>
      {NOTICES.reload}
    </button>
  );
}

/** Both live in the page, so that they scroll and stack with the text. */
function above(content: ReactNode): ReactNode {
  const place = document.getElementById("notices");
  return place === null ? null : createPortal(content, place);
}
