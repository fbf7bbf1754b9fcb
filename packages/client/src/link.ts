import { Assembly, assertNever, decodeDown, type DownFrame, encodeUp, type UpFrame } from "@sheaf/protocol";
import { createAlarm } from "./alarm.ts";
import {
  type ConnectionAction,
  type ConnectionEvent,
  type ConnectionState,
  deadline,
  IDLE,
  transition,
} from "./connection.ts";
import type { Ports, SocketLike } from "./ports.ts";
import { SENTENCES } from "./sentences.ts";

/** The connection machine with a socket and a timer in its hands. */
export interface Link {
  readonly state: ConnectionState;
  /** Does nothing while no socket is open: whoever must not lose a frame sends it again after the next welcome. */
  send(frame: UpFrame): void;
  tell(event: Extract<ConnectionEvent, { kind: "start" | "stop" | "fail" | "wake" | "doubt" }>): void;
}

/** A frame as it was before it was cut for the wire. */
export type DownMessage = Exclude<DownFrame, { kind: "fragment" }>;

export interface LinkListener {
  /** A socket is open: say hello. */
  opened(): void;
  frame(frame: DownMessage): void;
  /** The machine went to another state; what follows from that was done. */
  changed(): void;
}

export function createLink(ports: Ports, listener: LinkListener): Link {
  let state: ConnectionState = IDLE;
  /** The newest socket; used only while the machine is connecting or open. */
  let socket: SocketLike | undefined;
  let assembly = new Assembly();
  const alarm = createAlarm(ports.clock, () => dispatch({ kind: "tick" }));
  const inTurn = oneAtATime();

  const dispatch = (event: ConnectionEvent): void => inTurn(() => run(event));

  function run(event: ConnectionEvent): void {
    const before = state;
    const next = transition(before, event, ports.clock.now(), ports.random());
    state = next.state;
    alarm.set(deadline(state));
    if (before.kind === "connecting" && next.state.kind === "open") listener.opened();
    for (const action of next.actions) perform(action);
    if (before.kind !== next.state.kind) listener.changed();
  }

  function perform(action: ConnectionAction): void {
    switch (action.kind) {
      case "open": {
        const number = action.socket;
        assembly = new Assembly();
        socket = ports.openSocket({
          opened: () => dispatch({ kind: "opened", socket: number }),
          message: (bytes) => inTurn(() => receive(number, bytes)),
          closed: (code, reason) => dispatch({ kind: "closed", socket: number, code, reason }),
        });
        return;
      }
      case "drop":
        socket?.close();
        return;
      case "ping":
        send({ kind: "ping", token: action.socket });
        return;
      case "probe":
        void probe(action.socket); // never rejects
        return;
      default:
        assertNever(action);
    }
  }

  function receive(number: number, bytes: Uint8Array): void {
    if (state.kind !== "open" || state.socket !== number) return;
    const decoded = decodeDown(bytes);
    if (!decoded.ok) return misunderstand(decoded.error);
    run({ kind: "heard", socket: number });
    if (decoded.value.kind !== "fragment") return take(number, decoded.value);
    const frame = assembly.add(decoded.value);
    if (frame === undefined) return;
    const whole = frame === false ? undefined : decodeDown(frame);
    if (whole?.ok === true && whole.value.kind !== "fragment") take(number, whole.value);
    else misunderstand(whole?.ok === false ? whole.error : decoded.value);
  }

  function misunderstand(cause: unknown): void {
    const reason = SENTENCES.notUnderstood;
    run({ kind: "fail", reason: { code: "unreadableFrame", reason, cause } });
  }

  function take(number: number, frame: DownMessage): void {
    if (frame.kind === "welcome") run({ kind: "welcomed", socket: number });
    if (frame.kind === "goodbye") run({ kind: "goodbye", socket: number, retryAfterMillis: frame.retryAfterMillis });
    listener.frame(frame);
  }

  function send(frame: UpFrame): void {
    if (state.kind === "open") socket?.send(encodeUp(frame));
  }

  async function probe(number: number): Promise<void> {
    // A probe that fails knows no more than the handshake that failed: the machine is waiting already.
    const reason = await ports.whyRefused?.().catch(() => undefined);
    if (reason !== undefined) dispatch({ kind: "refused", socket: number, reason });
  }

  return {
    get state() {
      return state;
    },
    send,
    tell: dispatch,
  };
}

/** Runs tasks one after the other: what a task causes waits until that task is through. */
function oneAtATime(): (task: () => void) => void {
  const queue: (() => void)[] = [];
  let isRunning = false;
  return (task) => {
    queue.push(task);
    if (isRunning) return;
    isRunning = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) next();
    } finally {
      isRunning = false;
    }
  };
}
