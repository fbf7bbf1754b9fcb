import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type { Arrived } from "@sheaf/editor";
import type { Problem } from "../api.ts";
import { COMMON } from "../words/common.ts";

/** Where a document's pictures are; one of them behind a slash and its name. */
export const blobsPath = (document: DocumentId): string => `/api/documents/${document}/blobs`;

export interface Sending {
  readonly document: DocumentId;
  readonly file: Blob;
  /** How much of it the server has, from 0 to 1. */
  readonly progress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a picture. With XMLHttpRequest: `fetch` does not say how far it is. */
export function sendPicture({ document, file, progress, signal }: Sending): Promise<Result<Arrived, Problem>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", blobsPath(document));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total === 0 ? 0 : loaded / total));
    request.addEventListener("load", () => {
      // A proxy's own answer is no JSON of ours.
      const answer = request.response as (Arrived & Problem) | null;
      if (answer === null || typeof answer !== "object") resolve(err(UNREACHABLE));
      else resolve(request.status === 201 ? ok(answer) : err(answer));
    });
    for (const event of ["error", "abort", "timeout"]) request.addEventListener(event, () => resolve(err(UNREACHABLE)));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

export const UNREACHABLE: Problem = { code: "unreachable", reason: COMMON.unreachable };
