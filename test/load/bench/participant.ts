import { DIALECTS, type Dialect, type DialectName, type Heard, NO_VECTOR } from "./dialects.ts";
import { LeanClient } from "./lean-client.ts";

/** Where a load goes. */
export interface Target {
  readonly url: string;
  readonly dialect: DialectName;
  /** False where nobody can open what was typed. */
  readonly holdsDocuments: boolean;
}

/** Told of what comes; the bytes are used again. */
type Listen = (heard: Heard, bytes: Uint8Array) => void;

/** One connection in a document, without a Y.Doc. */
export class Participant {
  readonly document: string;
  sent = 0;
  isSynced = false;
  readonly #dialect: Dialect;
  readonly #listen: Listen | undefined;
  readonly #client: LeanClient;
  #synced: (() => void) | undefined;

  private constructor(target: Target, document: string, listen: Listen | undefined) {
    const dialect = DIALECTS[target.dialect];
    const address = { url: new URL(target.url), path: dialect.path(document), subprotocol: dialect.subprotocol };
    this.#dialect = dialect;
    this.document = document;
    this.#listen = listen;
    this.#client = new LeanClient(address, (bytes, at, end) => this.#hear(bytes, at, end));
  }

  /** Connects and asks for what is beyond a vector. */
  static async enter(
    target: Target,
    document: string,
    listen?: Listen,
    vector: Uint8Array = NO_VECTOR,
  ): Promise<Participant> {
    const participant = new Participant(target, document, listen);
    await participant.#client.opened;
    participant.#client.send(...participant.#dialect.join(document, vector));
    return participant;
  }

  get receivedBytes(): number {
    return this.#client.receivedBytes;
  }

  get receivedFrames(): number {
    return this.#client.receivedFrames;
  }

  get isClosed(): boolean {
    return this.#client.isClosed;
  }

  /** Resolves once everything the server had has come. */
  synced(): Promise<void> {
    return this.isSynced ? Promise.resolve() : new Promise((resolve) => (this.#synced = resolve));
  }

  /** Sends updates in one write. */
  send(...updates: readonly Uint8Array[]): void {
    this.#client.send(...updates.map((update) => this.#dialect.update(this.document, update, ++this.sent)));
  }

  /** @param state - JSON, of the client with this id. */
  show(clientId: number, clock: number, state: Uint8Array): void {
    this.#client.send(this.#dialect.presence(this.document, [{ clientId, clock, state }]));
  }

  pause(): void {
    this.#client.pause();
  }

  resume(): void {
    this.#client.resume();
  }

  close(): void {
    this.#client.close();
  }

  #hear(bytes: Uint8Array, at: number, end: number): void {
    const heard = this.#dialect.hear(bytes, at, end);
    const { kind } = heard;
    if (kind === "question") this.#client.send(this.#dialect.nothingNew(this.document));
    else this.#listen?.(heard, bytes);
    while (heard.next !== undefined) {
      this.#dialect.hearNext!(bytes, heard.next, end);
      this.#listen?.(heard, bytes);
    }
    if (kind !== "answer" && kind !== "synced") return;
    this.isSynced = true;
    this.#synced?.();
  }
}
