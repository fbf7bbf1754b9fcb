import { randomBytes } from "node:crypto";
import { OwnClient } from "./own-client.ts";

/** Every field some address answers; a test reads those of the address it asked. */
export interface Body {
  readonly code: string;
  readonly reason: string;
  readonly document: string;
  readonly role: string;
  readonly name: string;
  readonly id: string;
  readonly key: string;
  readonly token: string;
  readonly people: readonly { readonly principal: string; readonly name: string; readonly role: string }[];
  readonly documents: readonly {
    readonly document: string;
    readonly title: string;
    readonly role: string;
    readonly isTrashed: boolean;
  }[];
  readonly isTrashed: boolean;
  readonly time: number;
  readonly by: { readonly name: string; readonly isYou: boolean } | null;
  readonly blob: string;
  readonly width: number;
  readonly height: number;
  readonly invites: readonly { readonly id: string }[];
}

/** Sent as it is; anything else as JSON. */
const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === "string" || body instanceof Uint8Array;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Somebody with a browser, as far as HTTP is concerned: the cookie it holds, and the Origin of our own page. */
export class Visitor {
  readonly url: string;
  cookie: string | undefined;
  /** What its page keeps for when the cookie is lost. */
  readonly deviceKey = randomBytes(17).toString("base64url").slice(0, 22);

  constructor(url: string) {
    this.url = url;
  }

  /** Opens a link of the start line or of an invite. */
  static async join(url: string, key: string, name: string): Promise<Visitor> {
    const visitor = new Visitor(url);
    const answer = await visitor.ask("POST", "/api/join", { key, name, deviceKey: visitor.deviceKey });
    if (answer.status !== 200) throw new Error(`${name} was not let in: ${JSON.stringify(answer.body)}`);
    return visitor;
  }

  /** What a browser sends along by itself. */
  get headers(): Record<string, string> {
    return { origin: this.url, ...(this.cookie === undefined ? {} : { cookie: this.cookie }) };
  }

  /** @param headers - Instead of the visitor's own; an empty one is left out. */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = { ...this.headers, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers };
    const answer = await fetch(this.url + path, {
      method,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== "")),
      ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";")[0];
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.startsWith("application/json") === true;
    return { status: answer.status, headers: answer.headers, body: JSON.parse(isJson ? text : "{}") as Body };
  }

  /** Puts a file into a document. */
  upload(document: string, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = { "content-type": "application/octet-stream", ...headers };
    return this.ask("POST", `/api/documents/${document}/blobs`, bytes, sent);
  }

  open(document: string, schemaVersion = 0): OwnClient {
    return new OwnClient(this.url, document, { schemaVersion, headers: this.headers });
  }
}
