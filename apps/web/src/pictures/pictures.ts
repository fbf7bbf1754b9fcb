import type { Provider } from "@sheaf/client";
import { beginAt, fillPlace, type LeftOut, type PicturesPort, placeAtCaret, removePlace } from "@sheaf/editor";
import type { EditorView } from "@tiptap/pm/view";
import { askDocument } from "../api.ts";
import { PICTURES } from "../words/pictures.ts";
import { readSource, canFetch } from "./read-source.ts";
import { blobsPath, sendPicture } from "./send-picture.ts";
import { Upload } from "./upload.ts";
import { UploadBox } from "./upload-box.ts";

export interface Pictures {
  /** For the editor. */
  readonly port: PicturesPort;
  /** The view they come into; before it nothing is pasted. */
  attach(view: EditorView): void;
  /** Lets a person choose files; only when they have just pressed something. */
  choose(): void;
}

/**
 * Brings pictures to the server and then into the text.
 *
 * @param leftOut - Told of what was pasted or dropped and is not had.
 */
export function createPictures(provider: Provider, leftOut: (left: LeftOut) => void): Pictures {
  const { document: id } = provider;
  const path = `${blobsPath(id)}/`;
  const underWay = new Set<string>();
  let view: EditorView | undefined;
  let made = 0;

  const port: PicturesPort = {
    addressOf: (blob) => new URL(path + blob, location.origin).href,
    blobAt(address) {
      const url = URL.parse(address, location.href);
      const isHere = url?.origin === location.origin && url.pathname.startsWith(path);
      const blob = isHere ? url.pathname.slice(path.length) : "";
      return /^[0-9a-f]{64}$/.test(blob) ? blob : null;
    },
    canFetch,
    begin,
    leftOut,
    onReturn(listener) {
      let wasSynced = provider.state.isSynced;
      return provider.subscribe(() => {
        const { isSynced } = provider.state;
        if (isSynced && !wasSynced) listener();
        wasSynced = isSynced;
      });
    },
  };

  return {
    port,
    attach(attached) {
      view = attached;
    },
    choose() {
      const input = document.createElement("input");
      input.type = "file";
      input.accept = ACCEPTED;
      input.multiple = true;
      input.hidden = true;
      // In the page: a browser may forget one that is nowhere while its dialog is open.
      document.body.append(input);
      input.addEventListener("cancel", () => input.remove());
      input.addEventListener("change", () => {
        input.remove();
        if (view === undefined) return;
        beginAt(
          view,
          placeAtCaret(view.state),
          Array.from(input.files ?? [], (from) => ({ from })),
          port,
        );
        view.focus();
      });
      input.click();
    },
  };

  function begin(from: Blob | string): { readonly key: string; readonly dom: HTMLElement } {
    const key = `picture-${++made}`;
    const box = new UploadBox({ retry: () => upload.start(), remove: () => end(true) });
    const upload = new Upload({
      read: async (signal) => {
        const file = await readSource(from, signal);
        if (file.ok) box.preview(file.value);
        return file;
      },
      send: async (file, progress, signal) => {
        // The server says so, too, but not to every browser before it has taken all of it.
        const limit = file.size > SMALL_BYTES ? await askDocument(id) : undefined;
        if (limit?.ok === true && file.size > limit.value.maxPictureBytes) {
          const reason = PICTURES.tooLarge(limit.value.maxPictureBytes / 1e6);
          return { ok: false, error: { code: "too-large", reason } };
        }
        return sendPicture({ document: id, file, progress, signal });
      },
      connected: (signal) => connected(provider, signal),
      pause: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
      changed(state) {
        box.show(state);
        if (state.kind !== "arrived") return;
        if (view !== undefined && fillPlace(view, key, state.picture)) end(false);
        else box.show({ kind: "failed", reason: PICTURES.notWritable, mayRetry: true });
      },
    });
    setUnderWay(key, true);
    upload.start();
    return { key, dom: box.dom };

    function end(isRemoved: boolean): void {
      upload.cancel();
      box.close();
      setUnderWay(key, false);
      if (!isRemoved || view === undefined) return;
      removePlace(view, key);
      view.focus();
    }
  }

  /** The browser asks before it closes a page from which pictures are still being sent. */
  function setUnderWay(key: string, isUnderWay: boolean): void {
    if (isUnderWay) underWay.add(key);
    else underWay.delete(key);
    if (underWay.size > 0) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  }
}

const ask = (event: Event): void => event.preventDefault();

const ACCEPTED = "image/png,image/jpeg,image/gif,image/webp,image/avif";

/** No server has a smaller limit. */
const SMALL_BYTES = 1_000_000;

/** What has come to a stop stays so until a person does something about it. */
function connected(provider: Provider, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (): boolean => {
      const { isSynced, connection, readOnlyReason } = provider.state;
      if (signal.aborted || (isSynced && readOnlyReason === undefined)) resolve(undefined);
      else if (readOnlyReason !== undefined) resolve(readOnlyReason);
      else if (connection === "stopped") resolve(PICTURES.notConnected);
      else return false;
      return true;
    };
    if (settle()) return;
    const stop = provider.subscribe(() => settle() && stop());
    signal.addEventListener("abort", () => settle() && stop());
  });
}
