import { expect, test } from "vitest";
import { type DocumentId, snapshotHeaders, snapshotPath } from "@sheaf/protocol";
import * as Y from "yjs";
import type { FetchedSnapshot } from "../ports.ts";
import { snapshotFetcher, type StreamedResponseLike } from "./fetch-snapshot.ts";

const ORIGIN = "http://sheaf.example:3000";
const DOCUMENT = "shopping" as DocumentId;
const HEAD = { position: { logId: new Uint8Array(16).fill(7), seq: 12 }, schemaVersion: 1, role: "editor" } as const;

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
    return Promise.resolve({
      status: 200,
      headers: new Headers(snapshotHeaders(HEAD)),
      body: streamOf(BYTES),
      ...response,
    });
  };
  const done = new Promise<FetchedSnapshot | undefined>((resolve) => {
    snapshotFetcher(ORIGIN, get)(DOCUMENT, { progressed: () => void progress++, done: resolve });
  });
  return { asked, done, progress: () => progress };
}

test("the newest is asked for, what it is and for whom is read from its head, and it stays as it came", async () => {
  const { asked, done, progress } = fetched({ body: streamOf(BYTES.subarray(0, 9), BYTES.subarray(9)) });
  expect(await done).toEqual({ ...HEAD, update: BYTES });
  expect(asked).toEqual([ORIGIN + snapshotPath(DOCUMENT)]);
  expect(progress()).toBe(2);
});

test.each<[string, Partial<StreamedResponseLike> | Error]>([
  ["there is none", { status: 204, headers: new Headers(), body: null }],
  ["it is gone", { status: 404 }],
  ["the server fails", { status: 503 }],
  ["the network fails", new TypeError("Failed to fetch")],
  ["it comes from somewhere else", { headers: new Headers() }],
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
  answer.resolve({ status: 200, headers: new Headers(snapshotHeaders(HEAD)), body: streamOf(BYTES) });
  await new Promise(setImmediate);
  expect(signal?.aborted).toBe(true);
  expect(told).toEqual([]);
});
