import { useEffect, useRef } from "react";
import { initialsOf, type Person } from "../person.ts";

interface AvatarProps {
  readonly person: Person;
  readonly isLarge?: boolean;
  /** What it stands in says the name. */
  readonly isSilent?: boolean;
}

/** Initials in a person's colour. The colour is set through the CSSOM: the page's policy knows no style attributes. */
export function Avatar({ person, isLarge = false, isSilent = false }: AvatarProps) {
  const ref = useRef<HTMLSpanElement>(null);
  const { name, colour } = person;
  useEffect(() => ref.current?.style.setProperty("background-color", colour.hex), [colour]);
  return (
    <span
      ref={ref}
      className={isLarge ? "avatar large" : "avatar"}
      data-tip={isLarge || isSilent ? undefined : name}
      data-tip-side="end"
      data-initials={initialsOf(name)}
    >
      {!isSilent && <span className="unseen">{name}</span>}
    </span>
  );
}
