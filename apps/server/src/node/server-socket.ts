import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { Receiver, Stretch, Transport } from "@sheaf/host";
import type { Heartbeat } from "./heartbeat.ts";

/** Unsent bytes from which on pings are not answered: whoever does not read has no use for more answers. */
export const MAX_UNSENT_PONG_BYTES = 64 * 1024;

/**
 * A `ws` socket that writes as the host does. The one file that reaches into ws: several messages leave as
 * one write of ready-made frames, because sending costs one system call each whatever its size (D6).
 * Safe beside ws' own pings and close frames, since compression is off and each write is whole frames.
 *
 * It hears of its own events where they are emitted: listeners of each would be a third of what we add to a quiet connection.
 */
export class ServerSocket extends WebSocket implements Transport {
  /** True from a ping until it is answered. */
  isPingOpen = false;
  #receiver: Receiver | undefined;
  #heartbeat: Heartbeat | undefined;
  #release: (() => void) | undefined;
  /** Of the message that is being read. */
  readonly #parts: Buffer[] = [];

  /** @param release - Called once it is gone. */
  serve(open: (transport: Transport) => Receiver, heartbeat: Heartbeat, release: () => void): void {
    this.#heartbeat = heartbeat;
    this.#release = release;
    this.#receiver = open(this);
    heartbeat.watch(this);
    receiverOf(this)._fragments = this.#parts;
    // A table of listeners it has none of, and an address that Node reads anew when asked: a tenth of a quiet connection.
    Object.assign(this, { _events: undefined });
    Object.assign(socketOf(this), { _peername: undefined });
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    switch (event) {
      case "message":
        this.#received(args[0] as Buffer, args[1] as boolean);
        return true;
      case "ping":
        // By ourselves, because ws keeps a callback for each socket.
        if (this.unsentBytes < MAX_UNSENT_PONG_BYTES) this.pong(args[0]);
        return true;
      case "pong":
        this.isPingOpen = false;
        return true;
      case "close":
        this.#gone();
        return true;
      case "error":
        // ws closes with the right code by itself; one that nobody hears would end the process.
        return true;
      default:
        return super.emit(event, ...args);
    }
  }

  /** One message, as ws gives it. */
  #received(data: Buffer, isBinary: boolean): void {
    // ws drops its list of parts and begins another with each message. By the next one that is old, and when it is dropped
    // in its turn, what it holds stays until V8 collects everything: all that was read. So it gets the same, emptied.
    this.#parts.length = 0;
    receiverOf(this)._fragments = this.#parts;
    if (isBinary) this.#receiver?.receive(new Uint8Array(data.buffer, data.byteOffset, data.length));
    else this.close(1003, "This server speaks binary frames only.");
  }

  #gone(): void {
    this.#heartbeat?.forget(this);
    this.#receiver?.closed();
    this.#release?.();
  }

  write(stretches: readonly Stretch[]): void {
    if (this.readyState !== this.OPEN) return;
    const socket = socketOf(this);
    const chunks = frame(stretches);
    if (chunks.length > 1) socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    if (chunks.length > 1) socket.uncork();
  }

  get unsentBytes(): number {
    return socketOf(this).writableLength;
  }

  whenDrained(task: () => void): void {
    const socket = socketOf(this);
    if (socket.writableNeedDrain) socket.once("drain", task);
    else setImmediate(task);
  }
}

const socketOf = (ws: WebSocket): Socket => (ws as unknown as { readonly _socket: Socket })._socket;

const receiverOf = (ws: WebSocket): { _fragments: Buffer[] } =>
  (ws as unknown as { readonly _receiver: { _fragments: Buffer[] } })._receiver;

/** What is longer goes to many sockets as one frame made once: a buffer for each would be fresh memory each time. */
const LONGEST_COPY_BYTES = 1024;
/** And what is longer than this as it is, behind its header: a second one of it would be dear. */
const LONGEST_FRAMED_BYTES = 64 * 1024;
/** Pieces that are shorter together leave as one. */
const LONGEST_GATHERED_BYTES = 4 * 1024;

/** Frames of messages, for as long as these are sent to others. */
const framed = new WeakMap<Uint8Array, Uint8Array>();

/** The same of lists of messages, one behind the other; undefined where one of them is long. */
const joined = new WeakMap<readonly Uint8Array[], Joined | undefined>();

interface Joined {
  readonly bytes: Buffer;
  /** Where each message begins, and where the last one ends. */
  readonly starts: readonly number[];
}

/** RFC 6455 section 5.2: FIN and opcode binary, unmasked, the length in 7, 16 or 64 bits. */
function frame(stretches: readonly Stretch[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (const { of, from, to } of stretches) {
    const whole = to - from > 1 ? joinedOnce(of) : undefined;
    if (whole !== undefined) chunks.push(whole.bytes.subarray(whole.starts[from], whole.starts[to]));
    else for (let index = from; index < to; index++) pushFrame(chunks, of[index]!);
  }
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  return chunks.length > 1 && total <= LONGEST_GATHERED_BYTES ? [Buffer.concat(chunks, total)] : chunks;
}

const isShort = ({ length }: Uint8Array): boolean => length <= LONGEST_COPY_BYTES;

function pushFrame(chunks: Uint8Array[], message: Uint8Array): void {
  const { length } = message;
  if (length > LONGEST_FRAMED_BYTES) chunks.push(headerOf(message), message);
  else chunks.push(length > LONGEST_COPY_BYTES ? framedOnce(message) : framedAlone(message));
}

function framedOnce(message: Uint8Array): Uint8Array {
  let bytes = framed.get(message);
  if (bytes === undefined) framed.set(message, (bytes = framedAlone(message)));
  return bytes;
}

function framedAlone(message: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(headerBytes(message.length) + message.length);
  bytes.set(message, writeHeader(bytes, message.length, 0));
  return bytes;
}

function joinedOnce(messages: readonly Uint8Array[]): Joined | undefined {
  if (!joined.has(messages)) joined.set(messages, messages.every(isShort) ? join(messages) : undefined);
  return joined.get(messages);
}

function join(messages: readonly Uint8Array[]): Joined {
  let end = 0;
  const starts = [0, ...messages.map(({ length }) => (end += headerBytes(length) + length))];
  const bytes = Buffer.allocUnsafe(end);
  for (const [index, message] of messages.entries()) {
    bytes.set(message, writeHeader(bytes, message.length, starts[index]!));
  }
  return { bytes, starts };
}

function headerOf({ length }: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(headerBytes(length));
  writeHeader(bytes, length, 0);
  return bytes;
}

function writeHeader(bytes: Buffer, length: number, at: number): number {
  bytes[at] = FIN_BINARY;
  if (length < 126) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    bytes[at + 1] = 126;
    return bytes.writeUInt16BE(length, at + 2);
  }
  bytes[at + 1] = 127;
  return bytes.writeUInt32BE(length, bytes.writeUInt32BE(0, at + 2));
}

const headerBytes = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);
const FIN_BINARY = 0x82;
