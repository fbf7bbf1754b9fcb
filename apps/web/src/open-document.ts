import { createProvider, type Ports } from "@sheaf/client";
import { browserPorts, guardLeaving, sameOriginUrl } from "@sheaf/client/browser";
import { DOCUMENT, foreignText, foreignTitle, observeTitle, SCHEMA_VERSION } from "@sheaf/editor/reading";
import type { Node } from "@tiptap/pm/model";
import * as Y from "yjs";
import { claimDocument } from "./api.ts";
import type { Appearance } from "./appearance.ts";
import { overBadNetwork } from "./bad-network.ts";
import { watchStatus } from "./calm-status.ts";
import { claimFirst } from "./claim-first.ts";
import { withDeviceKey } from "./device-key.ts";
import { keepEarlyKeys } from "./early-keys.ts";
import { takeHandedOver } from "./handed-over.ts";
import { keysFirst, watchKeys } from "./keys-first.ts";
import type { Page, View } from "./page.ts";
import { createPassingNews } from "./passing-news.ts";
import { giveWay, introduce, watchPeople } from "./people.ts";
import type { Person } from "./person.ts";
import { type DocumentRoute, forgetFresh, rememberLast } from "./route.ts";
import { onRemembered } from "./storage.ts";
import { createStore, type Store } from "./store.ts";
import { createTellName } from "./tell-name.ts";
import { watchTrashed } from "./trashed.ts";
import { BAR } from "./words/bar.ts";
import { COMMON } from "./words/common.ts";
import { workOffline } from "./work-offline.ts";

const ROSTER_MILLIS = 100;
const PATIENCE_MILLIS = 1_000;
const IDLE_WITHIN_MILLIS = 100;
const SHORTEST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 15_000;

/** Who has come, and how they like the page. */
export interface Visitor {
  readonly me: Store<Person>;
  readonly appearance: Appearance;
  /** This browser has not been here before. */
  readonly isNewcomer: boolean;
}

/** Shows a document: its text as soon as it is there, and the bar around it when it comes. */
export function openDocument(route: DocumentRoute, { me, appearance, isNewcomer }: Visitor): void {
  // Comes while the connection is made: the editor is most of what there is to fetch and to run.
  const comingEditor = fetchPart(() => import("./writing.ts"));
  const { document: id, isFresh } = route;
  const provider = createProvider({
    doc: new Y.Doc(),
    document: id,
    schemaVersion: SCHEMA_VERSION,
    ports: portsFor(route, isNewcomer),
  });
  guardLeaving(provider);
  const pressAgain = keepEarlyKeys();

  const people = watchPeople(provider.awareness);
  const view = createStore<View>({ kind: "opening" });
  const page: Page = {
    provider,
    status: watchStatus(provider),
    view,
    title: createStore(""),
    trashed: watchTrashed(provider),
    people,
    me,
    tellName: createTellName(provider),
    news: createPassingNews(),
    appearance,
    readText,
  };
  introduce(provider.awareness, me);
  // Who is here is said right behind the end of the sync, in the same write.
  void provider.whenSynced.then(() => later(ROSTER_MILLIS)).then(() => giveWay(people, me));

  // A document made up just now can be written in at once; any other only when it is known what is in it: from this
  // device, or from the server.
  const shown = isFresh
    ? showText()
    : provider.whenOpened.then(() => (provider.state.kind === "foreign" ? showForeign() : showText()));
  void provider.whenSynced.then(() => document.getElementById("editor")?.setAttribute("data-synced", "true"));

  void provider.whenSynced.then(() => rememberLast(id));
  // Another tab of this browser was let in.
  onRemembered("joined", () => provider.connect());

  // The bar comes behind the text, so that the two do not share the line; where no text comes, it says why.
  const complete = Promise.race([shown.then(painted).then(idle), later(PATIENCE_MILLIS)])
    .then(() => fetchPart(() => import("./shell/shell.tsx")))
    .then(({ mountShell }) => mountShell(page, pressAgain));
  // All of the build is fetched for that: nothing that is waited for may have to share the line with it.
  void Promise.all([provider.whenSynced, complete]).then(workOffline);

  async function showText(): Promise<void> {
    const { openWriting } = await comingEditor;
    const writing = openWriting(takePlace(), page);
    observeTitle(provider.doc.getXmlFragment(DOCUMENT), setTitle);
    const file = isFresh ? takeHandedOver() : undefined;
    if (file !== undefined) void writing.replaceAll(file);
    // Where there is nothing to read, one came to write.
    if (writing.editor.isEmpty && writing.editor.isEditable) writing.editor.view.focus();
    // Whatever finds, counts, leads or exports knows the text by this, and so all of it.
    await writing.whenWhole;
    view.set({ kind: "text", writing });
  }

  function showForeign(): void {
    const words = document.createElement("div");
    words.className = "foreign-text";
    takePlace().append(words);
    let isDue = false;
    const read = (): void => {
      isDue = false;
      const text = foreignText(provider.doc);
      words.textContent = text;
      setTitle(foreignTitle(text));
      view.set({ kind: "foreign", text });
    };
    read();
    // All of it is read again, so once for whatever comes before the next picture.
    provider.doc.on("update", () => {
      if (!isDue) requestAnimationFrame(read);
      isDue = true;
    });
  }

  function setTitle(title: string): void {
    page.title.set(title);
    document.title = BAR.titleOfPage(title === "" ? COMMON.untitled : title);
  }

  function takePlace(): HTMLElement {
    document.getElementById("skeleton")?.remove();
    const host = document.getElementById("editor");
    if (host === null) throw new Error("index.html has no #editor");
    return host;
  }

  function readText(): string {
    const shown = view.get();
    switch (shown.kind) {
      case "opening":
        return "";
      case "foreign":
        return shown.text;
      case "text": {
        const { doc } = shown.writing.editor.state;
        return doc.textBetween(0, doc.content.size, "\n", wordsOf);
      }
    }
  }
}

/** Tries until it comes: a connection may be lost just now. */
async function fetchPart<T>(part: () => Promise<T>): Promise<T> {
  for (let pause = SHORTEST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
    try {
      return await part();
    } catch {
      await later(pause);
    }
  }
}

const later = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** When what is in the page now is on the screen; a hidden page has no screen. */
const painted = (): Promise<void> =>
  document.hidden ? later(0) : new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** When the browser has nothing more to do for what it shows, or soon. Safari has no idle callbacks. */
const idle = (): Promise<void> =>
  typeof requestIdleCallback === "function"
    ? new Promise((resolve) => requestIdleCallback(() => resolve(), { timeout: IDLE_WITHIN_MILLIS }))
    : later(0);

/** What stands for a break, and for a picture. */
function wordsOf({ type, attrs }: Node): string {
  return type.name === "hardBreak" ? "\n" : type.name === "image" ? (attrs["alt"] as string) : "";
}

function platformPorts(): Ports {
  const ports = browserPorts(sameOriginUrl());
  const openSocket = import.meta.env.DEV ? overBadNetwork(ports.openSocket, location.search) : ports.openSocket;
  return { ...ports, openSocket: keysFirst(openSocket, watchKeys()) };
}

function portsFor({ document, isFresh }: DocumentRoute, isNewcomer: boolean): Ports {
  const platform = platformPorts();
  const device = platform.device && { ...platform.device, isNew: isNewcomer };
  const ports = withDeviceKey({ ...platform, device });
  if (!isFresh) return ports;
  const openSocket = claimFirst(
    ports.openSocket,
    () => claimDocument(document),
    () => forgetFresh(document),
  );
  return { ...ports, openSocket };
}
