import type { DocumentId } from "@sheaf/protocol";
import { StrictMode, type SubmitEvent, useCallback, useEffect, useId, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { askAccount, type Invitation, join, lookAtInvite } from "../api.ts";
import { comeBack, deviceKey } from "../device-key.ts";
import { MAX_NAME_LENGTH, parseName, type Person } from "../person.ts";
import { remember } from "../storage.ts";
import type { Store } from "../store.ts";
import { Mark } from "./icon.tsx";
import { setTypefaces } from "./typefaces.ts";

interface Joining {
  /** Empty when the link has none. */
  readonly key: string;
  readonly me: Store<Person>;
  /** Goes on into the document; undefined: the person may choose. */
  readonly enter: (document: DocumentId | undefined) => void;
}

/** The door: what one is invited to, a name, and in. */
export function mountJoin({ key, me, enter }: Joining): void {
  const place = document.getElementById("surface");
  if (place === null) throw new Error("index.html has no #surface");
  document.title = "Join · Sheaf";
  setTypefaces();
  const root = createRoot(place);
  const here = new AbortController();
  // Another link in the same tab changes only what stands after the #.
  addEventListener("hashchange", () => location.reload(), { signal: here.signal });
  const leave = (document: DocumentId | undefined): void => {
    if (here.signal.aborted) return;
    here.abort();
    root.unmount();
    enter(document);
  };
  root.render(
    <StrictMode>
      <JoinPage joining={{ key, me, enter: leave }} />
    </StrictMode>,
  );
}

type Stage =
  | { readonly kind: "looking" }
  | { readonly kind: "invited"; readonly invitation: Invitation }
  | { readonly kind: "refused" }
  | { readonly kind: "away" };

const REFUSED: Stage = { kind: "refused" };
const AWAY: Stage = { kind: "away" };
/** What fails late does not take away what an earlier answer showed, and a name that is being typed there. */
const orAway = (now: Stage): Stage => (now.kind === "looking" ? AWAY : now);
const TRY_AGAIN_MILLIS = 3_000;

function JoinPage({ joining }: { readonly joining: Joining }) {
  const { key, me, enter } = joining;
  const [stage, setStage] = useState<Stage>(key === "" ? REFUSED : { kind: "looking" });

  const goIn = useCallback(
    async (name?: string): Promise<string | undefined> => {
      const joined = await join(key, name, deviceKey());
      if (!joined.ok) {
        if (joined.error.code === "bad-key") setStage(REFUSED);
        return joined.error.reason;
      }
      // For the other tabs of this browser, which may have waited for this.
      remember("joined", String(Date.now()));
      enter(joined.value.document ?? undefined);
      return undefined;
    },
    [key, enter],
  );

  const look = useCallback(async (): Promise<void> => {
    const [invitation, account] = await Promise.all([lookAtInvite(key), askAccount()]);
    if (!invitation.ok) setStage(invitation.error.code === "bad-key" ? REFUSED : orAway);
    else {
      const back = account.ok ? "in" : account.error.code === "sign-in" ? await comeBack() : "away";
      if (back === "stranger") setStage({ kind: "invited", invitation: invitation.value });
      // Who has been here is known by name already.
      else if (back === "away" || (await goIn()) !== undefined) setStage(orAway);
    }
  }, [key, goIn]);

  useEffect(() => {
    if (key !== "") void look();
  }, [key, look]);

  useEffect(() => {
    if (stage.kind !== "away") return undefined;
    const timer = setInterval(() => void look(), TRY_AGAIN_MILLIS);
    return () => clearInterval(timer);
  }, [stage.kind, look]);

  return (
    <div className="join">
      <p className="join-brand">
        <Mark /> Sheaf
      </p>
      {stage.kind === "invited" && <Form invitation={stage.invitation} me={me} goIn={goIn} />}
      {stage.kind === "refused" && <Refused isWhole={key !== ""} />}
      {stage.kind === "away" && (
        <section role="alert">
          <h1>The server does not answer</h1>
          <p>Your invitation still holds. This page keeps trying by itself; leave it open.</p>
          <div className="actions">
            <button type="button" className="button primary" onClick={() => void look()}>
              Try now
            </button>
          </div>
        </section>
      )}
    </div>
  );
}

interface FormProps {
  readonly invitation: Invitation;
  readonly me: Store<Person>;
  /** @returns A sentence when it did not work. */
  readonly goIn: (name: string) => Promise<string | undefined>;
}

function Form({ invitation, me, goIn }: FormProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [text, setText] = useState(me.get().name);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const { heading, words, hint, action } = wordsFor(invitation);

  // Whoever has another name than the one suggested types it over.
  useEffect(() => field.current?.select(), []);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const name = parseName(text);
    if (name === undefined) {
      setProblem("A name is needed, so that others know who you are.");
      field.current?.focus();
      return;
    }
    me.set({ ...me.get(), name });
    setProblem(undefined);
    setIsBusy(true);
    setProblem(await goIn(name));
    setIsBusy(false);
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <h1>{heading}</h1>
      <p>{words}</p>
      <label className="label" htmlFor={`${id}name`}>
        Your name
      </label>
      <input
        ref={field}
        id={`${id}name`}
        className="field"
        value={text}
        maxLength={MAX_NAME_LENGTH}
        autoComplete="nickname"
        autoCapitalize="words"
        spellCheck={false}
        enterKeyHint="go"
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}${problem === undefined ? "hint" : "problem"}`}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(undefined);
        }}
      />
      {problem === undefined ? (
        <p id={`${id}hint`} className="hint">
          {hint}
        </p>
      ) : (
        <p id={`${id}problem`} className="hint problem" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="button primary" aria-disabled={isBusy || undefined}>
          {isBusy ? "Opening…" : action}
        </button>
      </div>
    </form>
  );
}

function Refused({ isWhole }: { readonly isWhole: boolean }) {
  return (
    <section aria-label="Invitation">
      <h1>{isWhole ? "This link does not work" : "This link is not complete"}</h1>
      <p>
        {isWhole
          ? "It was revoked, its time is over, or a part of it is missing. Ask whoever sent it to you for a new one."
          : "What stands after the # is missing. Copy the whole link, or ask whoever sent it to you for it again."}
      </p>
    </section>
  );
}

interface Words {
  readonly heading: string;
  readonly words: string;
  readonly hint: string;
  readonly action: string;
}

function wordsFor({ role }: Invitation): Words {
  switch (role) {
    case "owner":
      return {
        heading: "This is your own server",
        words:
          "This link opens every document on it. Keep it to yourself; others get links to single documents from you.",
        hint: "Others see it where you write.",
        action: "Open Sheaf",
      };
    case "editor":
      return {
        heading: "You are invited to write",
        words:
          "Someone shared a document with you. You can read it and change it, together with everyone who is there.",
        hint: "Others see it where you write.",
        action: "Start writing",
      };
    case "viewer":
    case "commenter":
      return {
        heading: "You are invited to read",
        words: "Someone shared a document with you. You can read it, and watch it change as others write.",
        hint: "Others see it while you are there.",
        action: "Start reading",
      };
  }
}
