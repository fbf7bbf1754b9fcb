import { expect, test } from "vitest";
import { type DocumentId, newestSnapshotPath, snapshotPath } from "@sheaf/protocol";
import * as Y from "yjs";
import type { FetchedSnapshot } from "../ports.ts";
import { snapshotFetcher, type StreamedResponseLike } from "./fetch-snapshot.ts";

const ORIGIN = "http://sheaf.example:3000";
const DOCUMENT = "shopping" as DocumentId;
const POSITION = { logId: new Uint8Array(16).fill(7), seq: 12 };
const ADDRESS = ORIGIN + snapshotPath(DOCUMENT, POSITION);

const doc = new Y.Doc();
doc.getText("text").insert(0, "bread and milk");
const BYTES = Y.encodeStateAsUpdateV2(doc);

const streamOf = (...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

/** What a page is told when the server answers so. */
function fetched(response: Partial<StreamedResponseLike> | Error) {
  const asked: string[] = [];
  let progress = 0;
  const get = (url: string): Promise<StreamedResponseLike> => {
    asked.push(url);
    if (response instanceof Error) return Promise.reject(response);
    return Promise.resolve({ status: 200, url: ADDRESS, body: streamOf(BYTES), ...response });
  };
  const done = new Promise<FetchedSnapshot | undefined>((resolve) => {
    snapshotFetcher(ORIGIN, get)(DOCUMENT, { progressed: () => void progress++, done: resolve });
  });
  return { asked, done, progress: () => progress };
}

test("the newest is asked for, its log and position are read from where it was found, and it stays as it came", async () => {
  const { asked, done, progress } = fetched({ body: streamOf(BYTES.subarray(0, 9), BYTES.subarray(9)) });
  expect(await done).toEqual({ ...POSITION, update: BYTES });
  expect(asked).toEqual([ORIGIN + newestSnapshotPath(DOCUMENT)]);
  expect(progress()).toBe(2);
});

test.each<[string, Partial<StreamedResponseLike> | Error]>([
  ["there is none", { status: 204, url: ORIGIN + newestSnapshotPath(DOCUMENT), body: null }],
  ["it is gone", { status: 404 }],
  ["the server fails", { status: 503 }],
  ["the network fails", new TypeError("Failed to fetch")],
  ["it comes from somewhere else", { url: `${ORIGIN}/login` }],
  ["it is of another document", { url: ORIGIN + snapshotPath("other" as DocumentId, POSITION) }],
])("when %s, there is nothing", async (_what, response) => {
  expect(await fetched(response).done).toBeUndefined();
});

test("once stopped it says nothing any more, and the request ends", async () => {
  let signal: AbortSignal | undefined;
  const answer = Promise.withResolvers<StreamedResponseLike>();
  const told: unknown[] = [];
  const get = (_url: string, init: { readonly signal: AbortSignal }): Promise<StreamedResponseLike> => {
    signal = init.signal;
    return answer.promise;
  };
  const stop = snapshotFetcher(ORIGIN, get)(DOCUMENT, { progressed: () => {}, done: (it) => told.push(it) });
  stop();
  answer.resolve({ status: 200, url: ADDRESS, body: streamOf(BYTES) });
  await new Promise(setImmediate);
  expect(signal?.aborted).toBe(true);
  expect(told).toEqual([]);
});
