import { Copy, Link2 } from "lucide-react";
import { useState } from "react";
import type { Invite } from "../../api.ts";
import { COMMON } from "../../words/common.ts";
import { ROLES, SHARE } from "../../words/share.ts";
import { CopyButton } from "../copy-button.tsx";
import { Icon } from "../icon.tsx";
import { Confirm } from "./confirm.tsx";
import { wordsOf } from "./sharing-words.ts";

interface InviteListProps {
  readonly invites: readonly Invite[];
  /** The links of those made in this page, by id. */
  readonly links: ReadonlyMap<string, string>;
  readonly revoke: (id: string) => void;
}

export function InviteList({ invites, links, revoke }: InviteListProps) {
  const [asked, setAsked] = useState<string>();
  if (invites.length === 0) return null;
  return (
    <section>
      <h3>{SHARE.links}</h3>
      <ul className="roll" role="list">
        {invites.toReversed().map((invite) => {
          const link = links.get(invite.id);
          const label = ROLES[invite.role];
          return (
            <li key={invite.id}>
              {asked === invite.id ? (
                <Confirm
                  question={SHARE.revokeQuestion(invite.people)}
                  action={SHARE.revoke}
                  confirm={() => {
                    setAsked(undefined);
                    revoke(invite.id);
                  }}
                  cancel={() => setAsked(undefined)}
                />
              ) : (
                <>
                  <span className="link-mark">
                    <Icon of={Link2} />
                  </span>
                  <span className="two-lines">
                    <span>{label}</span>
                    <span className="figures">{wordsOf(invite, Date.now())}</span>
                  </span>
                  {link !== undefined && (
                    <CopyButton className="button" label={SHARE.copyThisLink} read={() => link} done={COMMON.copied}>
                      <Icon of={Copy} />
                    </CopyButton>
                  )}
                  <button
                    type="button"
                    className="button"
                    aria-label={SHARE.revokeLink(label)}
                    onClick={() => setAsked(invite.id)}
                  >
                    {SHARE.revoke}
                  </button>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
