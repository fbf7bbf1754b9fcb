import { useEffect, useRef, useState } from "react";
import type { Page } from "../page.ts";
import { initialsOf } from "../person.ts";
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
      <ul className="people" role="list" aria-label="People here">
        {shown.map((person) => (
          <li key={person.id}>
            <Avatar person={person} />
          </li>
        ))}
        {more > 0 && (
          <li>
            <button
              type="button"
              className="avatar more figures"
              popoverTarget="everyone"
              aria-label={`${more} more people`}
              data-tip={`${more} more`}
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
        <Popover id="everyone" label="Everyone here" align="end">
          {() => (
            <ul className="roll" role="list">
              {people.map((person) => (
                <li key={person.id}>
                  <Avatar person={person} /> <span aria-hidden="true">{person.name}</span>
                </li>
              ))}
            </ul>
          )}
        </Popover>
      )}
      <Popover id="me" label="You" align="end">
        {() => <MePanel page={page} desk={desk} />}
      </Popover>
    </>
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
      aria-label={`You: ${name}. Name and appearance`}
      data-tip={`${name} (you)`}
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
