import { Check } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { GivenRole } from "../../api.ts";
import { copyText } from "../../clipboard.ts";
import { ROLES, SHARE } from "../../words/share.ts";
import { Icon } from "../icon.tsx";
import { Select } from "./select.tsx";

interface MakeLinkProps {
  /** @returns The link; undefined when the server would not. */
  readonly make: (role: GivenRole, expiresInDays: number | undefined) => Promise<string | undefined>;
}

type Outcome =
  | { readonly kind: "none" }
  | { readonly kind: "making" }
  | { readonly kind: "copied" | "shown"; readonly link: string };

const CHOICES = (["editor", "viewer"] as const).map((value) => ({ value, label: ROLES[value] }));
const EXPIRIES = [
  { value: "", label: SHARE.untilRevoked },
  { value: "1", label: SHARE.forDays(1) },
  { value: "7", label: SHARE.forDays(7) },
  { value: "30", label: SHARE.forDays(30) },
] as const;

/** One press makes a link and copies it. It is shown as well, because it cannot be asked for again. */
export function MakeLink({ make }: MakeLinkProps) {
  const field = useRef<HTMLInputElement>(null);
  const [role, setRole] = useState<GivenRole>("editor");
  const [days, setDays] = useState<(typeof EXPIRIES)[number]["value"]>("");
  const [outcome, setOutcome] = useState<Outcome>({ kind: "none" });

  async function press(): Promise<void> {
    if (outcome.kind === "making") return;
    setOutcome({ kind: "making" });
    const link = await make(role, days === "" ? undefined : Number(days));
    if (link === undefined) setOutcome({ kind: "none" });
    else setOutcome({ kind: (await copyText(link)) ? "copied" : "shown", link });
  }

  // Where the browser does not allow copying, the next key press does.
  useEffect(() => {
    if (outcome.kind === "shown") field.current?.select();
  }, [outcome]);

  return (
    <div className="make-link">
      <p>{SHARE.whoeverHasLink}</p>
      <div className="make-link-row">
        <Select label={SHARE.peopleWithLink} value={role} options={CHOICES} choose={setRole} />
        <Select label={SHARE.linkWorks} value={days} options={EXPIRIES} choose={setDays} />
        <button
          type="button"
          className="button primary"
          aria-disabled={outcome.kind === "making" || undefined}
          onClick={() => void press()}
        >
          {SHARE.copyInviteLink}
        </button>
      </div>
      {"link" in outcome && (
        <>
          <input
            ref={field}
            className="field made-link"
            aria-label={SHARE.inviteLink}
            readOnly
            value={outcome.link}
            onFocus={(event) => event.target.select()}
          />
          <p className="hint made" role="status">
            {outcome.kind === "copied" ? (
              <>
                <Icon of={Check} size={14} /> {SHARE.linkIsCopied}
              </>
            ) : (
              SHARE.linkIsShown
            )}
          </p>
        </>
      )}
    </div>
  );
}
