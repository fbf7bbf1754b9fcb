import { Baseline, Ellipsis } from "lucide-react";
import type { Writing } from "../page.ts";
import { FORMATTING } from "../words/formatting.ts";
import { MenuButton } from "./action-menu.tsx";
import { COLOUR_SECTIONS, MORE_SECTIONS } from "./actions.ts";

/** What a toolbar of letters has no room for: colours by name, small letters, alignment. */
export function FormatMenus({ writing, size = 16 }: { readonly writing: Writing; readonly size?: number }) {
  return (
    <>
      <MenuButton
        writing={writing}
        id="colour-menu"
        label={FORMATTING.colour}
        sections={COLOUR_SECTIONS}
        icon={Baseline}
        size={size}
      />
      <MenuButton
        writing={writing}
        id="more-menu"
        label={FORMATTING.more}
        sections={MORE_SECTIONS}
        icon={Ellipsis}
        size={size}
      />
    </>
  );
}
