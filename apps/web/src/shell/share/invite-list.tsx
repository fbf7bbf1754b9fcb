import { Copy, Link2 } from "lucide-react";
import { useState } from "react";
import type { Invite } from "../../api.ts";
import { CopyButton } from "../copy-button.tsx";
import { Icon } from "../icon.tsx";
import { Confirm } from "./confirm.tsx";
import { revokeQuestion, ROLE_LABELS, wordsOf } from "./sharing-words.ts";

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
      <h3>Links</h3>
      <ul className="roll" role="list">
        {invites.toReversed().map((invite) => {
          const link = links.get(invite.id);
          const label = ROLE_LABELS[invite.role];
          return (
            <li key={invite.id}>
              {asked === invite.id ? (
                <Confirm
                  question={revokeQuestion(invite)}
                  action="Revoke"
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
                    <CopyButton className="button" label="Copy this link" read={() => link} done="Copied">
                      <Icon of={Copy} />
                    </CopyButton>
                  )}
                  <button
                    type="button"
                    className="button"
                    aria-label={`Revoke link: ${label.toLowerCase()}`}
                    onClick={() => setAsked(invite.id)}
                  >
                    Revoke
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
