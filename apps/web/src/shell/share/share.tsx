import { UserRoundPlus } from "lucide-react";
import { useState } from "react";
import type { Page } from "../../page.ts";
import { SHARE } from "../../words/share.ts";
import { Icon } from "../icon.tsx";
import { Popover } from "../popover.tsx";
import { useProvider } from "../use-store.ts";
import { SharePanel } from "./share-panel.tsx";

/** The button and its panel: who may come in, and how. */
export function Share({ page }: { readonly page: Page }) {
  /** Made in this page, by id: the server does not know their keys any more. */
  const [links, setLinks] = useState<ReadonlyMap<string, string>>(new Map());
  const isOut = useProvider(page.provider, ({ connection }) => connection === "stopped");
  const isGuest = useProvider(page.provider, ({ role }) => role !== undefined && role !== "owner");
  if (isOut) return null;
  return (
    <>
      <button type="button" className={`button share-button ${isGuest ? "outlined" : "primary"}`} popoverTarget="share">
        <span className="share-icon">
          <Icon of={UserRoundPlus} size={18} />
        </span>
        <span className="share-word">{SHARE.share}</span>
      </button>
      <Popover id="share" label={SHARE.share} align="end" width={400} className="share">
        {() => <SharePanel page={page} links={links} keep={(id, link) => setLinks(new Map(links).set(id, link))} />}
      </Popover>
    </>
  );
}
