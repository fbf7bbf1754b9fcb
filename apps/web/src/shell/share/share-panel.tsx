import { useRef } from "react";
import { type Answer, changeRole, makeInvite, removePerson, revokeInvite } from "../../api.ts";
import type { Page } from "../../page.ts";
import { COMMON } from "../../words/common.ts";
import { SHARE } from "../../words/share.ts";
import { InviteList } from "./invite-list.tsx";
import { MakeLink } from "./make-link.tsx";
import { PeopleList } from "./people-list.tsx";
import { type Sharing, useSharing } from "./use-sharing.ts";

const SHARE_COMMAND = "npm start -- --share";

interface SharePanelProps {
  readonly page: Page;
  /** The links whose keys are known, by id. */
  readonly links: ReadonlyMap<string, string>;
  readonly keep: (id: string, link: string) => void;
}

export function SharePanel({ page, links, keep }: SharePanelProps) {
  const { document } = page.provider;
  const { sharing, problem, reload, act } = useSharing(page);
  const heading = useRef<HTMLHeadingElement>(null);

  /** What has the focus is about to go with what was taken away. */
  async function take(answer: Answer<unknown>): Promise<void> {
    if ((await answer).ok) heading.current?.focus();
  }

  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        {sharing.kind === "shared" && sharing.role !== "owner" ? SHARE.headingOfGuest : SHARE.heading}
      </h2>
      {sharing.kind === "loading" && <Loading />}
      {sharing.kind === "problem" && (
        <>
          <p role="alert">{sharing.reason}</p>
          <div className="actions">
            <button type="button" className="button outlined" onClick={reload}>
              {COMMON.tryAgain}
            </button>
          </div>
        </>
      )}
      {sharing.kind === "loopback" && (
        <p>
          {SHARE.loopback}
          <code>{SHARE_COMMAND}</code>
          {SHARE.loopbackEnd}
        </p>
      )}
      {problem !== undefined && (
        <p className="hint problem" role="alert">
          {problem}
        </p>
      )}
      {sharing.kind === "shared" && sharing.role === "owner" && (
        <>
          <MakeLink
            make={async (role, days) => {
              const made = await act(makeInvite(document, role, days));
              if (!made.ok) return undefined;
              const link = `${originFor(sharing)}/join#${made.value.key}`;
              keep(made.value.id, link);
              return link;
            }}
          />
          <InviteList
            invites={sharing.invites}
            links={links}
            revoke={(id) => void take(act(revokeInvite(document, id)))}
          />
        </>
      )}
      {sharing.kind === "shared" && (
        <PeopleList
          page={page}
          people={sharing.people}
          isOwner={sharing.role === "owner"}
          change={(principal, role) => void act(changeRole(document, principal, role))}
          remove={(principal) => void take(act(removePerson(document, principal)))}
        />
      )}
      {sharing.kind === "shared" && sharing.role !== "owner" && <p className="share-note">{SHARE.ownerOnly}</p>}
    </>
  );
}

function Loading() {
  return (
    <div className="share-loading">
      <span className="unseen" role="status">
        {COMMON.loading}
      </span>
    </div>
  );
}

/** The address this page came by has worked for somebody; `localhost` would not for anybody else. */
function originFor({ urls }: Extract<Sharing, { kind: "shared" }>): string {
  const isLocal = /^(localhost|127\.|\[::1\])/.test(location.hostname);
  return (isLocal ? urls[0] : undefined) ?? location.origin;
}
