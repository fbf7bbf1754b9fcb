import { Link2, SquarePen } from "lucide-react";
import { useEffect } from "react";
import type { Page } from "../page.ts";
import { BAR } from "../words/bar.ts";
import { COMMON } from "../words/common.ts";
import type { Chat } from "./chat/chat.ts";
import { ChatButton } from "./chat/chat-button.tsx";
import { CopyButton } from "./copy-button.tsx";
import type { Desk } from "./desk.ts";
import { Documents } from "./documents/documents.tsx";
import { Icon } from "./icon.tsx";
import { More } from "./more/more.tsx";
import { PeopleHere } from "./people-here.tsx";
import { SavedState } from "./saved-state.tsx";
import { Share } from "./share/share.tsx";
import { useStore } from "./use-store.ts";

interface TopBarProps {
  readonly page: Page;
  readonly chat: Chat;
  readonly desk: Desk;
}

/** One line on the page's own ground: what this is, whether it is safe, who is here. */
export function TopBar({ page, chat, desk }: TopBarProps) {
  useScrolledMark();
  return (
    <>
      <div className="bar-start">
        <Documents page={page} desk={desk} />
        <Title page={page} />
        <SavedState page={page} />
      </div>
      <div className="bar-end">
        <PeopleHere page={page} desk={desk} />
        <CopyButton
          className="button wide-only"
          label={BAR.copyLink}
          done={COMMON.linkCopied}
          read={() => location.origin + location.pathname}
        >
          <Icon of={Link2} size={18} />
        </CopyButton>
        <a
          className="button wide-only"
          href="/"
          aria-label={COMMON.newDocument}
          data-tip={COMMON.newDocument}
          data-tip-side="end"
        >
          <Icon of={SquarePen} size={18} />
        </a>
        <ChatButton page={page} chat={chat} desk={desk} />
        <More page={page} desk={desk} />
        <Share page={page} />
      </div>
    </>
  );
}

function Title({ page }: { readonly page: Page }) {
  const title = useStore(page.title);
  const isOpening = useStore(page.view, ({ kind }) => kind === "opening");
  // Not "Untitled" before anybody knows.
  if (isOpening) return <h1 className="unseen">{COMMON.sheaf}</h1>;
  return (
    <h1 className="bar-title" data-empty={title === ""}>
      {title === "" ? COMMON.untitled : title}
    </h1>
  );
}

/** The bar gets its line once text passes beneath it. */
function useScrolledMark(): void {
  useEffect(() => {
    const bar = document.getElementById("bar");
    const update = (): void => bar?.setAttribute("data-scrolled", String(scrollY > 8));
    update();
    addEventListener("scroll", update, { passive: true });
    return () => removeEventListener("scroll", update);
  }, []);
}
