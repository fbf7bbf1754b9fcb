import { useState } from "react";
import type { GivenRole, Member } from "../../api.ts";
import type { Page } from "../../page.ts";
import { colourOf } from "../../palette.ts";
import type { Person } from "../../person.ts";
import { ROLES, SHARE } from "../../words/share.ts";
import { Avatar } from "../avatar.tsx";
import { useStore } from "../use-store.ts";
import { Confirm } from "./confirm.tsx";
import { Select } from "./select.tsx";
import { lastHere, nameOf } from "./sharing-words.ts";

interface PeopleListProps {
  readonly page: Page;
  readonly people: readonly Member[];
  /** True for whoever may change the others' roles. */
  readonly isOwner: boolean;
  readonly change: (principal: string, role: GivenRole) => void;
  readonly remove: (principal: string) => void;
}

const CHOICES = [
  { value: "editor", label: ROLES.editor },
  { value: "viewer", label: ROLES.viewer },
  { value: "remove", label: SHARE.removeChoice },
] as const;

export function PeopleList({ page, people, isOwner, change, remove }: PeopleListProps) {
  const me = useStore(page.me);
  const here = useStore(page.people);
  const [asked, setAsked] = useState<string>();

  /** In the colour of their caret while they are here under this name. */
  function personOf(member: Member): Person {
    const name = nameOf(member);
    if (member.isYou) return { name, colour: me.colour };
    return { name, colour: here.find((each) => each.name === name)?.colour ?? colourOf(member.principal) };
  }

  return (
    <section>
      <h3>{SHARE.people}</h3>
      <ul className="roll" role="list">
        {people.map((member) => {
          const { principal, role } = member;
          const name = nameOf(member);
          const last = lastHere(member, Date.now());
          if (asked === principal)
            return (
              <li key={principal}>
                <Confirm
                  question={SHARE.removeQuestion(name)}
                  action={SHARE.remove}
                  confirm={() => {
                    setAsked(undefined);
                    remove(principal);
                  }}
                  cancel={() => setAsked(undefined)}
                />
              </li>
            );
          return (
            <li key={principal}>
              <span aria-hidden="true">
                <Avatar person={personOf(member)} isLarge={false} />
              </span>
              <span className="two-lines">
                <span>
                  {name}
                  {member.isYou && <span className="faint"> {SHARE.isYou}</span>}
                </span>
                {last !== "" && <span className="figures">{last}</span>}
              </span>
              {isOwner && role !== "owner" && !member.isYou ? (
                <Select
                  isQuiet
                  label={SHARE.whatMayDo(name)}
                  value={role === "editor" ? "editor" : "viewer"}
                  options={CHOICES}
                  choose={(choice) => (choice === "remove" ? setAsked(principal) : change(principal, choice))}
                />
              ) : (
                <span className="role">{ROLES[role]}</span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
