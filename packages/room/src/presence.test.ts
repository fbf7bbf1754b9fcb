import { GONE, MAX_PRESENCE_ENTRIES, MAX_PRESENCE_STATE_BYTES, type PresenceEntry } from "@sheaf/protocol";
import { describe, expect, test } from "vitest";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import type { SessionId } from "./event.ts";
import { MAX_PRESENCE_CLOCK, MAX_ROOM_STATE_BYTES, MAX_SESSION_IDS, Presence } from "./presence.ts";
import { RoomDriver } from "./testing/room-driver.ts";

const A = 1 as SessionId;
const B = 2 as SessionId;
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const entry = (clientId: number, clock: number, value: unknown = { at: clock }): PresenceEntry => ({
  clientId,
  clock,
  state: value === null ? GONE : json(value),
});
const anyone = (): boolean => true;

describe("the table", () => {
  test("[R50] the same or a lower clock is dropped, whoever brings it (trap 18)", () => {
    const presence = new Presence();
    expect(presence.hear(A, [entry(7, 5)], 0, anyone).relay).toHaveLength(1);
    for (const clock of [5, 4, 0]) {
      expect(presence.hear(B, [entry(7, clock, { other: true })], 0, anyone)).toEqual({ relay: [], echo: [] });
    }
    expect(presence.entries()).toEqual([entry(7, 5)]);
    expect(presence.leave(B, 0)).toEqual([]);
  });

  test("[R51] an id moves to the session with the highest clock, and the old one's late close does not remove it", () => {
    const presence = new Presence();
    presence.hear(A, [entry(7, 1)], 0, anyone);
    presence.hear(B, [entry(7, 2)], 0, anyone);
    expect(presence.leave(A, 0)).toEqual([]);
    expect(presence.entries()).toEqual([entry(7, 2)]);
    expect(presence.leave(B, 0)).toEqual([entry(7, 3, null)]);
  });

  test("[R51] a renewal moves an id as well", () => {
    const presence = new Presence();
    presence.hear(A, [entry(7, 1, { x: 1 })], 0, anyone);
    presence.hear(B, [entry(7, 2, { x: 1 })], 0, anyone);
    expect(presence.leave(A, 0)).toEqual([]);
  });

  test("[R52] somebody else's id is dropped", () => {
    const presence = new Presence();
    expect(presence.hear(A, [entry(7, 1), entry(8, 1)], 0, (client) => client !== 7).relay).toEqual([entry(8, 1)]);
  });

  test("[R53] renewals are not relayed, but forwarded together every 10 s (trap 19)", () => {
    const presence = new Presence();
    presence.tick(0);
    presence.hear(A, [entry(7, 1, { x: 1 }), entry(8, 1, { y: 1 })], 0, anyone);
    for (const id of [7, 8]) {
      const renewal = entry(id, 2, id === 7 ? { x: 1 } : { y: 1 });
      expect(presence.hear(A, [renewal], 2_000, anyone).relay).toEqual([]);
    }
    expect(presence.tick(9_000)).toEqual([]);
    expect(presence.tick(10_000)).toEqual([entry(7, 2, { x: 1 }), entry(8, 2, { y: 1 })]);
    expect(presence.tick(20_000)).toEqual([]);
  });

  test("[R54] 30 s of silence, and a leave, end as null at clock + 1", () => {
    const presence = new Presence();
    presence.hear(A, [entry(7, 4), entry(8, 1)], 0, anyone);
    presence.hear(A, [entry(8, 2)], 20_000, anyone);
    expect(presence.tick(29_999)).toEqual([]);
    expect(presence.tick(30_000)).toEqual([entry(7, 5, null)]);
    expect(presence.entries()).toEqual([entry(8, 2)]);
    expect(presence.leave(A, 31_000)).toEqual([entry(8, 3, null)]);
    expect(presence.entries()).toEqual([]);
  });

  test("[R54] null from its owner is relayed once and leaves nothing to remove", () => {
    const presence = new Presence();
    presence.hear(A, [entry(7, 1)], 0, anyone);
    expect(presence.hear(A, [entry(7, 2, null)], 0, anyone).relay).toEqual([entry(7, 2, null)]);
    expect(presence.hear(A, [entry(7, 3, null)], 0, anyone).relay).toEqual([]);
    expect(presence.hear(A, [entry(9, 1, null)], 0, anyone).relay).toEqual([]);
    expect(presence.leave(A, 0)).toEqual([]);
  });

  test.each(["", "{", "1", '"text"', "[]", "true", " null", "[".repeat(600), "{}x"])("[R55] %j is no state", (text) => {
    const presence = new Presence();
    const state = Buffer.from(text);
    expect(presence.hear(A, [{ clientId: 7, clock: 1, state }], 0, anyone).relay).toEqual([]);
    expect(presence.entries()).toEqual([]);
  });

  test("[R55] [MAX_SESSION_IDS] [MAX_PRESENCE_CLOCK] [MAX_ROOM_STATE_BYTES] ids per session and per room, bytes per state and per room, and clocks have an end", () => {
    const presence = new Presence();
    const many = Array.from({ length: MAX_SESSION_IDS + 5 }, (_, index) => entry(index, 1));
    expect(presence.hear(A, many, 0, anyone).relay).toHaveLength(MAX_SESSION_IDS);
    expect(presence.hear(A, [entry(0, 2)], 0, anyone).relay).toHaveLength(1);
    let next = 1_000;
    for (let session = 10; session < 40; session++) {
      presence.hear(
        session as SessionId,
        many.map(() => entry(next++, 1)),
        0,
        anyone,
      );
    }
    expect(presence.entries()).toHaveLength(MAX_PRESENCE_ENTRIES);
    // The gone make room for the living.
    presence.leave(A, 0);
    expect(presence.hear(B, [entry(next++, MAX_PRESENCE_CLOCK)], 0, anyone).relay).toEqual([]);
    expect(presence.hear(B, [entry(next++, MAX_PRESENCE_CLOCK - 1)], 0, anyone).relay).toHaveLength(1);
    const big = { pad: "x".repeat(MAX_PRESENCE_STATE_BYTES) };
    expect(presence.hear(B, [entry(next++, 1, big)], 0, anyone).relay).toEqual([]);

    const full = new Presence();
    const large = { pad: "x".repeat(MAX_PRESENCE_STATE_BYTES - 10) };
    for (let session = 0; session < 20; session++) {
      full.hear(
        session as SessionId,
        Array.from({ length: 60 }, () => entry(next++, 1, large)),
        0,
        anyone,
      );
    }
    const bytes = full.entries().reduce((sum, { state }) => sum + state.length, 0);
    // A whole number of the largest states.
    expect(bytes).toBe(MAX_ROOM_STATE_BYTES);
    expect(full.hear(B, [entry(next++, 1, {})], 0, anyone).relay).toEqual([]);
  });

  test("[R57] who comes back at a clock its peers believe gone is told, and forgotten after 10 minutes", () => {
    const presence = new Presence();
    presence.hear(A, [entry(7, 5)], 0, anyone);
    presence.leave(A, 0);
    expect(presence.hear(B, [entry(7, 5)], 1, anyone)).toEqual({ relay: [], echo: [entry(7, 6, null)] });
    expect(presence.hear(B, [entry(7, 7)], 2, anyone).relay).toEqual([entry(7, 7)]);
    presence.leave(B, 3);
    presence.tick(600_003);
    expect(presence.hear(B, [entry(7, 1)], 600_004, anyone).relay).toEqual([entry(7, 1)]);
  });
});

describe("in a room", () => {
  const typed = () => {
    const doc = new Y.Doc();
    doc.getText().insert(0, "x");
    return Y.encodeStateAsUpdate(doc);
  };

  test("[R56] presence waits for the update before it, and the highest clock wins (D3)", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    driver.update(a, typed());
    driver.presence(a, entry(7, 1));
    driver.presence(a, entry(7, 3), entry(8, 1));
    driver.presence(a, entry(7, 2));
    driver.presence(b, entry(9, 1));
    driver.take(b);
    driver.commit();
    const [update, presence] = driver.take(b);
    expect(update).toMatchObject({ kind: "update", seq: 1 });
    expect(presence).toEqual({ kind: "presence", entries: [entry(7, 3), entry(8, 1)] });
  });

  test("[R56] after a failed commit it is heard all the same, and of a session that left not at all", () => {
    const driver = new RoomDriver();
    const [a, b, c] = [driver.join(1), driver.join(2), driver.join(3)];
    driver.update(a, typed());
    driver.update(b, typed());
    driver.presence(a, entry(7, 1));
    driver.presence(b, entry(8, 1));
    driver.leave(b);
    driver.take(c);
    driver.failCommit();
    expect(driver.take(c)).toEqual([{ kind: "presence", entries: [entry(7, 1)] }]);
  });

  test("[R52] an id bound by updates cannot be shown by another principal", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1, { principal: "ann" }), driver.join(2, { principal: "bob" })];
    const doc = new Y.Doc();
    doc.getText().insert(0, "x");
    driver.update(a, Y.encodeStateAsUpdate(doc));
    driver.commit();
    driver.take(a);
    driver.presence(b, entry(doc.clientID, 1));
    expect(driver.take(a)).toEqual([]);
    driver.presence(a, entry(doc.clientID, 1));
    expect(driver.kinds(b)).toContain("presence");
  });

  test("[R54] everybody else hears of a leave", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    driver.presence(a, entry(7, 1));
    driver.take(b);
    driver.leave(a);
    expect(driver.take(b)).toEqual([{ kind: "presence", entries: [entry(7, 2, null)] }]);
  });

  test("[R58] a query is answered with everybody present, even nobody", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    driver.take(a);
    driver.tell({ kind: "query-presence", session: a });
    driver.presence(a, entry(7, 1));
    driver.tell({ kind: "query-presence", session: a });
    expect(driver.take(a)).toEqual([
      { kind: "presence", entries: [] },
      { kind: "presence", entries: [entry(7, 1)] },
    ]);
  });

  test("[R57] a stock client that reconnects with its old clock is seen again at once", () => {
    const driver = new RoomDriver();
    const [a, peer] = [driver.join(1), driver.join(2)];
    const [own, other] = [new Awareness(new Y.Doc()), new Awareness(new Y.Doc())];
    own.setLocalState({ name: "ann" });
    const id = own.clientID;
    const now = () => ({ clientId: id, clock: own.meta.get(id)!.clock, state: json(own.getLocalState()) });
    const hearAll = (awareness: Awareness, session: SessionId) => {
      for (const { entries } of driver.takeOnly(session, "presence")) {
        const source = new Awareness(new Y.Doc());
        for (const { clientId, clock, state } of entries) {
          source.states.set(clientId, JSON.parse(Buffer.from(state).toString()) as Record<string, unknown>);
          source.meta.set(clientId, { clock, lastUpdated: 0 });
        }
        applyAwarenessUpdate(
          awareness,
          encodeAwarenessUpdate(
            source,
            entries.map(({ clientId }) => clientId),
          ),
          "room",
        );
        source.destroy();
      }
    };
    driver.presence(a, now());
    hearAll(other, peer);
    driver.leave(a);
    hearAll(other, peer);
    expect(other.getStates().has(id)).toBe(false);
    const again = driver.join(3);
    driver.presence(again, now());
    hearAll(own, again);
    expect(own.getLocalState()).toEqual({ name: "ann" });
    driver.presence(again, now());
    hearAll(other, peer);
    expect(other.getStates().get(id)).toEqual({ name: "ann" });
    own.destroy();
    other.destroy();
  });
});
