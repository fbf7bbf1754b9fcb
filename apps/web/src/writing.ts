import type { Provider } from "@sheaf/client";
import { createExtensions, DOCUMENT, openToggles, placeCaret } from "@sheaf/editor";
import { Editor } from "@tiptap/core";
import { copyText } from "./clipboard.ts";
import { destinationOf, followLink } from "./follow-link.ts";
import { keptSentence } from "./kept.ts";
import { keepOpen, recallOpen } from "./open-toggles.ts";
import type { Page, Writing } from "./page.ts";
import { pasteSentence } from "./paste-words.ts";
import { leftOutSentence } from "./pictures/left-out.ts";
import { createPictures } from "./pictures/pictures.ts";
import { leaveOutSaidAddresses } from "./printing.ts";
import { WRITING } from "./words/writing.ts";

/** Puts the document's text into `host`, ready to be written in. Opening it changes nothing (D12). */
export function openWriting(host: HTMLElement, { provider, people, news, appearance }: Page): Writing {
  const pictures = createPictures(provider, (left) => news.say(leftOutSentence(left)));
  const fragment = provider.doc.getXmlFragment(DOCUMENT);
  const parts = createExtensions({
    fragment,
    awareness: provider.awareness,
    rescue: {
      lostAndFound: provider.lostAndFound,
      rescued: (rescued) => news.say(keptSentence(rescued, people, provider.doc.clientID)),
    },
    pictures: pictures.port,
    copyText,
    isCurly: () => appearance.quotes.get() === "curly",
    lastOpen: recallOpen(provider.document),
    pasteNews: (told) => news.say(pasteSentence(told)),
    placeholders: WRITING.placeholders,
  });
  // Not in the page while it is made: the browser would lay it out for every part that asks where something is.
  const place = document.createElement("div");
  const editor = new Editor({
    element: place,
    extensions: parts.extensions,
    editable: mayWrite(provider),
    // Would put a stylesheet into the page, which its policy blocks.
    injectCSS: false,
    // Looks through every change for what was deleted, and tells nobody here.
    enableCoreExtensions: { delete: false },
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": WRITING.document,
        spellcheck: "true",
        autocapitalize: "sentences",
        translate: "no",
      },
      handleClick: (_view, _position, event) => followOnClick(event),
    },
  });
  if (fragment.length > LONG_BLOCKS) skipFarBlocks(host, parts.whenWhole);
  host.append(...place.childNodes);
  pictures.attach(editor.view);
  void parts.whenWhole.then(() => keepOpen(provider.document, () => openToggles(editor.state)));
  keepFilesOut();
  leaveOutSaidAddresses(host);
  provider.subscribe(() => {
    if (editor.isEditable !== mayWrite(provider)) editor.setEditable(mayWrite(provider), false);
  });
  return {
    editor,
    whenWhole: parts.whenWhole,
    undo: () => parts.undo(),
    caretOf(client) {
      const binding = parts.binding();
      const caret = binding && placeCaret(binding, provider.awareness, client, editor.state.doc);
      return caret === null ? null : caret.head;
    },
    choosePicture: () => pictures.choose(),
    addressOf: pictures.port.addressOf,
    replaceAll: parts.replaceAll,
  };
}

/** Some screens: so many blocks take longer to lay out than all else that comes before the first letter. */
const LONG_BLOCKS = 60;

/** Longer than this the page is not kept from being of the length it has. */
const SHORTENED_MILLIS = 1_000;

/**
 * Has the browser skip what is far from the screen: in the first frame, so that the text is there soon, and for good when
 * all of it was laid out once, for before the height of what is skipped is not known, and the page of another length.
 */
function skipFarBlocks(host: HTMLElement, whenWhole: Promise<void>): void {
  const layOutAll = (): void => {
    host.classList.remove("is-long");
    afterFrames(2, () => host.classList.add("is-long"));
  };
  host.classList.add("is-long");
  void whenWhole.then(() =>
    afterFrames(2, () => {
      // Safari has no idle callbacks.
      if (typeof requestIdleCallback === "function") requestIdleCallback(layOutAll, { timeout: SHORTENED_MILLIS });
      else layOutAll();
    }),
  );
}

function afterFrames(count: number, then: () => void): void {
  requestAnimationFrame(() => (count > 1 ? afterFrames(count - 1, then) : then()));
}

/** Words typed after a permanent end would be lost, so none are taken. */
const mayWrite = ({ state }: Provider): boolean => state.isWritable && state.connection !== "stopped";

/** A file that is dropped beside the text would take the page's place. */
function keepFilesOut(): void {
  for (const name of ["dragover", "drop"] as const) {
    addEventListener(name, (event) => {
      if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
    });
  }
}

/** A plain click puts the caret into a link; with Ctrl or Command it follows it. */
function followOnClick(event: MouseEvent): boolean {
  if (!event.ctrlKey && !event.metaKey) return false;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement)) return false;
  followLink(link.href, destinationOf(link.href).kind !== "block");
  return true;
}
