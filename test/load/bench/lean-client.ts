import { connect, type Socket } from "node:net";

const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;
const BINARY = 0x82;
const PING = 0x89;
const PONG = 0x8a;
const CLOSE = 0x88;

/** All sockets read into it, one after the other: thousands of them need no buffers of their own. */
const READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);

export interface Address {
  readonly url: URL;
  readonly path: string;
  readonly subprotocol: string | undefined;
}

/** Told of each message: its bytes are in a buffer that is used again. */
export type Hear = (bytes: Uint8Array, at: number, end: number) => void;

/** A WebSocket client of frames and nothing else, so that a load is the server's and not the generator's. */
export class LeanClient {
  receivedBytes = 0;
  receivedFrames = 0;
  isClosed = false;
  readonly #hear: Hear;
  readonly #socket: Socket;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Bytes of what is kept, before it is of use. */
  #wantedBytes = 0;
  #isOpen = false;
  readonly #opened = Promise.withResolvers<void>();

  constructor({ url, path, subprotocol }: Address, hear: Hear) {
    this.#hear = hear;
    this.#socket = connect({
      host: url.hostname,
      port: Number(url.port),
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (length) => {
          this.#receive(READ_BUFFER.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      this.isClosed = true;
      this.#opened.reject(new Error(`${path} was closed before it was open`));
    });
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${url.host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    ];
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** Resolves once it is upgraded; fails when the server says anything but 101. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Sends messages in one write. */
  send(...messages: readonly Uint8Array[]): void {
    const frames = messages.map((message) => frame(BINARY, message));
    this.#socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    let bytes = chunk;
    if (this.#keptBytes > 0) {
      this.#keptBytes += chunk.length;
      // Put together once, however many pieces a long message comes in.
      this.#kept.push(this.#keptBytes < this.#wantedBytes ? Buffer.from(chunk) : chunk);
      if (this.#keptBytes < this.#wantedBytes) return;
      bytes = Buffer.concat(this.#kept);
      this.#kept = [];
      this.#keptBytes = 0;
    }
    let at = this.#isOpen ? 0 : this.#shakeHands(bytes);
    while (this.#isOpen && at < bytes.length) {
      const next = this.#readFrame(bytes, at);
      if (next === undefined) break;
      at = next;
    }
    if (at === bytes.length) return;
    this.#kept = [Buffer.from(bytes.subarray(at))];
    this.#keptBytes = bytes.length - at;
  }

  /** @returns Where frames begin. */
  #shakeHands(bytes: Buffer): number {
    const end = bytes.indexOf("\r\n\r\n");
    this.#wantedBytes = 0;
    if (end === -1) return 0;
    if (!bytes.toString("latin1", 0, end).startsWith("HTTP/1.1 101")) {
      this.#socket.destroy();
      return bytes.length;
    }
    this.#isOpen = true;
    this.#opened.resolve();
    return end + 4;
  }

  /** @returns Where the next begins; undefined when this one is not all there. */
  #readFrame(bytes: Buffer, at: number): number | undefined {
    const available = bytes.length - at;
    this.#wantedBytes = 2;
    if (available < 2) return undefined;
    const short = bytes[at + 1]!;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    this.#wantedBytes = header;
    if (available < header) return undefined;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
    this.#wantedBytes = header + length;
    if (available < header + length) return undefined;
    const begin = at + header;
    const end = begin + length;
    if (bytes[at] === BINARY) {
      this.receivedFrames++;
      this.#hear(bytes, begin, end);
    } else if (bytes[at] === PING) this.#socket.write(frame(PONG, bytes.subarray(begin, end)));
    else if (bytes[at] === CLOSE) this.#socket.destroy();
    return end;
  }
}

/** RFC 6455 section 5.2: what a client says is masked. */
function frame(opcode: number, message: Uint8Array): Buffer {
  const { length } = message;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(header + 4 + length);
  bytes[0] = opcode;
  if (header === 2) bytes[1] = 128 + length;
  else if (header === 4) {
    bytes[1] = 128 + 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 128 + 127;
    bytes.writeUInt32BE(0, 2);
    bytes.writeUInt32BE(length, 6);
  }
  for (let i = 0; i < 4; i++) bytes[header + i] = MASK[i]!;
  for (let i = 0; i < length; i++) bytes[header + 4 + i] = message[i]! ^ MASK[i & 3]!;
  return bytes;
}
