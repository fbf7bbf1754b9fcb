import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ANNOUNCED_WAITS,
  ANSWER_WITHIN_MILLIS_IN_DOUBT,
  backoffMillis,
  type ConnectionEvent,
  type ConnectionState,
  deadline,
  FIRST_WAIT_MILLIS,
  IDLE,
  LONGEST_WAIT_MILLIS,
  SILENCE_MILLIS,
  type StopReason,
  transition,
} from "./connection.ts";

const NOW = 100_000;
const SOCKET = 7;
const REASON: StopReason = { code: "forbidden", reason: "No." };

/** Two rows for `open`: what a tick means depends on whether a ping is unanswered. */
type StateName = Exclude<ConnectionState["kind"], "open"> | "openQuiet" | "openAsked";
type EventName =
  | Exclude<ConnectionEvent["kind"], "tick" | "closed">
  | "tickEarly"
  | "tickDue"
  | "closed"
  | "closedForGood";

const open = {
  kind: "open",
  socket: SOCKET,
  attempt: 0,
  isWelcomed: true,
  heardAt: NOW,
  retryAfterMillis: undefined,
} as const;
const STATES: Record<StateName, ConnectionState> = {
  idle: { kind: "idle", socket: SOCKET },
  connecting: { kind: "connecting", socket: SOCKET, attempt: 2, retryAfterMillis: undefined, openBy: NOW + 1000 },
  openQuiet: { ...open, answerBy: undefined },
  openAsked: { ...open, answerBy: NOW + 10_000 },
  waiting: { kind: "waiting", socket: SOCKET, attempt: 3, retryAfterMillis: undefined, until: NOW + 1000 },
  stopped: { kind: "stopped", socket: SOCKET, reason: REASON },
};

const EVENTS: Record<EventName, ConnectionEvent> = {
  start: { kind: "start" },
  stop: { kind: "stop" },
  fail: { kind: "fail", reason: REASON },
  wake: { kind: "wake" },
  doubt: { kind: "doubt" },
  tickEarly: { kind: "tick" },
  tickDue: { kind: "tick" },
  opened: { kind: "opened", socket: SOCKET },
  heard: { kind: "heard", socket: SOCKET },
  welcomed: { kind: "welcomed", socket: SOCKET },
  goodbye: { kind: "goodbye", socket: SOCKET, retryAfterMillis: 4000 },
  closed: { kind: "closed", socket: SOCKET, code: 1006, reason: "" },
  closedForGood: { kind: "closed", socket: SOCKET, code: 4403, reason: "" },
  refused: { kind: "refused", socket: SOCKET, reason: REASON },
};

/** `same`: not one thing changes. Otherwise the next state, then the actions. A missing cell does not compile. */
const TABLE: Record<StateName, Record<EventName, string>> = {
  idle: {
    start: "connecting: open 8",
    stop: "idle",
    fail: "stopped",
    wake: "same",
    doubt: "same",
    tickEarly: "same",
    tickDue: "same",
    opened: "same",
    heard: "same",
    welcomed: "same",
    goodbye: "same",
    closed: "same",
    closedForGood: "same",
    refused: "same",
  },
  connecting: {
    start: "same",
    stop: "idle: drop 7",
    fail: "stopped: drop 7",
    wake: "same",
    doubt: "same",
    tickEarly: "same",
    tickDue: "waiting: drop 7",
    opened: "open: ping 7",
    heard: "same",
    welcomed: "same",
    goodbye: "same",
    closed: "waiting: probe 7",
    closedForGood: "stopped",
    refused: "same",
  },
  openQuiet: {
    start: "same",
    stop: "idle: drop 7",
    fail: "stopped: drop 7",
    wake: "open: ping 7",
    doubt: "open: ping 7",
    tickEarly: "same",
    tickDue: "open: ping 7",
    opened: "same",
    heard: "open",
    welcomed: "open",
    goodbye: "open",
    closed: "waiting",
    closedForGood: "stopped",
    refused: "same",
  },
  openAsked: {
    start: "same",
    stop: "idle: drop 7",
    fail: "stopped: drop 7",
    wake: "open",
    doubt: "open",
    tickEarly: "same",
    tickDue: "waiting: drop 7",
    opened: "same",
    heard: "open",
    welcomed: "open",
    goodbye: "open",
    closed: "waiting",
    closedForGood: "stopped",
    refused: "same",
  },
  waiting: {
    start: "connecting: open 8",
    stop: "idle",
    fail: "stopped",
    wake: "connecting: open 8",
    doubt: "same",
    tickEarly: "same",
    tickDue: "connecting: open 8",
    opened: "same",
    heard: "same",
    welcomed: "same",
    goodbye: "same",
    closed: "same",
    closedForGood: "same",
    refused: "stopped",
  },
  stopped: {
    start: "connecting: open 8",
    stop: "idle",
    fail: "stopped",
    wake: "same",
    doubt: "same",
    tickEarly: "same",
    tickDue: "same",
    opened: "same",
    heard: "same",
    welcomed: "same",
    goodbye: "same",
    closed: "same",
    closedForGood: "same",
    refused: "same",
  },
};

const stateNames = Object.keys(STATES) as StateName[];
const eventNames = Object.keys(EVENTS) as EventName[];

const timeOf = (event: EventName, state: ConnectionState): number =>
  event === "tickDue" ? (deadline(state) ?? NOW) : NOW;

function describeStep(before: ConnectionState, event: ConnectionEvent, now: number): string {
  const { state, actions } = transition(before, event, now, 0.5);
  if (state === before && actions.length === 0) return "same";
  return [state.kind, actions.map(({ kind, socket }) => `${kind} ${socket}`).join(", ")].filter(Boolean).join(": ");
}

describe.each(stateNames)("in state %s", (name) => {
  test.each(eventNames)("%s does what the table says", (event) => {
    const state = STATES[name];
    expect(describeStep(state, EVENTS[event], timeOf(event, state))).toBe(TABLE[name][event]);
  });

  test("whatever an earlier socket still says means nothing", () => {
    for (const event of Object.values(EVENTS)) {
      if ("socket" in event) expect(describeStep(STATES[name], { ...event, socket: SOCKET - 1 }, NOW)).toBe("same");
    }
  });
});

/** Runs events at their times from a state. */
function run(
  state: ConnectionState,
  ...events: readonly (readonly [now: number, event: ConnectionEvent])[]
): ConnectionState {
  return events.reduce((each, [now, event]) => transition(each, event, now, 0.5).state, state);
}

test("waits grow to half a minute while nobody welcomes us, and a welcome makes them short again", () => {
  let state = run(IDLE, [0, { kind: "start" }]);
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    state = run(state, [0, { kind: "closed", socket: state.socket, code: 1006, reason: "" }]);
    waits.push(deadline(state) ?? Number.NaN);
    state = run(state, [deadline(state) ?? 0, { kind: "tick" }]);
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);

  const { socket } = state;
  state = run(state, [0, { kind: "opened", socket }], [0, { kind: "welcomed", socket }]);
  state = run(state, [0, { kind: "closed", socket, code: 1006, reason: "" }]);
  expect(deadline(state)).toBe(250);
});

test("a socket that opened but was never welcomed counts as a failed attempt", () => {
  const opened = run(STATES.connecting, [NOW, EVENTS.opened], [NOW, EVENTS.closed]);
  expect(opened).toMatchObject({ kind: "waiting", attempt: 3 });
});

test("every wait lies between nothing and its ceiling, evenly", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(2000), random, (attempt, draw) => {
      const ceiling = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** attempt);
      expect(backoffMillis(attempt, draw)).toBe(draw * ceiling);
      expect(backoffMillis(attempt, draw)).toBeLessThanOrEqual(LONGEST_WAIT_MILLIS);
    }),
  );
});

test("after a goodbye everybody comes back around the server's hint, not at it", () => {
  const told = run(STATES.openQuiet, [NOW, EVENTS.goodbye]);
  const back = [0, 0.5, 0.999].map((random) => deadline(transition(told, EVENTS.closed, NOW, random).state) ?? 0);
  expect(back.map((time) => Math.round(time - NOW))).toEqual([2000, 4000, 5996]);
});

test("a server that said goodbye is asked for again and again around its hint, and then ever more rarely; a welcome forgets it", () => {
  let state = run(STATES.openQuiet, [NOW, EVENTS.goodbye]);
  const fail = (): number => {
    state = run(state, [0, { kind: "closed", socket: state.socket, code: 1006, reason: "" }]);
    const wait = deadline(state) ?? Number.NaN;
    state = run(state, [wait, { kind: "tick" }]);
    return wait;
  };
  const waits = Array.from({ length: ANNOUNCED_WAITS + 3 }, fail);
  expect(waits).toEqual([...Array.from({ length: ANNOUNCED_WAITS }, () => 4000), 250, 500, 1000]);

  state = run(STATES.openQuiet, [NOW, EVENTS.goodbye], [NOW, EVENTS.closed], [NOW, { kind: "wake" }]);
  const { socket } = state;
  state = run(state, [0, { kind: "opened", socket }], [0, { kind: "welcomed", socket }]);
  expect(fail()).toBe(250);
});

test("twenty seconds of silence ask for a sign of life, and ten more end the connection", () => {
  const quiet = STATES.openQuiet;
  expect(deadline(quiet)).toBe(NOW + SILENCE_MILLIS);
  const asked = run(quiet, [NOW + SILENCE_MILLIS, { kind: "tick" }]);
  expect(deadline(asked)).toBe(NOW + SILENCE_MILLIS + 10_000);
  expect(describeStep(asked, { kind: "tick" }, NOW + SILENCE_MILLIS + 10_000)).toBe("waiting: drop 7");
});

test("any frame is a sign of life", () => {
  const heard = run(STATES.openAsked, [NOW + 9999, EVENTS.heard]);
  expect(describeStep(heard, { kind: "tick" }, NOW + 10_000)).toBe("same");
});

test("doubt shortens a wait for an answer and never lengthens it", () => {
  const doubted = run(STATES.openAsked, [NOW, { kind: "doubt" }]);
  expect(deadline(doubted)).toBe(NOW + ANSWER_WITHIN_MILLIS_IN_DOUBT);
  expect(describeStep(doubted, { kind: "doubt" }, NOW + 1)).toBe("same");
});

test("a close for good says why, in the server's words when it has some", () => {
  expect(run(STATES.openQuiet, [NOW, EVENTS.closedForGood])).toMatchObject({
    reason: { code: "forbidden", reason: "You may not open or change this document." },
  });
  expect(
    run(STATES.openQuiet, [NOW, { kind: "closed", socket: SOCKET, code: 4403, reason: "Ask Ann." }]),
  ).toMatchObject({
    reason: { code: "forbidden", reason: "Ask Ann." },
  });
});

test("under any events there is at most one socket, and it is the newest", () => {
  const anyEvent = fc.constantFrom(...Object.values(EVENTS));
  fc.assert(
    fc.property(fc.array(fc.tuple(anyEvent, fc.nat(20_000), fc.boolean()), { maxLength: 60 }), (steps) => {
      let state: ConnectionState = IDLE;
      let now = 0;
      let live: number | undefined;
      for (const [event, millis, isLate] of steps) {
        now += millis;
        const socket = isLate ? state.socket - 1 : state.socket;
        const sent = "socket" in event ? { ...event, socket } : event;
        const next = transition(state, sent, now, 0.5);
        if (sent.kind === "closed" && sent.socket === live) live = undefined;
        for (const action of next.actions) {
          if (action.kind === "open") {
            expect(live).toBeUndefined();
            live = action.socket;
          } else if (action.kind === "drop") {
            expect(action.socket).toBe(live);
            live = undefined;
          }
        }
        state = next.state;
        expect(live !== undefined).toBe(state.kind === "connecting" || state.kind === "open");
        if (live !== undefined) expect(live).toBe(state.socket);
      }
    }),
  );
});
