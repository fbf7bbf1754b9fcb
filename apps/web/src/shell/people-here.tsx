import { useEffect, useRef, useState } from "react";
import type { Page } from "../page.ts";
import type { Participant } from "../people.ts";
import { initialsOf } from "../person.ts";
import { BAR } from "../words/bar.ts";
import { COMMON } from "../words/common.ts";
import { TOGETHER } from "../words/together.ts";
import { Avatar } from "./avatar.tsx";
import type { Desk } from "./desk.ts";
import { MePanel } from "./me-panel.tsx";
import { Popover } from "./popover.tsx";
import { useStore } from "./use-store.ts";

/** The others and, last, oneself. Few are shown, all are told. */
export function PeopleHere({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  const people = useStore(page.people);
  const isNarrow = useNarrow();
  const room = isNarrow ? 1 : 5;
  // "+1" takes the room of the one it would hide.
  const shown = people.length <= room ? people : people.slice(0, room - 1);
  const more = people.length - shown.length;
  return (
    <>
      <ul className="people" role="list" aria-label={BAR.peopleHere}>
        {shown.map((person) => (
          <li key={person.id}>
            <FollowButton person={person} desk={desk} className="follow" />
          </li>
        ))}
        {more > 0 && (
          <li>
            <button
              type="button"
              className="avatar more figures"
              popoverTarget="everyone"
              aria-label={BAR.morePeople(more)}
              data-tip={BAR.morePeopleTip(more)}
              data-tip-side="end"
            >
              +{more}
            </button>
          </li>
        )}
        <li>
          <MyAvatar page={page} />
        </li>
      </ul>
      {more > 0 && (
        <Popover id="everyone" label={BAR.everyoneHere} align="end">
          {() => (
            <ul className="roll" role="list">
              {people.map((person) => (
                <li key={person.id}>
                  <FollowButton person={person} desk={desk} className="list-button" />
                </li>
              ))}
            </ul>
          )}
        </Popover>
      )}
      <Popover id="me" label={BAR.you} align="end" className="me-panel" width={312}>
        {() => <MePanel page={page} desk={desk} />}
      </Popover>
    </>
  );
}

interface FollowProps {
  readonly person: Participant;
  readonly desk: Desk;
  readonly className: "follow" | "list-button";
}

/** Goes to where somebody writes, and stays with them until one does something oneself. */
function FollowButton({ person, desk, className }: FollowProps) {
  const { id, name } = person;
  const isFollowed = useStore(desk.following, (client) => client === id);
  return (
    <button
      type="button"
      className={className}
      aria-pressed={isFollowed}
      aria-label={TOGETHER.follow(name)}
      data-tip={className === "follow" ? (isFollowed ? TOGETHER.following(name) : TOGETHER.follow(name)) : undefined}
      data-tip-side="end"
      onClick={() => {
        document.getElementById("everyone")?.hidePopover();
        desk.following.set(isFollowed ? undefined : id);
      }}
    >
      <Avatar person={person} isSilent />
      {className === "list-button" && name}
    </button>
  );
}

function MyAvatar({ page }: { readonly page: Page }) {
  const { name, colour } = useStore(page.me);
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => ref.current?.style.setProperty("background-color", colour.hex), [colour]);
  return (
    <button
      ref={ref}
      type="button"
      className="avatar"
      popoverTarget="me"
      aria-label={BAR.youAre(name)}
      data-tip={COMMON.you(name)}
      data-tip-side="end"
      data-initials={initialsOf(name)}
    />
  );
}

function useNarrow(): boolean {
  const [query] = useState(() => matchMedia("(max-width: 700px)"));
  const [isNarrow, setIsNarrow] = useState(query.matches);
  useEffect(() => {
    const changed = (): void => setIsNarrow(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [query]);
  return isNarrow;
}
