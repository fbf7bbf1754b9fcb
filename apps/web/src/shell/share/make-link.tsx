import { Check } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { GivenRole } from "../../api.ts";
import { copyText } from "../../clipboard.ts";
import { Icon } from "../icon.tsx";
import { Select } from "./select.tsx";
import { ROLE_LABELS } from "./sharing-words.ts";

interface MakeLinkProps {
  /** @returns The link; undefined when the server would not. */
  readonly make: (role: GivenRole, expiresInDays: number | undefined) => Promise<string | undefined>;
}

type Outcome =
  | { readonly kind: "none" }
  | { readonly kind: "making" }
  | { readonly kind: "copied" | "shown"; readonly link: string };

const ROLES = (["editor", "viewer"] as const).map((value) => ({ value, label: ROLE_LABELS[value] }));
const EXPIRIES = [
  { value: "", label: "Until revoked" },
  { value: "1", label: "For 1 day" },
  { value: "7", label: "For 7 days" },
  { value: "30", label: "For 30 days" },
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
      <p>Whoever has an invite link can come in.</p>
      <div className="make-link-row">
        <Select label="People with the link" value={role} options={ROLES} choose={setRole} />
        <Select label="The link works" value={days} options={EXPIRIES} choose={setDays} />
        <button
          type="button"
          className="button primary"
          aria-disabled={outcome.kind === "making" || undefined}
          onClick={() => void press()}
        >
          Copy invite link
        </button>
      </div>
      {"link" in outcome && (
        <>
          <input
            ref={field}
            className="field made-link"
            aria-label="Invite link"
            readOnly
            value={outcome.link}
            onFocus={(event) => event.target.select()}
          />
          <p className="hint made" role="status">
            {outcome.kind === "copied" ? (
              <>
                <Icon of={Check} size={14} /> Copied. It cannot be shown again later.
              </>
            ) : (
              "This browser does not allow copying: take it from here. It cannot be shown again later."
            )}
          </p>
        </>
      )}
    </div>
  );
}
