import { useRef } from "react";
import type { Page } from "../../page.ts";
import { Popover } from "../popover.tsx";
import { useProvider } from "../use-store.ts";
import { SharePanel } from "./share-panel.tsx";

/** The button and its panel: who may come in, and how. */
export function Share({ page }: { readonly page: Page }) {
  /** Links made in this page: the server does not know their keys any more. */
  const made = useRef<ReadonlyMap<string, string>>(new Map());
  const isOut = useProvider(page.provider, ({ connection }) => connection === "stopped");
  if (isOut) return null;
  return (
    <>
      <button type="button" className="button primary share-button" popoverTarget="share">
        Share
      </button>
      <Popover id="share" label="Share" align="end" width={400} className="share">
        {() => <SharePanel page={page} made={made} />}
      </Popover>
    </>
  );
}
