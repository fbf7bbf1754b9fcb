import { type DocumentId, readSnapshotHead, snapshotPath } from "@sheaf/protocol";
import type { FetchedSnapshot, FetchSnapshot } from "../ports.ts";

export interface StreamedResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array> | null;
}

type Get = (url: string, init: { readonly signal: AbortSignal }) => Promise<StreamedResponseLike>;

/**
 * Fetches snapshots over HTTP; the browser unpacks what comes, and keeps it for the next time.
 *
 * @param origin - Of the server, `http:` or `https:`.
 */
export function snapshotFetcher(origin: string, get: Get): FetchSnapshot {
  return (document, listener) => {
    const controller = new AbortController();
    const { signal } = controller;
    const fetched = read(
      document,
      (url) => get(new URL(url, origin).href, { signal }),
      () => listener.progressed(),
    );
    // Whatever went wrong, the socket brings the same, or says why not.
    const settled = fetched.catch(() => undefined);
    void settled.then((snapshot) => !signal.aborted && listener.done(snapshot));
    return () => controller.abort();
  };
}

async function read(
  document: DocumentId,
  get: (url: string) => Promise<StreamedResponseLike>,
  progressed: () => void,
): Promise<FetchedSnapshot | undefined> {
  const { status, headers, body } = await get(snapshotPath(document));
  // What comes from anywhere else, such as a page to sign in to a network, has no such head.
  const head = status === 200 && body !== null ? readSnapshotHead((name) => headers.get(name)) : undefined;
  return head && { ...head, update: await readAll(body!, progressed) };
}

async function readAll(body: ReadableStream<Uint8Array>, progressed: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    progressed();
    chunks.push(next.value);
    length += next.value.length;
  }
  // A Blob would take them to another process and back.
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
