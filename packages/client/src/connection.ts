/**
 * The connection machine: when to open a socket, when to doubt it, when to come back, when to give up.
 *
 *          start                 opened
 *   idle ─────────► connecting ─────────► open ⟲ heard, welcomed, goodbye, tick: ping
 *                    ▲      │               │
 *       tick, wake,  │      │ closed, tick  │ closed, tick: no answer to a ping
 *            start   │      ▼               │
 *                   waiting ◄───────────────┘
 *
 *   any ── stop ─► idle
 *   any ── fail, refused, closed (retry never) ─► stopped ── start ─► connecting
 *
 * Sockets are numbered. What an earlier socket still says (a late close, a frame in flight) changes nothing.
 */
import { assertNever, CLOSE, type CloseKind, retryAfterClose } from "@sheaf/protocol";

/** Ceiling of the first wait; it doubles with every attempt that was not welcomed. */
export const FIRST_WAIT_MILLIS = 500;
export const LONGEST_WAIT_MILLIS = 30_000;
/** Waits around the server's hint before it counts as gone: one that said goodbye is on its way back. */
export const ANNOUNCED_WAITS = 6;
/** Browsers leave a socket connecting for minutes when packets vanish. */
export const OPEN_WITHIN_MILLIS = 15_000;
export const SILENCE_MILLIS = 20_000;
export const ANSWER_WITHIN_MILLIS = 10_000;
/** The same when somebody's words may be waiting behind a dead socket. */
export const ANSWER_WITHIN_MILLIS_IN_DOUBT = 5_000;

/** Why the machine will not come back by itself. `reason` is a sentence for people. */
export interface StopReason {
  readonly code: CloseKind | "unreadableFrame" | "unreadableUpdate";
  readonly reason: string;
  readonly cause?: unknown;
}

/** How we are coming back. */
interface Return {
  /** Attempts since the last welcome or goodbye, before this one. */
  readonly attempt: number;
  /** What the server said in its goodbye; undefined once it has welcomed us again. */
  readonly retryAfterMillis: number | undefined;
}

/** `socket` is the number of the newest socket; only `connecting` and `open` have it in use. */
export type ConnectionState =
  | { readonly kind: "idle"; readonly socket: number }
  | ({ readonly kind: "connecting"; readonly socket: number; readonly openBy: number } & Return)
  | ({
      readonly kind: "open";
      readonly socket: number;
      readonly isWelcomed: boolean;
      readonly heardAt: number;
      /** Set while a ping is unanswered; any frame answers it. */
      readonly answerBy: number | undefined;
    } & Return)
  | ({ readonly kind: "waiting"; readonly socket: number; readonly until: number } & Return)
  | { readonly kind: "stopped"; readonly socket: number; readonly reason: StopReason };

export type ConnectionEvent =
  | { readonly kind: "start" }
  | { readonly kind: "stop" }
  /** What the connection carries cannot be used: giving up beats going round in circles. */
  | { readonly kind: "fail"; readonly reason: StopReason }
  /** The network or the page came back. */
  | { readonly kind: "wake" }
  /** Something suggests that the socket is dead: a batch is overdue, the browser says offline. */
  | { readonly kind: "doubt" }
  /** The time of {@link deadline} has come. */
  | { readonly kind: "tick" }
  | { readonly kind: "opened"; readonly socket: number }
  | { readonly kind: "heard"; readonly socket: number }
  | { readonly kind: "welcomed"; readonly socket: number }
  | { readonly kind: "goodbye"; readonly socket: number; readonly retryAfterMillis: number }
  | { readonly kind: "closed"; readonly socket: number; readonly code: number; readonly reason: string }
  /** Answers `probe`: the server will refuse every handshake, for this reason. */
  | { readonly kind: "refused"; readonly socket: number; readonly reason: StopReason };

export type ConnectionAction =
  | { readonly kind: "open"; readonly socket: number }
  | { readonly kind: "drop"; readonly socket: number }
  | { readonly kind: "ping"; readonly socket: number }
  /** The socket failed before it opened, and browsers hide why: ask over HTTP. */
  | { readonly kind: "probe"; readonly socket: number };

export interface Transition {
  readonly state: ConnectionState;
  readonly actions: readonly ConnectionAction[];
}

export const IDLE: ConnectionState = { kind: "idle", socket: 0 };

/**
 * @param now - Milliseconds of a clock that never goes back.
 * @param random - From 0 up to, but not, 1; one draw is enough for every event.
 * @returns The same `state` object when the event means nothing to it.
 */
export function transition(state: ConnectionState, event: ConnectionEvent, now: number, random: number): Transition {
  if ("socket" in event && event.socket !== state.socket) return stay(state);
  switch (event.kind) {
    case "start":
      return isLive(state) ? stay(state) : connect(state, now);
    case "stop":
      return { state: { kind: "idle", socket: state.socket }, actions: dropOf(state) };
    case "fail":
      return stop(state, event.reason);
    case "wake":
      return state.kind === "waiting" ? connect(state, now) : doubt(state, now);
    case "doubt":
      return doubt(state, now);
    case "tick":
      return tick(state, now, random);
    case "opened":
      return state.kind === "connecting" ? greet(state, now) : stay(state);
    case "heard":
      return state.kind === "open" ? become({ ...state, heardAt: now, answerBy: undefined }) : stay(state);
    case "welcomed":
      return state.kind === "open" ? become({ ...state, ...AT_FIRST, isWelcomed: true }) : stay(state);
    case "goodbye":
      return state.kind === "open" ? become({ ...state, ...announced(event) }) : stay(state);
    case "closed":
      return closed(state, event, now, random);
    case "refused":
      return state.kind === "waiting" ? stop(state, event.reason) : stay(state);
    default:
      return assertNever(event);
  }
}

/** When the machine wants its next `tick`; undefined when time alone changes nothing. */
export function deadline(state: ConnectionState): number | undefined {
  switch (state.kind) {
    case "connecting":
      return state.openBy;
    case "open":
      return state.answerBy ?? state.heardAt + SILENCE_MILLIS;
    case "waiting":
      return state.until;
    case "idle":
    case "stopped":
      return undefined;
    default:
      return assertNever(state);
  }
}

/**
 * Full jitter: anywhere between nothing and a ceiling that doubles, so that clients cut off together
 * do not come back together.
 */
export function backoffMillis(attempt: number, random: number): number {
  return random * Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** attempt);
}

type Live = Extract<ConnectionState, { kind: "connecting" | "open" }>;

const isLive = (state: ConnectionState): state is Live => state.kind === "connecting" || state.kind === "open";
const stay = (state: ConnectionState): Transition => ({ state, actions: [] });
const become = stay;

const AT_FIRST: Return = { attempt: 0, retryAfterMillis: undefined };
const announced = ({ retryAfterMillis }: { readonly retryAfterMillis: number }): Return => ({
  attempt: 0,
  retryAfterMillis,
});

const dropOf = (state: ConnectionState): readonly ConnectionAction[] =>
  isLive(state) ? [{ kind: "drop", socket: state.socket }] : [];

function connect(state: ConnectionState, now: number): Transition {
  const socket = state.socket + 1;
  const { attempt, retryAfterMillis } = state.kind === "waiting" ? state : AT_FIRST;
  return {
    state: { kind: "connecting", socket, attempt, retryAfterMillis, openBy: now + OPEN_WITHIN_MILLIS },
    actions: [{ kind: "open", socket }],
  };
}

function greet(state: Extract<ConnectionState, { kind: "connecting" }>, now: number): Transition {
  const { socket, attempt, retryAfterMillis } = state;
  const answerBy = now + ANSWER_WITHIN_MILLIS;
  return {
    state: { kind: "open", socket, attempt, retryAfterMillis, isWelcomed: false, heardAt: now, answerBy },
    // A cold document may take its time; the pong says meanwhile that somebody is there.
    actions: [{ kind: "ping", socket }],
  };
}

function doubt(state: ConnectionState, now: number): Transition {
  if (state.kind !== "open") return stay(state);
  const answerBy = now + ANSWER_WITHIN_MILLIS_IN_DOUBT;
  if (state.answerBy !== undefined) {
    return state.answerBy <= answerBy ? stay(state) : become({ ...state, answerBy });
  }
  return { state: { ...state, answerBy }, actions: [{ kind: "ping", socket: state.socket }] };
}

function tick(state: ConnectionState, now: number, random: number): Transition {
  const due = deadline(state);
  if (due === undefined || now < due) return stay(state);
  if (state.kind === "waiting") return connect(state, now);
  if (state.kind === "open" && state.answerBy === undefined) {
    return {
      state: { ...state, answerBy: now + ANSWER_WITHIN_MILLIS },
      actions: [{ kind: "ping", socket: state.socket }],
    };
  }
  return isLive(state) ? { state: wait(state, now, random), actions: dropOf(state) } : stay(state);
}

function closed(
  state: ConnectionState,
  event: Extract<ConnectionEvent, { kind: "closed" }>,
  now: number,
  random: number,
): Transition {
  if (!isLive(state)) return stay(state);
  if (retryAfterClose(event.code) === "never") return { ...stop(state, reasonOf(event)), actions: [] };
  const probe: readonly ConnectionAction[] =
    state.kind === "connecting" ? [{ kind: "probe", socket: state.socket }] : [];
  return { state: wait(state, now, random), actions: probe };
}

function stop(state: ConnectionState, reason: StopReason): Transition {
  return { state: { kind: "stopped", socket: state.socket, reason }, actions: dropOf(state) };
}

function wait({ socket, attempt, retryAfterMillis }: Live, now: number, random: number): ConnectionState {
  const millis = waitMillis({ attempt, retryAfterMillis }, random);
  return { kind: "waiting", socket, attempt: attempt + 1, retryAfterMillis, until: now + millis };
}

function waitMillis({ attempt, retryAfterMillis: hint }: Return, random: number): number {
  if (hint === undefined) return backoffMillis(attempt, random);
  // Half to one and a half times the hint: a draining server sends everybody the same number.
  if (attempt < ANNOUNCED_WAITS) return hint * (0.5 + random);
  return backoffMillis(attempt - ANNOUNCED_WAITS, random);
}

function reasonOf({ code, reason }: { readonly code: number; readonly reason: string }): StopReason {
  const known = (Object.keys(CLOSE) as CloseKind[]).find((kind) => CLOSE[kind].code === code) ?? "malformed";
  return { code: known, reason: reason === "" ? CLOSE[known].reason : reason };
}
