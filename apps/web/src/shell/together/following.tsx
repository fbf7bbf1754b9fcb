import { openAround } from "@sheaf/editor";
import { X } from "lucide-react";
import { useEffect } from "react";
import type { Page, Writing } from "../../page.ts";
import type { Participant } from "../../people.ts";
import { TOGETHER } from "../../words/together.ts";
import type { Desk } from "../desk.ts";
import { Icon } from "../icon.tsx";
import { useStore } from "../use-store.ts";

/** A caret nearer to an edge is brought to the middle. */
const EDGE = 120;

/** What one does there is not in the text. */
const STAYS = '.following, .bar, .side-panel[data-panel="chat"]';

interface FollowingProps {
  readonly page: Page;
  readonly writing: Writing;
  readonly desk: Desk;
}

/** Keeps another's caret on the screen, until one scrolls, types or points oneself, or they leave. */
export function Following({ page, writing, desk }: FollowingProps) {
  const client = useStore(desk.following);
  const people = useStore(page.people);
  const person = people.find(({ id }) => id === client);
  const isGone = client !== undefined && person === undefined;
  useEffect(() => {
    if (isGone) desk.following.set(undefined);
  }, [isGone, desk]);
  return person !== undefined && <Chip key={person.id} person={person} page={page} writing={writing} desk={desk} />;
}

function Chip({ person, page, writing, desk }: FollowingProps & { readonly person: Participant }) {
  const { id, name, colour } = person;
  const { awareness } = page.provider;

  useEffect(() => {
    const follow = ({ updated }: { readonly updated: readonly number[] }): void => {
      if (updated.includes(id)) reveal(writing, id);
    };
    const stop = (event: Event): void => {
      if (event.target instanceof Element && event.target.closest(STAYS) !== null) return;
      if (event instanceof KeyboardEvent && ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      desk.following.set(undefined);
    };
    const ends = ["wheel", "touchmove", "pointerdown", "keydown"] as const;
    reveal(writing, id);
    awareness.on("change", follow);
    for (const name of ends) addEventListener(name, stop, { capture: true, passive: true });
    return () => {
      awareness.off("change", follow);
      for (const name of ends) removeEventListener(name, stop, { capture: true });
    };
  }, [writing, awareness, desk, id]);

  const isInText = writing.caretOf(id) !== null;
  return (
    <div className="following" ref={(chip) => chip?.style.setProperty("--caret-color", colour.hex)}>
      <span role="status">{isInText ? TOGETHER.following(name) : TOGETHER.notInText(name)}</span>
      <button
        type="button"
        className="button"
        aria-label={TOGETHER.stopFollowing(name)}
        data-tip={TOGETHER.stopTip}
        onClick={() => {
          desk.following.set(undefined);
          writing.editor.view.focus();
        }}
      >
        <Icon of={X} />
      </button>
    </div>
  );
}

/** After the caret is drawn where it is now. A toggle that it is in is opened, and stays open. */
function reveal({ editor, caretOf }: Writing, client: number): void {
  setTimeout(() => {
    const position = caretOf(client);
    if (position === null || editor.isDestroyed) return;
    openAround(position)(editor.state, editor.view.dispatch);
    const { top, bottom } = editor.view.coordsAtPos(position);
    if (top >= EDGE && bottom <= innerHeight - EDGE) return;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollBy({ top: (top + bottom) / 2 - innerHeight / 2, behavior: isCalm ? "auto" : "smooth" });
  });
}
