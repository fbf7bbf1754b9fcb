import type { Arrived } from "@sheaf/editor";
import type { Result } from "@sheaf/protocol";
import type { Problem } from "../api.ts";

/**
 * A picture on its way to the server.
 *
 *   start ─► reading ─► waiting ⇄ sending ─► arrived
 *               │          └───┬─────┘
 *               └─► failed ◄───┘   retry ─► reading
 *
 * While there is no connection it waits; what the server says no to fails at once, what it does not answer a few times.
 */
export type UploadState =
  | { readonly kind: "reading" }
  | { readonly kind: "waiting" }
  | { readonly kind: "sending"; readonly share: number }
  | { readonly kind: "arrived"; readonly picture: Arrived }
  | { readonly kind: "failed"; readonly reason: string; readonly mayRetry: boolean };

export interface UploadPorts {
  /** The picture's bytes, from wherever they are. */
  readonly read: (signal: AbortSignal) => Promise<Result<Blob, Problem>>;
  readonly send: (
    file: Blob,
    progress: (share: number) => void,
    signal: AbortSignal,
  ) => Promise<Result<Arrived, Problem>>;
  /** Resolves when the server can be asked; to a sentence when it will not be asked any more. */
  readonly connected: (signal: AbortSignal) => Promise<string | undefined>;
  /** Waits before the server is asked again. */
  readonly pause: (millis: number) => Promise<void>;
  readonly changed: (state: UploadState) => void;
}

/** How often a server that seems to be there is asked, and how long after the first time. */
const ATTEMPTS = 4;
const PAUSE_MILLIS = 1_000;

export class Upload {
  readonly #ports: UploadPorts;
  #attempt: AbortController | undefined;

  constructor(ports: UploadPorts) {
    this.#ports = ports;
  }

  /** Begins, or begins anew after a failure. */
  start(): void {
    this.cancel();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const show = (state: UploadState): void => {
      if (!attempt.signal.aborted) this.#ports.changed(state);
    };
    void this.#run(attempt.signal, show);
  }

  /** Ends it, and nothing more is heard of it. */
  cancel(): void {
    this.#attempt?.abort();
  }

  async #run(signal: AbortSignal, show: (state: UploadState) => void): Promise<void> {
    const { read, send, connected, pause } = this.#ports;
    show({ kind: "reading" });
    const file = await read(signal);
    if (!file.ok) return show({ kind: "failed", reason: file.error.reason, mayRetry: mayHelp(file.error) });
    for (let attempt = 1; !signal.aborted; attempt++) {
      show({ kind: "waiting" });
      const obstacle = await connected(signal);
      if (signal.aborted) return;
      if (obstacle !== undefined) return show({ kind: "failed", reason: obstacle, mayRetry: true });
      show({ kind: "sending", share: 0 });
      const sent = await send(file.value, (share) => show({ kind: "sending", share }), signal);
      if (sent.ok) return show({ kind: "arrived", picture: sent.value });
      const { code, reason } = sent.error;
      if (code !== "unreachable" || attempt === ATTEMPTS) {
        return show({ kind: "failed", reason, mayRetry: mayHelp(sent.error) });
      }
      show({ kind: "waiting" });
      await pause(PAUSE_MILLIS * 2 ** (attempt - 1));
    }
  }
}

/** False where the same bytes would be refused again. */
const mayHelp = ({ code }: Problem): boolean => !FINAL.has(code);
const FINAL = new Set(["too-large", "too-many-pixels", "no-picture", "document-full", "foreign"]);
