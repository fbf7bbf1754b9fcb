import { useEffect } from "react";
import type { Page, Writing } from "../../page.ts";
import { readBlock } from "../../route.ts";
import { BLOCKS } from "../../words/blocks.ts";
import { shadeBriefly } from "./shade.ts";

/** Leads whoever opens a link to a block there, and says where "there" is. Their caret stays where it is. */
export function useBlockLink(page: Page, { editor }: Writing): void {
  useEffect(() => {
    const goThere = (): boolean => {
      const id = readBlock();
      const block = id === undefined ? null : editor.view.dom.querySelector(`[data-id="${CSS.escape(id)}"]`);
      block?.scrollIntoView({ block: "start" });
      if (block !== null) shadeBriefly(block);
      return id === undefined || block !== null;
    };
    const goOrSay = (): void => {
      if (!goThere()) page.news.say(BLOCKS.isGone);
    };
    // What this device keeps is shown first, and may be older than the link.
    if (!goThere()) void page.provider.whenSynced.then(() => requestAnimationFrame(goOrSay));
    addEventListener("hashchange", goOrSay);
    return () => removeEventListener("hashchange", goOrSay);
  }, [page, editor]);
}
