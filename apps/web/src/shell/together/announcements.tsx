import type { Message } from "@sheaf/editor/chat";
import { useEffect, useState } from "react";
import type { Page, Writing } from "../../page.ts";
import { authorOf, type Chat } from "../chat/chat.ts";
import type { Desk } from "../desk.ts";
import { useStore } from "../use-store.ts";

/** What happens meanwhile is said in one sentence. */
const GATHER_MILLIS = 2_500;
/** Who writes beside one is told again after so long. */
const REMIND_MILLIS = 30_000;

interface AnnouncementsProps {
  readonly page: Page;
  readonly writing: Writing;
  readonly chat: Chat;
  readonly desk: Desk;
}

/** For whoever asked for it: who comes and goes, who writes in the same paragraph, and who in the chat. Never at every key. */
export function Announcements({ page, writing, chat, desk }: AnnouncementsProps) {
  const isOn = useStore(page.appearance.announcements, (value) => value === "on");
  return isOn && <Announcer page={page} writing={writing} chat={chat} desk={desk} />;
}

function Announcer({ page, writing, chat, desk }: AnnouncementsProps) {
  const [sentence, setSentence] = useState("");
  useEffect(() => announce({ page, writing, chat, desk }, setSentence), [page, writing, chat, desk]);
  return (
    <p className="unseen" role="status" data-announcement="">
      {sentence}
    </p>
  );
}

function announce({ page, writing, chat, desk }: AnnouncementsProps, say: (sentence: string) => void) {
  const { people, provider } = page;
  const { awareness } = provider;
  let known = namesOf();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** By client id. */
  const told = new Map<number, number>();
  const beside = new Set<number>();
  const chatted = new Set<string>();

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
      listed([...chatted], "wrote in the chat"),
    ];
    known = now;
    beside.clear();
    chatted.clear();
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
  const arrived = (messages: readonly Message[]): void => {
    // An open one is a log, which is read out as it is.
    if (desk.panel.get() === "chat") return;
    for (const message of messages) chatted.add(authorOf(message).name);
    speakSoon();
  };
  const stops = [people.subscribe(speakSoon), chat.onArrival(arrived)];
  awareness.on("change", moved);
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
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
