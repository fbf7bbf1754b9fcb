import { useEffect, useState } from "react";
import type { Page, Writing } from "../../page.ts";
import { useStore } from "../use-store.ts";

/** What happens meanwhile is said in one sentence. */
const GATHER_MILLIS = 2_500;
/** Who writes beside one is told again after so long. */
const REMIND_MILLIS = 30_000;

interface AnnouncementsProps {
  readonly page: Page;
  readonly writing: Writing;
}

/** For whoever asked for it: who comes and goes, and who writes in the same paragraph. Never at every key. */
export function Announcements({ page, writing }: AnnouncementsProps) {
  const isOn = useStore(page.appearance.announcements, (value) => value === "on");
  return isOn && <Announcer page={page} writing={writing} />;
}

function Announcer({ page, writing }: AnnouncementsProps) {
  const [sentence, setSentence] = useState("");
  useEffect(() => announce(page, writing, setSentence), [page, writing]);
  return (
    <p className="unseen" role="status" data-announcement="">
      {sentence}
    </p>
  );
}

function announce({ people, provider: { awareness } }: Page, writing: Writing, say: (sentence: string) => void) {
  let known = namesOf();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** By client id. */
  const told = new Map<number, number>();
  const beside = new Set<number>();

  const speak = (): void => {
    timer = undefined;
    const now = namesOf();
    const sentences = [
      listed(
        [...now].flatMap(([id, name]) => (known.has(id) ? [] : [name])),
        "joined",
      ),
      listed(
        [...known].flatMap(([id, name]) => (now.has(id) ? [] : [name])),
        "left",
      ),
      listed(
        [...beside].flatMap((id) => now.get(id) ?? []),
        beside.size === 1 ? "is in your paragraph" : "are in your paragraph",
      ),
    ];
    known = now;
    beside.clear();
    say(sentences.filter((sentence) => sentence !== "").join(" "));
  };
  const speakSoon = (): void => void (timer ??= setTimeout(speak, GATHER_MILLIS));
  const moved = ({ updated }: { readonly updated: readonly number[] }): void => {
    for (const id of updated) {
      if (!isBeside(writing, id) || performance.now() - (told.get(id) ?? -REMIND_MILLIS) < REMIND_MILLIS) continue;
      told.set(id, performance.now());
      beside.add(id);
      speakSoon();
    }
  };
  const stop = people.subscribe(speakSoon);
  awareness.on("change", moved);
  return () => {
    clearTimeout(timer);
    stop();
    awareness.off("change", moved);
  };

  function namesOf(): ReadonlyMap<number, string> {
    return new Map(people.get().map(({ id, name }) => [id, name]));
  }
}

function isBeside({ editor, caretOf }: Writing, client: number): boolean {
  const position = client === 0 ? null : caretOf(client);
  if (position === null) return false;
  const { doc, selection } = editor.state;
  return doc.resolve(position).sameParent(selection.$head);
}

const listed = (names: readonly string[], what: string): string =>
  names.length === 0 ? "" : `${new Intl.ListFormat("en", { type: "conjunction" }).format(names)} ${what}.`;
