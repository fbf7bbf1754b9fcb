import { once } from "node:events";
import WebSocket from "ws";
import * as Y from "yjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  decodeDown,
  type DocumentId,
  encodeUp,
  encodeYWebsocket,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
} from "@sheaf/protocol";
import { seededRandom } from "../support/random.ts";
import type { OwnClient } from "../support/own-client.ts";
import { SharedServer } from "../support/shared-server.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

const CHANGES = 200;
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** Within this everybody concerned has heard, on a machine that is not held up by other work. */
const TOLD_MILLIS = 1_000;

type Role = "viewer" | "editor";

let server: SharedServer;
let owner: Visitor;

beforeAll(async () => {
  server = await SharedServer.start();
  owner = await server.owner();
});
afterAll(() => server.stop());

/** Somebody in a document whose owner can change their mind about them. */
class Person {
  readonly document: string;
  readonly name: string;
  visitor!: Visitor;
  #principal = "";

  constructor(document: string, name: string) {
    this.document = document;
    this.name = name;
  }

  async invite(): Promise<void> {
    const { body } = await owner.ask("POST", `/api/documents/${this.document}/invites`, { role: "editor" });
    this.visitor ??= new Visitor(server.url);
    await this.visitor.ask("POST", "/api/join", { key: body.key, name: this.name });
    const { people } = (await owner.ask("GET", `/api/documents/${this.document}/people`)).body;
    this.#principal = people.find(({ name }) => name === this.name)!.principal;
  }

  async change(role: Role | undefined): Promise<void> {
    const path = `/api/documents/${this.document}/people/${this.#principal}`;
    const answer = role === undefined ? await owner.ask("DELETE", path) : await owner.ask("PUT", path, { role });
    expect(answer.status).toBe(204);
  }
}

/** Types a word every few milliseconds whatever it is told, each in an update of its own that needs no other. */
class Typist {
  readonly person: Person;
  /** Words by what became of them. */
  readonly acked = new Set<string>();
  readonly nacked = new Set<string>();
  /** The number of the last batch sent. */
  sent = 0;
  role: Role | "owner" | "commenter" | undefined;
  closed: number | undefined;
  #ws: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(person: Person) {
    this.person = person;
  }

  word = (number: number): string => `${this.person.name}-${number}`;

  async connect(): Promise<void> {
    const ws = new WebSocket(`${server.url.replace("http", "ws")}/sync`, [SUBPROTOCOL], {
      headers: this.person.visitor.headers,
    });
    this.#ws = ws;
    this.closed = undefined;
    ws.on("close", (code) => {
      this.closed = code;
      clearInterval(this.#timer);
    });
    ws.on("message", (data: Buffer) => this.#hear(new Uint8Array(data)));
    await once(ws, "open");
    const document = this.person.document as DocumentId;
    ws.send(encodeUp({ kind: "hello", protocolVersion: PROTOCOL_VERSION }));
    ws.send(
      encodeUp({ kind: "join", channel: 0, document, schemaVersion: 0, vector: Uint8Array.of(0), position: undefined }),
    );
    await until("welcomed", () => this.role !== undefined);
    this.#timer = setInterval(() => this.#type(ws), 10);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#ws?.close();
  }

  #type(ws: WebSocket): void {
    if (ws.readyState !== WebSocket.OPEN) return;
    const doc = new Y.Doc();
    doc.getText("text").insert(0, `${this.word(++this.sent)} `);
    const update = Y.encodeStateAsUpdate(doc);
    ws.send(encodeUp({ kind: "batch", channel: 0, number: this.sent, base: 0, answer: false, update }));
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeDown(bytes);
    if (!frame.ok) throw new Error(frame.error.code);
    const { value } = frame;
    if (value.kind === "welcome" || value.kind === "role") this.role = value.role;
    if (value.kind === "ack") this.acked.add(this.word(value.number));
    if (value.kind === "nack") this.nacked.add(this.word(value.number));
  }
}

test(`${CHANGES} changes of roles while people type: every frame after one is judged by it, and all are told in time`, async () => {
  console.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  const document = "busy";
  await owner.ask("POST", "/api/documents", { document });
  const witness = await owner.open(document).synced();
  const typists = ["Ana", "Ben", "Cleo", "Dan"].map((name) => new Typist(new Person(document, name)));
  for (const typist of typists) {
    await typist.person.invite();
    await typist.connect();
  }
  const delays: number[] = [];
  const refused = new Set<string>();
  for (let change = 0; change < CHANGES; change++) {
    const typist = typists[Math.floor(random() * typists.length)]!;
    const { person } = typist;
    const before = typist.sent;
    await until("it types", () => typist.sent > before);
    const role = typist.role === "editor" ? (random() < 0.5 ? "viewer" : undefined) : "editor";
    const asked = performance.now();
    await person.change(role);
    const last = typist.sent; // from here on everything is judged by the new role
    const isTold = (): boolean => (role === undefined ? typist.closed !== undefined : typist.role === role);
    await until(`${person.name} is told`, isTold);
    delays.push(performance.now() - asked);
    if (role === undefined) {
      expect(typist.closed).toBe(4405);
      for (let number = last + 1; number <= typist.sent; number++) refused.add(typist.word(number));
      await person.invite();
      typist.role = undefined;
      await typist.connect();
    } else if (role === "viewer") {
      await until("it typed on", () => typist.sent > last + 3);
      const upTo = typist.sent;
      for (let number = last + 1; number <= upTo; number++) refused.add(typist.word(number));
      await until("it is refused", () => typist.nacked.has(typist.word(upTo)));
    } else {
      const next = typist.word(typist.sent + 1);
      await until("it may write again", () => typist.acked.has(next));
    }
  }
  for (const typist of typists) typist.stop();
  await until("everything acknowledged is seen", () => {
    const words = new Set(witness.text.toString().split(" "));
    return typists.every(({ acked }) => [...acked].every((word) => words.has(word)));
  });
  const words = new Set(witness.text.toString().split(" "));
  expect([...refused].filter((word) => words.has(word))).toEqual([]);
  expect(typists.flatMap(({ nacked }) => [...nacked].filter((word) => words.has(word)))).toEqual([]);
  expect(refused.size).toBeGreaterThan(CHANGES / 2);
  const told = delays.toSorted((a, b) => a - b);
  console.log(`told after ${told[Math.floor(told.length / 2)]!.toFixed(1)} ms, at most ${told.at(-1)!.toFixed(1)} ms`);
  expect(told[Math.floor(told.length * 0.95)]).toBeLessThan(TOLD_MILLIS);
  witness.close();
});

test("our own page: what is typed as the role goes is kept, offered back, and saved when the role comes back", async () => {
  const random = seededRandom(SEED);
  const document = "kept";
  await owner.ask("POST", "/api/documents", { document });
  const witness = await owner.open(document).synced();
  const person = new Person(document, "Eve");
  await person.invite();
  let page = await person.visitor.open(document).synced();
  const typed: string[] = [];
  const type = (): void => {
    const word = `w${typed.length}`;
    typed.push(word);
    page.text.insert(page.text.length, `${word} `);
  };
  const wordsOf = ({ text }: OwnClient): string[] => text.toString().trim().split(/\s+/);
  const typing = setInterval(type, 5);
  for (let change = 0; change < 30; change++) {
    const count = typed.length;
    await until("it types", () => typed.length > count + Math.floor(random() * 10));
    const isRemoved = random() < 0.5;
    await person.change(isRemoved ? undefined : "viewer");
    const { provider } = page;
    await until("the page follows", () =>
      isRemoved ? provider.state.connection === "stopped" : !provider.state.isWritable,
    );
    type();
    await until("what was typed last is offered back", () => provider.state.refused.length > 0);
    expect(provider.state.status).toMatchObject({ kind: "not-saved", why: { code: "refused", nack: "readOnly" } });
    expect(wordsOf(page)).toEqual(typed);
    if (isRemoved) {
      expect(provider.state.status).toMatchObject({ why: { reason: "You no longer have access to this document." } });
      await person.invite();
      provider.connect();
    } else await person.change("editor");
    await until("all is saved", () => provider.state.isWritable && provider.state.refused.length === 0, 20_000);
  }
  clearInterval(typing);
  await until("all is saved", () => page.status === "saved", 20_000);
  await until("the others have every word", () => witness.text.toString() === page.text.toString(), 20_000);
  expect(wordsOf(witness)).toEqual(typed);
  page.close();
  witness.close();
});

test("a stock client is told in its words, and ended with a code it does not retry", async () => {
  const document = "stock-live";
  await owner.ask("POST", "/api/documents", { document });
  const person = new Person(document, "Sam");
  await person.invite();
  const { token } = (await person.visitor.ask("POST", `/api/documents/${document}/tokens`, {})).body;
  const ws = new WebSocket(`${server.url.replace("http", "ws")}/y/${document}?token=${token}`);
  const heard: Buffer[] = [];
  ws.on("message", (data: Buffer) => heard.push(data));
  const closed = once(ws, "close") as Promise<[number, Buffer]>;
  await once(ws, "open");
  await person.change("viewer");
  await until("it is denied", () => heard.some((bytes) => bytes[0] === 2));
  await person.change("editor");
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "mine");
  ws.send(encodeYWebsocket({ kind: "update", update: Y.encodeStateAsUpdate(doc) }));
  const witness = await owner.open(document).synced();
  await until("it may write again", () => witness.text.toString() === "mine");
  await person.change(undefined);
  const [code, reason] = await closed;
  expect([code, reason.toString()]).toEqual([4405, "You no longer have access to this document."]);
  witness.close();
});

test("revoking an invite ends everybody who came in by it, and nobody else", async () => {
  const document = "by-link";
  await owner.ask("POST", "/api/documents", { document });
  const other = await server.guest(owner, document, "editor", "Ola");
  const { id, key } = (await owner.ask("POST", `/api/documents/${document}/invites`, { role: "editor" })).body;
  const visitors = await Promise.all(["Pia", "Quin", "Rob"].map((name) => Visitor.join(server.url, key, name)));
  const pages = await Promise.all([other, ...visitors].map((visitor) => visitor.open(document).synced()));
  await owner.ask("DELETE", `/api/documents/${document}/invites/${id}`);
  const [stays, ...ended] = pages as [OwnClient, ...OwnClient[]];
  await until("they are told", () => ended.every(({ provider }) => provider.state.connection === "stopped"));
  expect(stays.provider.state).toMatchObject({ connection: "open", isWritable: true });
  for (const page of pages) page.close();
});

test("a program whose token is taken back is ended with 4401", async () => {
  const document = "by-token";
  await owner.ask("POST", "/api/documents", { document });
  const { id, token } = (await owner.ask("POST", "/api/tokens", { name: "importer" })).body;
  const ws = new WebSocket(`${server.url.replace("http", "ws")}/y/${document}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const closed = once(ws, "close") as Promise<[number, Buffer]>;
  await once(ws, "open");
  await owner.ask("DELETE", `/api/tokens/${id}`);
  expect((await closed)[0]).toBe(4401);
});
