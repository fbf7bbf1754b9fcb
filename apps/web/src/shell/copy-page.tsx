import type { Page } from "../page.ts";
import { COMMON } from "../words/common.ts";
import { NOTICES } from "../words/notices.ts";
import { CopyButton } from "./copy-button.tsx";

/** The way out when the server will not take the words: all of them, on the clipboard. */
export function CopyPage({ page, isPrimary = false }: { readonly page: Page; readonly isPrimary?: boolean }) {
  return (
    <CopyButton className={isPrimary ? "button primary" : "button outlined"} read={page.readText} done={COMMON.copied}>
      {NOTICES.copyPage}
    </CopyButton>
  );
}
