import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import type { Provider } from "@sheaf/client";
import type { Page } from "../page.ts";
import { CopyPage } from "./copy-page.tsx";
import { useProvider, useStore } from "./use-store.ts";

/** What has to be said where the work is. Each goes away by itself when its cause does. */
export function Notices({ page }: { readonly page: Page }) {
  const view = useStore(page.view);
  const { provider } = page;
  const refusal = useProvider(provider, ({ refused }) => refused[0]?.reason);
  const isOutdated = useProvider(provider, (state) => state.isOutdated);
  const stop = useProvider(provider, stopReason);
  const isOffline = useProvider(provider, ({ status }) => status.kind === "offline");
  const isReader = useProvider(
    provider,
    ({ role, isWritable, kind }) => role !== undefined && kind === "native" && !isWritable,
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
        <Notice isLoud text={`Not saved: ${refusal} It stays in this page; copy the text before you close it.`}>
          <CopyPage page={page} isPrimary />
        </Notice>
      )}
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
      {isReader && !isOutdated && <Notice text="You may read this document, but not change it." />}
    </>,
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
  children,
}: {
  readonly text: string;
  readonly isLoud?: boolean;
  readonly children?: ReactNode;
}) {
  return (
    <section className="notice" data-loud={isLoud} role={isLoud ? "alert" : undefined} aria-label="Notice">
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
