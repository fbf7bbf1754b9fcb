import { describe, expect, test } from "vitest";
import type { SyncedMessage } from "@sheaf/room";
import { MemoryLog } from "@sheaf/room/testing";
import * as Y from "yjs";
import {
  Assembly,
  CLOSE,
  decodeDown,
  decodePresence,
  decodeYWebsocket,
  type DocumentId,
  encodePresence,
  encodeYWebsocket,
  MAX_PRESENCE_ENTRIES,
  NACK,
  PROTOCOL_VERSION,
  type Role,
  type UpFrame,
  type YWebsocketFrame,
} from "@sheaf/protocol";
import { MAX_UNSENT_BYTES } from "./connection.ts";
import { sheafCodec } from "./dialect/sheaf.ts";
import { yWebsocketCodec } from "./dialect/y-websocket.ts";
import { MAX_QUEUED_BYTES } from "./host.ts";
import { TestHost, type TestSocket } from "./testing/test-host.ts";

/** A person at a socket: each `type` is one batch. */
function writer(socket: TestSocket): { type(text: string): void; readonly doc: Y.Doc } {
  const doc = new Y.Doc();
  let number = 0;
  doc.on("update", (update: Uint8Array) => {
    const batch: UpFrame = { kind: "batch", channel: 0, number: ++number, base: 0, answer: false, update };
    socket.say(batch);
  });
  return { doc, type: (text) => doc.getText().insert(doc.getText().length, text) };
}

test("a joiner is welcomed and synced in one write", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("plan");
  await hosts.advance();
  expect(ana.writes).toHaveLength(1);
  expect(ana.kinds()).toEqual(["welcome", "synced"]);
});

test("an edit is acked to its author and shown to the others, never echoed, one write each", async () => {
  const hosts = new TestHost();
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance();
  for (const socket of [ana, ben]) socket.writes.length = 0;
  writer(ana).type("hello");
  await hosts.advance();
  expect(ana.kinds()).toEqual(["ack"]);
  expect(ben.kinds()).toEqual(["update"]);
  expect([ana.writes.length, ben.writes.length]).toEqual([1, 1]);
});

test("edits of several people in one commit: each hears those of others, and its acks where its own are", async () => {
  const hosts = new TestHost();
  const [ana, ben, eve] = [hosts.connect(), hosts.connect(), hosts.connect()];
  const stock = hosts.connectStock("plan");
  for (const socket of [ana, ben, eve]) socket.join("plan", 0);
  stock.receiver.receive(encodeYWebsocket({ kind: "step1", vector: Uint8Array.of(0) }));
  await hosts.advance();
  // The first is written to alone, so that all others share the next commit.
  const [anas, bens] = [writer(ana), writer(ben)];
  anas.type("1");
  for (const socket of [ana, ben, eve, stock]) socket.writes.length = 0;
  for (const [index, by] of [anas, anas, bens, anas, bens].entries()) by.type(String(index));
  await hosts.advance();
  const said = (socket: TestSocket): string[] =>
    socket.heard.map((frame) => `${frame.kind} ${frame.kind === "ack" || frame.kind === "update" ? frame.seq : ""}`);
  const update = (seq: number): string => `update ${seq}`;
  expect(said(eve)).toEqual([1, 2, 3, 4, 5, 6].map(update));
  expect(said(ana)).toEqual(["ack 1", "ack 2", "ack 3", "update 4", "ack 5", "update 6"]);
  expect(said(ben)).toEqual(["update 1", "update 2", "update 3", "ack 4", "update 5", "ack 6"]);
  const frames = stock.writes.flat().map((bytes) => decodeYWebsocket(bytes));
  expect(frames.map((frame) => frame.ok && frame.value.kind)).toEqual(Array(6).fill("update"));
});

test("edits of one turn, of several rooms, share a commit, and each socket gets one write for all of them", async () => {
  const log = new MemoryLog();
  let commits = 0;
  const append = log.append.bind(log);
  log.append = (rows) => {
    commits++;
    return append(rows);
  };
  const hosts = new TestHost(log);
  const [ana, ben, cleo] = [hosts.connect(), hosts.connect(), hosts.connect()];
  ana.join("plan");
  ben.join("plan");
  cleo.join("other");
  await hosts.advance();
  for (const socket of [ana, ben, cleo]) socket.writes.length = 0;
  const [anas, cleos] = [writer(ana), writer(cleo)];
  for (const word of ["a", "b", "c"]) anas.type(word);
  cleos.type("x");
  await hosts.advance();
  expect(commits).toBe(1);
  expect(ben.kinds()).toEqual(["update", "update", "update"]);
  expect([ana, ben, cleo].map(({ writes }) => writes.length)).toEqual([1, 1, 1]);
});

test.each([
  [100, 17],
  [250, 20],
])(
  "in a busy room of %i a commit waits until its window of %i ms is over; alone it does not wait",
  async (people, window) => {
    const log = new MemoryLog();
    const began: number[] = [];
    const append = log.append.bind(log);
    const hosts = new TestHost(log);
    log.append = (rows) => {
      began.push(hosts.now);
      return append(rows);
    };
    const sockets = Array.from({ length: people }, () => hosts.connect());
    for (const socket of sockets) socket.join("plan");
    await hosts.advance();
    const ana = writer(sockets[0]!);
    for (let i = 0; i < 2 * window; i++) {
      ana.type("a");
      await hosts.advance(1);
    }
    await hosts.advance(30);
    // 0.17 ms for each receiver: the first at once, the next ones a window apart.
    expect(began.slice(0, 3)).toEqual([0, window, 2 * window]);
    began.length = 0;
    ana.type("b");
    await hosts.advance();
    expect(began).toEqual([hosts.now]);
  },
);

test("the log is busy a share of the time at most: after a commit that took long the next one waits, even in a small room", async () => {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const begun: number[] = [];
  const append = log.append.bind(log);
  log.append = (rows) => {
    begun.push(hosts.now);
    hosts.now += 0.25;
    return append(rows);
  };
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance(10);
  const [anas, bens] = [writer(ana), writer(ben)];
  anas.type("a");
  await hosts.advance();
  bens.type("b");
  await hosts.advance(1);
  anas.type("c");
  await hosts.advance(10);
  bens.type("d");
  await hosts.advance(10);
  expect(begun).toEqual([10, 13.25, 21.25]);
});

test("nothing is acked or shown when the commit fails, and the operator reads why", async () => {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance();
  for (const socket of [ana, ben]) socket.writes.length = 0;
  log.failAppends({ code: "full", reason: "no space left" });
  writer(ana).type("hello");
  await hosts.advance();
  expect(ana.heard).toEqual([
    expect.objectContaining({ kind: "nack", number: 1, code: "storage", reason: "The server’s disk is full." }),
  ]);
  expect(ben.heard).toEqual([]);
  expect(hosts.reports).toContainEqual({ kind: "commit-failed", code: "full", reason: "no space left", rows: 1 });
});

test("counted is each commit with its time, and each of its updates from when it came until all was written", async () => {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance();
  const append = log.append.bind(log);
  log.append = async (rows) => {
    hosts.now += 7;
    return append(rows);
  };
  const writing = writer(ana);
  writing.type("a");
  writing.type("b");
  hosts.now += 2;
  await hosts.advance();
  expect(hosts.counted).toEqual([
    ["committed", 2, 7],
    ["acked", 9],
    ["acked", 9],
  ]);
  expect(hosts.host.figures()).toEqual({
    connections: { sheaf: 2, "y-websocket": 0 },
    rooms: 1,
    sessions: 2,
    sessionsBehind: 0,
    queuedBytes: 0,
    unsentBytes: 0,
  });
});

test("counted is what was refused, by code, and who was ended, by reason, once", async () => {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance();
  log.failAppends({ code: "storage", reason: "disk I/O error" }, 1);
  writer(ana).type("a");
  await hosts.advance();
  ben.receiver.receive(Uint8Array.of(99));
  ben.receiver.receive(Uint8Array.of(99));
  await hosts.advance();
  expect(hosts.counted).toEqual([["commitFailed"], ["nacked", "storage"], ["closed", "malformed"]]);
});

test("[W62] [MAX_SESSIONS_PER_DOCUMENT] a full document turns newcomers away with when to ask again, and takes one for each who leaves", async () => {
  const hosts = new TestHost(new MemoryLog(), { maxSessionsPerDocument: 2 });
  const [ana, ben] = [hosts.connect(), hosts.connectStock("plan")];
  ana.join("plan");
  const cleo = hosts.connect();
  cleo.join("plan");
  const other = hosts.connect();
  other.join("other");
  await hosts.advance();
  expect(cleo.heard).toEqual([{ kind: "goodbye", retryAfterMillis: 15_000, reason: CLOSE.crowded.reason }]);
  expect(cleo.closedWith).toBe(1013);
  expect([ana.closedWith, ben.closedWith, other.closedWith]).toEqual([undefined, undefined, undefined]);
  expect(hosts.host.isCrowded("plan" as DocumentId)).toBe(true);

  ana.say({ kind: "leave", channel: 0 });
  ben.receiver.closed();
  ben.receiver.closed();
  expect(hosts.host.isCrowded("plan" as DocumentId)).toBe(false);
  const [dora, emil, fay] = [hosts.connect(), hosts.connect(), hosts.connect()];
  for (const socket of [dora, emil, fay]) socket.join("plan");
  await hosts.advance();
  expect([dora.closedWith, emil.closedWith, fay.closedWith]).toEqual([undefined, undefined, 1013]);
});

test("joins of a document that is being loaded wait for the one load", async () => {
  const log = new MemoryLog();
  let loads = 0;
  const load = log.load.bind(log);
  log.load = (document) => {
    loads++;
    return load(document);
  };
  const hosts = new TestHost(log);
  const sockets = Array.from({ length: 50 }, () => hosts.connect());
  for (const socket of sockets) socket.join("plan");
  await hosts.advance();
  expect(loads).toBe(1);
  for (const socket of sockets) expect(socket.kinds()).toEqual(["welcome", "synced"]);
});

test("a document that cannot be loaded closes its joiners with a reason to come back, and may load later", async () => {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const load = log.load.bind(log);
  log.load = async () => ({ ok: false, error: { code: "storage", reason: "I/O error" } });
  const ana = hosts.connect();
  ana.join("plan");
  await hosts.advance();
  expect(ana.closedWith).toBe(4500);
  log.load = load;
  const ben = hosts.connect();
  ben.join("plan");
  await hosts.advance();
  expect(ben.kinds()).toEqual(["welcome", "synced"]);
});

const PLAN = "plan" as DocumentId;

/** What a stock client has heard. */
function framesIn(socket: TestSocket): readonly YWebsocketFrame[] {
  return socket.writes.flat().map((bytes) => {
    const frame = decodeYWebsocket(bytes);
    if (!frame.ok) throw new Error(`the host wrote a frame that is ${frame.error.code}`);
    return frame.value;
  });
}

const kindsIn = (socket: TestSocket): readonly string[] => framesIn(socket).map(({ kind }) => kind);

const updatesIn = (socket: TestSocket): readonly Uint8Array[] =>
  framesIn(socket).flatMap((frame) => (frame.kind === "update" || frame.kind === "step2" ? [frame.update] : []));

/** The text of a document that has heard these, too. */
function readBy(doc: Y.Doc, updates: readonly Uint8Array[]): string {
  for (const update of updates) Y.applyUpdate(doc, update);
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null]);
  return doc.getText().toJSON();
}

/** A document with four rows, of which one is damaged; the tail holds the last ones. */
async function damagedAt(
  seq: number,
  { compacted = false } = {},
): Promise<{ log: MemoryLog; hosts: TestHost; text: string }> {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const ana = hosts.connect();
  ana.join(PLAN);
  await hosts.advance();
  const { doc, type } = writer(ana);
  for (const letter of "abcd") {
    type(letter.repeat(100_000));
    await hosts.advance(50);
  }
  if (compacted) log.compact(PLAN);
  log.damage(PLAN, seq);
  return { log, hosts, text: doc.getText().toJSON() };
}

/** Comes back to where it was, and reads as far as it gets. */
async function comeBack(
  hosts: TestHost,
  position: { logId: Uint8Array; seq: number } | undefined,
): Promise<TestSocket> {
  const socket = hosts.connect();
  const vector = Uint8Array.of(0);
  socket.say(
    { kind: "hello", protocolVersion: PROTOCOL_VERSION },
    { kind: "join", channel: 0, document: PLAN, schemaVersion: 1, vector, position },
  );
  for (let turn = 0; turn < 10; turn++) await hosts.advance(1);
  return socket;
}

const logIdIn = (socket: TestSocket): Uint8Array => {
  const welcome = socket.heard.find(({ kind }) => kind === "welcome");
  if (welcome?.kind !== "welcome") throw new Error("not welcomed");
  return welcome.logId;
};

function textIn(socket: TestSocket): string {
  const doc = new Y.Doc();
  for (const update of socket.updates) Y.applyUpdate(doc, update);
  return doc.getText().toJSON();
}

test("a damaged row does not close its document: what is whole opens, under another logId, and somebody is told", async () => {
  const { log, hosts } = await damagedAt(3);
  const before = await comeBack(hosts, undefined);
  const restarted = new TestHost(log);
  const ana = await comeBack(restarted, undefined);
  expect(ana.kinds()).toEqual(["welcome", "history", "history", "synced"]);
  expect(textIn(ana)).toBe("a".repeat(100_000) + "b".repeat(100_000));
  expect(logIdIn(ana)).not.toEqual(logIdIn(before));
  expect(restarted.reports).toMatchObject([
    { kind: "quarantined", document: "plan", reason: "row 3 is damaged", kept: 2, aside: 2 },
    { kind: "room-opened" },
  ]);
});

test("damage in rows that a snapshot stands for is passed over with it, by whoever asks for them", async () => {
  const { hosts, text } = await damagedAt(2, { compacted: true });
  const logId = logIdIn(await comeBack(hosts, undefined));
  const ana = await comeBack(hosts, { logId, seq: 1 });
  expect(ana.kinds()).toEqual(["welcome", "history", "synced"]);
  expect(textIn(ana)).toBe(text);
  expect(hosts.reports).toContainEqual(expect.objectContaining({ kind: "read-failed", code: "corrupt" }));
});

test("damage in rows that only they say is found by who reads them: the room gives way to one of what is whole", async () => {
  const { hosts } = await damagedAt(2);
  const ana = await comeBack(hosts, undefined);
  expect(ana.closedWith).toBe(4501);
  const again = await comeBack(hosts, undefined);
  expect(again.kinds()).toEqual(["welcome", "history", "synced"]);
  expect(textIn(again)).toBe("a".repeat(100_000));
});

test("a damaged document for whose whole rows there is no room now is asked for again later", async () => {
  const { log } = await damagedAt(3);
  const quarantine = log.quarantine.bind(log);
  log.quarantine = async () => ({ ok: false, error: { code: "full", reason: "disk is full" } });
  const hosts = new TestHost(log);
  expect((await comeBack(hosts, undefined)).closedWith).toBe(4500);
  expect(hosts.reports).toMatchObject([
    { kind: "load-failed", code: "storage", reason: "row 3 is damaged; it was not set aside: disk is full" },
  ]);
  log.quarantine = quarantine;
  expect((await comeBack(hosts, undefined)).kinds()).toContain("synced");
});

test("a document of which nothing can be read says so and is not retried; others open", async () => {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const load = log.load.bind(log);
  log.load = async (document) =>
    document === "damaged"
      ? { ok: false, error: { code: "corrupt", reason: "row 7 does not match its checksum" } }
      : load(document);
  const ana = hosts.connect();
  ana.join("damaged");
  const ben = hosts.connect();
  ben.join("fine");
  await hosts.advance();
  expect(ana.closedWith).toBe(4410);
  expect(hosts.reports).toContainEqual(
    expect.objectContaining({ kind: "load-failed", document: "damaged", code: "corrupt" }),
  );
  expect(ben.kinds()).toEqual(["welcome", "synced"]);
});

test("a room that breaks its own rules is replaced by one made from the log; its people come back, others notice nothing", async () => {
  const log = new MemoryLog();
  const append = log.append.bind(log);
  const hosts = new TestHost(log);
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  ana.join("plan");
  ben.join("other");
  await hosts.advance();
  ben.writes.length = 0;
  // A log that answers with positions it cannot have given.
  log.append = async (rows) => {
    await append(rows);
    return { ok: true, value: rows.map(() => 99) };
  };
  writer(ana).type("kept");
  await hosts.advance();
  expect(ana.kinds()).not.toContain("ack");
  expect(ana.closedWith).toBe(4501);
  expect(hosts.reports).toContainEqual(expect.objectContaining({ kind: "room-failed", document: "plan" }));
  log.append = append;
  const again = hosts.connect();
  again.join("plan");
  writer(ben).type("undisturbed");
  await hosts.advance();
  expect(again.kinds()).toEqual(["welcome", "history", "synced"]);
  expect(ben.kinds()).toEqual(["ack"]);
});

test("a room nobody is in is forgotten after a while, and read again when someone comes", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("plan");
  await hosts.advance();
  writer(ana).type("kept");
  await hosts.advance();
  ana.receiver.closed();
  await hosts.advance(20_000);
  expect(hosts.reports.map(({ kind }) => kind)).toEqual(["room-opened", "room-closed"]);
  const ben = hosts.connect();
  ben.join("plan");
  await hosts.advance();
  expect(ben.kinds()).toEqual(["welcome", "history", "synced"]);
});

test("many documents share a socket, each on its own channel", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("plan");
  ana.say({
    kind: "join",
    channel: 7,
    document: "other" as never,
    schemaVersion: 1,
    vector: Uint8Array.of(0),
    position: undefined,
  });
  await hosts.advance();
  expect(
    ana.heard.filter(({ kind }) => kind === "welcome").map((frame) => "channel" in frame && frame.channel),
  ).toEqual([0, 7]);
  const ben = hosts.connect();
  ben.join("other");
  await hosts.advance();
  ana.writes.length = 0;
  writer(ben).type("x");
  await hosts.advance();
  expect(ana.heard).toEqual([expect.objectContaining({ kind: "update", channel: 7 })]);
});

describe("carets", () => {
  const show = (socket: TestSocket, clientId: number, clock: number): void => {
    const payload = encodePresence([{ clientId, clock, state: Buffer.from(`{"at":${clock}}`) }]);
    socket.say({ kind: "presence", channel: 0, payload });
  };
  const seen = (socket: TestSocket): (readonly [id: number, clock: number])[][] =>
    socket.heard.flatMap((frame) => {
      const entries = frame.kind === "presence" ? decodePresence(frame.payload) : undefined;
      return entries === undefined ? [] : [entries.map(({ clientId, clock }) => [clientId, clock] as const)];
    });
  const meet = async (hosts: TestHost, count: number): Promise<TestSocket[]> => {
    const sockets = Array.from({ length: count }, () => hosts.connect());
    for (const socket of sockets) socket.join("plan");
    await hosts.advance(100);
    for (const socket of sockets) socket.writes.length = 0;
    return sockets;
  };

  test("move at once when none did for a while, and in a small room always", async () => {
    const hosts = new TestHost();
    const [ana, ben] = (await meet(hosts, 2)) as [TestSocket, TestSocket];
    for (const clock of [1, 2]) {
      show(ana, 1, clock);
      await hosts.advance();
    }
    expect(seen(ben)).toEqual([[[1, 1]], [[1, 2]]]);
    expect(seen(ana)).toEqual([]);
  });

  test("in a large room leave together once a window, of each the latest, and not back to who alone moved", async () => {
    const hosts = new TestHost();
    const [ana, ben, cleo] = (await meet(hosts, 20)) as [TestSocket, TestSocket, TestSocket];
    show(ana, 1, 1);
    await hosts.advance(1);
    expect(seen(cleo)).toEqual([[[1, 1]]]);
    expect(seen(ana)).toEqual([]);
    for (const clock of [2, 3]) {
      show(ana, 1, clock);
      show(ben, 2, clock);
    }
    await hosts.advance(8);
    expect(seen(cleo)).toHaveLength(1);
    await hosts.advance(1);
    expect(seen(cleo).slice(1)).toEqual([
      [
        [1, 3],
        [2, 3],
      ],
    ]);
    expect(cleo.writes).toHaveLength(2);
    expect(ana.writes).toHaveLength(1);
    await hosts.advance(100);
    expect(cleo.writes).toHaveLength(2);
  });

  test("that wait leave with an edit of their room, in one write", async () => {
    const hosts = new TestHost();
    const [ana, ben, cleo] = (await meet(hosts, 20)) as [TestSocket, TestSocket, TestSocket];
    show(ana, 1, 1);
    await hosts.advance(1);
    show(ana, 1, 2);
    writer(ben).type("x");
    await hosts.advance(1);
    expect(seen(cleo)).toEqual([[[1, 1]], [[1, 2]]]);
    expect(cleo.writes).toHaveLength(2);
    expect(cleo.kinds()).toEqual(["presence", "update", "presence"]);
  });

  test("of one who left do not stay: that they are gone is the latest of them", async () => {
    const hosts = new TestHost();
    const [ana, ben, cleo] = (await meet(hosts, 20)) as [TestSocket, TestSocket, TestSocket];
    show(ben, 2, 1);
    await hosts.advance(1);
    show(ana, 1, 1);
    ana.receiver.closed();
    await hosts.advance(20);
    expect(seen(cleo)).toEqual([[[2, 1]], [[1, 2]]]);
  });

  test("[MAX_PRESENCE_ENTRIES] that would not fit a message together leave in two", async () => {
    const hosts = new TestHost();
    const sockets = await meet(hosts, 20);
    const ids = MAX_PRESENCE_ENTRIES / 16;
    const all = (socket: TestSocket, from: number): void => {
      const entries = Array.from({ length: ids }, (_, index) => ({ clientId: from + index, clock: 1, state: EMPTY }));
      socket.say({ kind: "presence", channel: 0, payload: encodePresence(entries) });
    };
    const reader = sockets.at(-1)!;
    show(sockets[18]!, 1_000_000, 1);
    await hosts.advance(1);
    for (const [index, socket] of sockets.slice(0, 16).entries()) all(socket, index * ids);
    // Whose ids go leaves room for others, while all of it still waits.
    sockets[0]!.receiver.closed();
    all(sockets[16]!, 16 * ids);
    await hosts.advance(20);
    expect(seen(reader).map((entries) => entries.length)).toEqual([1, MAX_PRESENCE_ENTRIES - 1, 2 * ids]);
  });
  const EMPTY = Buffer.from("{}");
});

test("a document one has no role in looks as if it did not exist", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect({ access: () => undefined });
  ana.join("secret");
  await hosts.advance();
  expect(ana.closedWith).toBe(4404);
});

test("the role of a stock client that has none was asked twice: whoever comes in is asked about once", async () => {
  const hosts = new TestHost();
  for (const role of [undefined, "viewer"] as const) {
    let questions = 0;
    const access = (): Role | undefined => {
      questions++;
      return role;
    };
    const stock = hosts.connectStock("plan", { access });
    await hosts.advance();
    expect([questions, stock.closedWith]).toEqual([1, role === undefined ? 4404 : undefined]);
    hosts.connect({ access }).join("plan");
    expect(questions).toBe(2);
  }
});

test("a quiet stock client hears something every 15 s, a client of ours nothing", async () => {
  const hosts = new TestHost();
  const stock = hosts.connectStock("plan");
  const ours = hosts.connect();
  ours.join("other");
  await hosts.advance();
  stock.writes.length = 0;
  ours.writes.length = 0;
  await hosts.advance(31_000);
  expect(stock.writes).toEqual([[Uint8Array.of(1, 1, 0)], [Uint8Array.of(1, 1, 0)]]);
  expect(ours.writes).toEqual([]);
});

/** What a reader that applied every update it heard would show. */
function shownBy(socket: TestSocket): string {
  const doc = new Y.Doc();
  for (const update of socket.updates) Y.applyUpdate(doc, update);
  return doc.getText().toJSON();
}

test("nothing is queued for a socket that is congested; when it drains it gets the log from what it missed (D7)", async () => {
  const hosts = new TestHost();
  const [ana, ben, cleo] = [hosts.connect(), hosts.connect(), hosts.connect()];
  for (const socket of [ana, ben, cleo]) socket.join("plan");
  await hosts.advance();
  const { type } = writer(ana);
  type("seen ");
  await hosts.advance();
  ben.unsentBytes = 2 * 1024 * 1024;
  const written = ben.writes.length;
  for (let i = 0; i < 50; i++) {
    type("x".repeat(100_000));
    await hosts.advance(10);
  }
  expect(ben.writes).toHaveLength(written);
  expect(shownBy(cleo)).toHaveLength(5_000_005);
  ben.drain();
  await hosts.advance(10);
  expect(shownBy(ben)).toBe(shownBy(cleo));
  type("live again");
  await hosts.advance(10);
  expect(shownBy(ben).endsWith("live again")).toBe(true);
});

test("a commit of many megabytes fills no socket: who cannot take them at once gets the rest from the log (D7)", async () => {
  const hosts = new TestHost();
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance();
  ben.writes.length = 0;
  const { type, doc } = writer(ana);
  for (let i = 0; i < 40; i++) type("x".repeat(100_000));
  await hosts.advance(50);
  const sizes = ben.writes.map((messages) => messages.reduce((bytes, { length }) => bytes + length, 0));
  expect(Math.max(...sizes)).toBeLessThan(1.2 * 1024 * 1024);
  const reader = new Y.Doc();
  for (const update of ben.updates) Y.applyUpdate(reader, update);
  expect(reader.getText().length).toBe(doc.getText().length);
});

test("a document of any length is sent a piece at a time, as its reader takes it", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("long");
  await hosts.advance();
  const { type } = writer(ana);
  for (let i = 0; i < 40; i++) {
    type("x".repeat(200_000));
    await hosts.advance(10);
  }
  const ben = hosts.connect();
  ben.unsentBytes = 1;
  ben.join("long");
  let pieces = 0;
  for (; shownBy(ben).length < 8_000_000 && pieces < 100; pieces++) {
    await hosts.advance(10);
    const last = ben.writes.at(-1)?.reduce((bytes, { length }) => bytes + length, 0) ?? 0;
    expect(last).toBeLessThan(1024 * 1024);
    ben.drain();
    ben.unsentBytes = 1;
  }
  await hosts.advance(10);
  expect(pieces).toBeGreaterThan(10);
  expect(ben.kinds().at(-1)).toBe("synced");
});

test("a snapshot longer than a frame arrives in fragments, and is the document", async () => {
  const log = new MemoryLog();
  const hosts = new TestHost(log);
  const ana = hosts.connect();
  ana.join("long");
  await hosts.advance();
  const { type, doc } = writer(ana);
  for (const letter of "abc") {
    type(letter.repeat(2 * 1024 * 1024));
    await hosts.advance(10);
  }
  log.compact("long" as DocumentId);
  const ben = hosts.connect();
  ben.join("long");
  await hosts.advance(10);
  const assembly = new Assembly();
  const reader = new Y.Doc();
  let fragments = 0;
  for (const frame of ben.heard) {
    if (frame.kind !== "fragment") continue;
    fragments++;
    const whole = assembly.add(frame);
    const decoded = whole instanceof Uint8Array ? decodeDown(whole) : undefined;
    if (decoded?.ok !== true || decoded.value.kind !== "history") continue;
    for (const { update } of decoded.value.rows) Y.applyUpdate(reader, update);
  }
  expect(fragments).toBe(2);
  expect(reader.getText().toJSON() === doc.getText().toJSON()).toBe(true);
  expect(ben.kinds().at(-1)).toBe("synced");
});

/** A document of which 100 letters are in a snapshot, and nothing in the memory of the host. */
async function restartedWithSnapshot() {
  const log = new MemoryLog();
  const before = new TestHost(log);
  const ana = before.connect();
  ana.join("plan");
  await before.advance();
  const { type } = writer(ana);
  for (const letter of "a".repeat(100)) type(letter);
  await before.advance(50);
  log.compact("plan" as DocumentId);
  let reads = 0;
  const snapshot = log.snapshot.bind(log);
  log.snapshot = (document) => {
    reads++;
    return snapshot(document);
  };
  return { log, hosts: new TestHost(log), reads: () => reads };
}

test("who joins within ten seconds of another needs no read of the snapshot; later it is read anew (D8)", async () => {
  const { hosts, reads } = await restartedWithSnapshot();
  for (const wait of [0, 5_000, 4_000, 2_000]) {
    await hosts.advance(wait);
    const socket = hosts.connect();
    socket.join("plan");
    await hosts.advance(10);
    expect(textIn(socket)).toBe("a".repeat(100));
  }
  // The room was opened with it; the last came after eleven seconds.
  expect(reads()).toBe(1);
});

test("rows that cannot be read reach a stock client one by one", () => {
  const rows = [1, 2].map((seq) => ({ kind: "update" as const, seq, base: 0, update: Uint8Array.of(1, 1, 9, 0, 31) }));
  const frames = yWebsocketCodec.encode({ kind: "history", rows }, 0);
  expect(frames.map((bytes) => decodeYWebsocket(bytes))).toEqual(
    rows.map(({ update }) => ({ ok: true, value: { kind: "update", update } })),
  );
});

test("rows that cannot be read end a join one by one, and the deletions come after them", () => {
  const rows = [1, 2].map((seq) => ({ kind: "update" as const, seq, base: 0, update: Uint8Array.of(1, 1, 9, 0, 31) }));
  const deletions = Uint8Array.of(0, 1, 7, 1, 0, 1);
  const frames = yWebsocketCodec.encode({ kind: "synced", seq: 2, rows, deletions }, 0);
  expect(frames.map((bytes) => decodeYWebsocket(bytes))).toEqual([
    ...rows.map(({ update }) => ({ ok: true, value: { kind: "update", update } })),
    { ok: true, value: { kind: "step2", update: deletions } },
  ]);
});

test("a long row reaches a stock client as it is, in its place among those that are joined", () => {
  const doc = new Y.Doc();
  const text = doc.getText();
  const rows: { kind: "update"; seq: number; base: number; update: Uint8Array }[] = [];
  doc.on("update", (update: Uint8Array) => rows.push({ kind: "update", seq: rows.length + 1, base: 0, update }));
  for (const words of ["a", "b", "c", "long ".repeat(5_000), "d", "e"]) text.insert(text.length, words);
  const updates = yWebsocketCodec.encode({ kind: "history", rows }, 0).map((bytes) => {
    const frame = decodeYWebsocket(bytes);
    return frame.ok && frame.value.kind === "update" ? frame.value.update : new Uint8Array(0);
  });
  expect(updates).toHaveLength(3);
  expect(updates[1]).toEqual(rows[3]!.update);
  const reader = new Y.Doc();
  for (const update of updates) Y.applyUpdate(reader, update);
  expect(reader.getText().toJSON()).toBe(text.toJSON());
});

test("a snapshot that is remembered does not outlive a purge of its document", async () => {
  const { log, hosts, reads } = await restartedWithSnapshot();
  const ana = hosts.connect();
  ana.join("plan");
  await hosts.advance(10);
  hosts.host.forget("plan" as DocumentId);
  await log.purge("plan" as DocumentId);
  const ben = hosts.connect();
  ben.join("plan");
  await hosts.advance(10);
  expect(textIn(ben)).toBe("");
  expect(reads()).toBeLessThanOrEqual(1);
});

test("a stock client gets the rows it lacks joined, and has all of them then", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("plan", 0);
  await hosts.advance();
  const { type, doc } = writer(ana);
  for (let i = 0; i < 120; i++) type("abc"[i % 3]!);
  doc.getText().delete(10, 20);
  await hosts.advance(50);
  const stock = hosts.connectStock("plan");
  stock.receiver.receive(Uint8Array.of(0, 0, 1, 0));
  await hosts.advance(10);
  const updates = updatesIn(stock);
  expect(updates.length).toBeLessThan(10);
  expect(kindsIn(stock)).toEqual(["step1", ...updates.slice(1).map(() => "update"), "step2"]);
  expect(readBy(new Y.Doc(), updates)).toBe(doc.getText().toJSON());
});

test("[R33] a stock client that is nearly current was sent two frames more than by a stock server: now it gets what that says, in as many bytes", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("plan", 0);
  await hosts.advance();
  const { type, doc } = writer(ana);
  doc.clientID = 1;
  const replicas = [new Y.Doc()];
  for (let i = 0; i < 300; i++) {
    if (i % 5 === 4) doc.getText().delete((i * 7) % (doc.getText().length - 1), 1);
    else type("abc"[i % 3]!);
    const replica = new Y.Doc();
    Y.applyUpdate(replica, Y.encodeStateAsUpdate(doc));
    replicas.push(replica);
  }
  await hosts.advance(50);
  for (const [index, replica] of replicas.entries()) {
    const vector = Y.encodeStateVector(replica);
    const stock = hosts.connectStock("plan");
    stock.receiver.receive(encodeYWebsocket({ kind: "step1", vector }));
    await hosts.advance();
    const updates = updatesIn(stock);
    expect(readBy(replica, updates)).toBe(doc.getText().toJSON());
    stock.receiver.closed();
    if (replicas.length - index > 50) continue;
    expect(kindsIn(stock)).toEqual(["step1", "step2"]);
    expect(updates[0]!.length).toBeLessThanOrEqual(Y.encodeStateAsUpdate(doc, vector).length);
  }
});

test("[R33] [W51] the end of a join in both dialects, byte for byte", () => {
  const bytes = (hex: string): Buffer => Buffer.from(packed(hex), "hex");
  const row = (seq: number, hex: string) => ({ kind: "update" as const, seq, base: 1, update: bytes(hex) });
  // Client 5 types "b" and "c" behind an "a", and takes "b" back with the "c"; "a" is gone, too.
  const rows = [row(2, "010105018405000162 00"), row(3, "010105028405010163 0105010101")];
  const deletions = bytes("00 0105010002");
  const end = (parts: Partial<SyncedMessage>): SyncedMessage => {
    return { kind: "synced", seq: 3, rows: [], deletions: undefined, ...parts };
  };

  const toStock = (parts: Partial<SyncedMessage>) => yWebsocketCodec.encode(end(parts), 0).map(hexOf);
  expect(toStock({ rows, deletions })).toEqual(["0001 0f 01010501840500026263 0105010002"].map(packed));
  expect(toStock({ rows })).toEqual(["0001 0f 01010501840500026263 0105010101"].map(packed));
  expect(toStock({ deletions })).toEqual(["0001 06 00 0105010002"].map(packed));
  expect(toStock({})).toEqual(["0001 02 0000"].map(packed));

  const toOurs = (parts: Partial<SyncedMessage>) => sheafCodec.encode(end(parts), 2).map(hexOf);
  const history = "0c02 0201 0a 010105018405000162 00 0301 0e 010105028405010163 0105010101 0000 06 00 0105010002";
  expect(toOurs({ rows, deletions })).toEqual([packed(history), "030203"]);
  expect(toOurs({})).toEqual(["030203"]);
});

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const packed = (hex: string): string => hex.replaceAll(" ", "");

test("[MAX_UNSENT_BYTES] a socket that keeps asking and takes nothing is ended before it fills the memory", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("plan");
  await hosts.advance();
  const bytesOf = (write: readonly Uint8Array[]) => write.reduce((sum, { length }) => sum + length, 0);
  ana.unsentBytes = MAX_UNSENT_BYTES + Math.max(...ana.writes.map(bytesOf));
  for (const closedWith of [undefined, 4529]) {
    ana.say({ kind: "ping", token: 1 });
    await hosts.advance();
    expect(ana.closedWith).toBe(closedWith);
    ana.unsentBytes++;
  }
});

test("[MAX_QUEUED_BYTES] senders are not read while too much waits for the disk", async () => {
  const log = new MemoryLog();
  const append = log.append.bind(log);
  let release = (): void => {};
  log.append = async (rows) => {
    await new Promise<void>((resolve) => (release = resolve));
    return append(rows);
  };
  const hosts = new TestHost(log);
  const ana = hosts.connect();
  ana.join("plan");
  await hosts.advance();
  const { type } = writer(ana);
  type("first");
  await hosts.advance();
  const queued = (): number => hosts.host.figures().queuedBytes;
  for (let i = 0; i < 7; i++) type("x".repeat(1024 * 1024));
  const before = queued();
  type("x".repeat(100_000));
  const overhead = queued() - before - 100_000;
  type("x".repeat(MAX_QUEUED_BYTES - queued() - overhead));
  expect(queued()).toBe(MAX_QUEUED_BYTES);
  expect(ana.isPaused).toBe(false);
  type("x");
  expect(ana.isPaused).toBe(true);
  release();
  await hosts.advance();
  release();
  await hosts.advance();
  expect(ana.isPaused).toBe(false);
});

test("a drain answers for everything taken, says goodbye, closes with 1001, and takes nothing more", async () => {
  const hosts = new TestHost();
  const ana = hosts.connect();
  ana.join("plan");
  await hosts.advance();
  ana.writes.length = 0;
  writer(ana).type("last words");
  const drained = hosts.host.drain();
  await hosts.advance(100);
  await drained;
  expect(ana.kinds().toSorted()).toEqual(["ack", "goodbye"]);
  expect(ana.closedWith).toBe(1001);
  // Its answer to the close is read, or whoever stops the server would wait for it.
  expect(ana.isPaused).toBe(false);
  const late = hosts.connect();
  late.join("plan");
  await hosts.advance(10);
  expect(late.closedWith).toBe(1001);
});

test("the more are to come back to the next process, the more time they are given", async () => {
  const hints: unknown[] = [];
  for (const count of [1, 1_000, 8_000]) {
    const hosts = new TestHost();
    const sockets = Array.from({ length: count }, () => hosts.connect());
    sockets[0]!.say({ kind: "hello", protocolVersion: PROTOCOL_VERSION });
    await hosts.host.drain();
    hints.push(sockets[0]!.heard.map((frame) => "retryAfterMillis" in frame && frame.retryAfterMillis));
  }
  expect(hints).toEqual([[1_000], [1_000], [4_000]]);
});

test("reconsidered: who lost the right to write hears it in one write, after what was accepted before", async () => {
  const hosts = new TestHost();
  let role: Role | undefined = "editor";
  const [ana, ben] = [hosts.connect({ access: () => role }), hosts.connect()];
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance();
  for (const socket of [ana, ben]) socket.writes.length = 0;
  const anas = writer(ana);
  anas.type("be");
  role = "viewer";
  hosts.host.reconsider();
  anas.type("fore");
  await hosts.advance(10);
  expect(ana.heard.map((frame) => [frame.kind, "number" in frame ? frame.number : undefined])).toEqual([
    ["role", undefined],
    ["nack", 2],
    ["ack", 1],
  ]);
  expect(ben.kinds()).toEqual(["update"]);
  // Nothing changed: nobody is told anything.
  hosts.host.reconsider();
  await hosts.advance(10);
  expect(ana.heard).toHaveLength(3);
});

test("reconsidered while the document is being loaded: the role holds before anything is judged", async () => {
  const hosts = new TestHost();
  let role: Role | undefined = "editor";
  const ana = hosts.connect({ access: () => role });
  ana.join("plan");
  writer(ana).type("early");
  role = "viewer";
  hosts.host.reconsider("plan" as DocumentId);
  writer(ana).type("late");
  await hosts.advance(10);
  expect(ana.kinds()).toEqual(["welcome", "synced", "role", "nack", "ack"]);
});

test("reconsidered: who may not even read is told so and ended, in both dialects, and others stay", async () => {
  const hosts = new TestHost();
  let role: Role | undefined = "editor";
  const [ana, ben] = [hosts.connect({ access: () => role }), hosts.connect()];
  const stock = hosts.connectStock("plan", { access: () => role });
  for (const socket of [ana, ben]) socket.join("plan");
  await hosts.advance();
  role = undefined;
  hosts.host.reconsider("other" as DocumentId);
  await hosts.advance(10);
  expect(ana.closedWith).toBeUndefined();
  hosts.host.reconsider("plan" as DocumentId);
  writer(ana).type("too late");
  await hosts.advance(10);
  expect([ana.closedWith, stock.closedWith, ben.closedWith]).toEqual([4405, 4405, undefined]);
  expect(ben.kinds()).toEqual(["welcome", "synced"]);
});

test("reconsidered: a stock reader is told in the words its dialect has", async () => {
  const hosts = new TestHost();
  let role: Role = "editor";
  const stock = hosts.connectStock("plan", { access: () => role });
  await hosts.advance();
  stock.writes.length = 0;
  role = "viewer";
  hosts.host.reconsider();
  await hosts.advance();
  expect(stock.writes.flat().map((bytes) => decodeYWebsocket(bytes))).toEqual([
    { ok: true, value: { kind: "denied", reason: NACK.readOnly.reason } },
  ]);
  role = "editor";
  hosts.host.reconsider();
  await hosts.advance();
  expect(stock.writes).toHaveLength(1);
});

test("reconsidered: what one came in with was revoked or ran out: 4401, whatever one may do", async () => {
  const hosts = new TestHost();
  let isValid = true;
  const ana = hosts.connect({ isValid: () => isValid });
  ana.join("plan");
  await hosts.advance();
  hosts.host.reconsider();
  await hosts.advance();
  expect(ana.closedWith).toBeUndefined();
  isValid = false;
  hosts.host.reconsider();
  await hosts.advance();
  expect(ana.closedWith).toBe(4401);
});

test("forgotten: who is in is ended, and of what they wrote only what was on its way to the log is appended", async () => {
  const log = new MemoryLog();
  const appended: string[] = [];
  let commit = (): void => {};
  const append = log.append.bind(log);
  log.append = async (rows) => {
    appended.push(...rows.map(({ document }) => document));
    await new Promise<void>((resolve) => (commit = resolve));
    return append(rows);
  };
  const hosts = new TestHost(log);
  const [ana, ben] = [hosts.connect(), hosts.connect()];
  ana.join("plan");
  ben.join("notes");
  await hosts.advance();
  const [anaWrites, benWrites] = [writer(ana), writer(ben)];
  anaWrites.type("on its way");
  await hosts.advance();
  anaWrites.type("waits");
  benWrites.type("waits, too");
  hosts.host.forget("plan" as DocumentId);
  await hosts.advance();
  expect([ana.closedWith, ben.closedWith]).toEqual([4405, undefined]);
  commit();
  await hosts.advance(10);
  commit();
  await hosts.advance(10);
  expect(appended).toEqual(["plan", "notes"]);
  expect(ben.kinds()).toContain("ack");
  expect(hosts.host.connectionCount).toBe(1);
});

test("forgotten while it is being loaded: nobody gets in by that load, and the next one is another", async () => {
  const log = new MemoryLog();
  const loads: (() => void)[] = [];
  const load = log.load.bind(log);
  log.load = async (document) => {
    await new Promise<void>((resolve) => loads.push(resolve));
    return load(document);
  };
  const hosts = new TestHost(log);
  const early = hosts.connect();
  early.join("plan");
  await hosts.advance();
  hosts.host.forget("plan" as DocumentId);
  await hosts.advance();
  expect(early.closedWith).toBe(4405);
  const late = hosts.connect();
  late.join("plan");
  await hosts.advance();
  expect(loads).toHaveLength(2);
  loads[0]!();
  await hosts.advance();
  expect(late.kinds()).toEqual([]);
  loads[1]!();
  await hosts.advance();
  expect(late.kinds()).toEqual(["welcome", "synced"]);
  expect(early.kinds()).toEqual([]);
});
