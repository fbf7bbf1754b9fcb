import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { type Provider, wordsIn } from "@sheaf/client";
import type { Page } from "../page.ts";
import { CopyButton } from "./copy-button.tsx";
import { CopyPage } from "./copy-page.tsx";
import { useProvider, useStore } from "./use-store.ts";

/** What has to be said where the work is. Each goes away by itself when its cause does. */
export function Notices({ page }: { readonly page: Page }) {
  const view = useStore(page.view);
  const kept = useStore(page.kept);
  const { provider } = page;
  const refused = useProvider(provider, (state) => state.refused);
  const refusal = refused.find(({ isInDocument }) => isInDocument)?.reason;
  const isOutdated = useProvider(provider, (state) => state.isOutdated);
  const stop = useProvider(provider, stopReason);
  const isOffline = useProvider(provider, ({ status }) => status.kind === "offline");
  const readOnly = useProvider(provider, ({ kind, readOnlyReason }) =>
    kind === "native" ? readOnlyReason : undefined,
  );

  if (view.kind === "opening") {
    if (stop !== undefined) return above(<LoneNote heading="This document cannot be opened" text={stop} />);
    if (isOutdated) return above(<LoneNote heading="This page is out of date" text={OUTDATED} canReload />);
    if (isOffline)
      return above(
        <LoneNote heading="The server cannot be reached" text={UNREACHABLE} retry={() => provider.connect()} />,
      );
    return null;
  }
  return above(
    <>
      {refusal !== undefined && (
        <Notice isLoud text={`Not saved: ${refusal} Nothing typed after it is saved, either. Copy the text.`}>
          <CopyPage page={page} isPrimary />
        </Notice>
      )}
      <LeftOver provider={provider} />
      {stop !== undefined && refusal === undefined && (
        <Notice isLoud text={`${stop} Nothing more is saved here. What you see stays as it is.`}>
          <Reload />
          <CopyPage page={page} />
        </Notice>
      )}
      {isOutdated && (
        <Notice text={OUTDATED}>
          <Reload />
        </Notice>
      )}
      {view.kind === "foreign" && (
        <Notice text="Another application made this document. You can read its words here, but not change them.">
          <CopyPage page={page} />
        </Notice>
      )}
      {kept !== undefined && <Notice isNews text={kept} />}
      {readOnly !== undefined && !isOutdated && refusal === undefined && <Notice text={readOnly} />}
    </>,
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
    <Notice isLoud text={`Not saved when you were last here: ${first.reason}`}>
      {words !== "" && <blockquote className="left-over">{words}</blockquote>}
      {words !== "" && (
        <CopyButton className="button primary" read={() => words} done="Copied">
          Copy these words
        </CopyButton>
      )}
      <button type="button" className="button outlined" onClick={() => provider.dismissRefused()}>
        Discard
      </button>
    </Notice>
  );
}

const OUTDATED =
  "This document was written with a newer version of Sheaf. Reload the page to go on; what you wrote before is saved.";
const UNREACHABLE =
  "The document is on the server and will appear here as soon as it answers. This page keeps trying by itself.";

type State = Provider["state"];

/** The sentence of a permanent end; undefined while there is hope. */
function stopReason({ status }: State): string | undefined {
  if (status.kind !== "stopped" && status.kind !== "not-saved") return undefined;
  return status.why.code === "stopped" ? status.why.reason.reason : undefined;
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
      aria-label="Notice"
    >
      <p>{text}</p>
      {children !== undefined && <div className="actions">{children}</div>}
    </section>
  );
}

interface LoneNoteProps {
  readonly heading: string;
  readonly text: string;
  readonly canReload?: boolean;
  readonly retry?: () => void;
}

function LoneNote({ heading, text, canReload = false, retry }: LoneNoteProps) {
  return (
    <section className="lone-note" aria-label={heading}>
      <h2>{heading}</h2>
      <p>{text}</p>
      <div className="actions">
        {retry !== undefined && (
          <button type="button" className="button primary" onClick={retry}>
            Try now
          </button>
        )}
        {canReload && <Reload />}
        {/* Without a server there would be no page to go to. */}
        {retry === undefined && (
          <a className="button outlined" href="/">
            New document
          </a>
        )}
      </div>
    </section>
  );
}

function Reload() {
  return (
    <button type="button" className="button primary" onClick={() => location.reload()}>
      Reload
    </button>
  );
}

/** Both live in the page, so that they scroll and stack with the text. */
function above(content: ReactNode): ReactNode {
  const place = document.getElementById("notices");
  return place === null ? null : createPortal(content, place);
}
