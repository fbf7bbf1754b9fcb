import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Transport } from "@sheaf/host";

/**
 * A `ws` socket as the host writes to it. The one file that reaches into ws: several messages leave as
 * one write of ready-made frames, because sending costs one system call each whatever its size (D6).
 * Safe beside ws' own pings and close frames, since compression is off and each write is whole frames.
 */
export function socketTransport(ws: WebSocket): Transport {
  const socket = (ws as unknown as { readonly _socket: Socket })._socket;
  return {
    write(messages) {
      if (ws.readyState !== ws.OPEN) return;
      const chunks = frame(messages);
      if (chunks.length > 1) socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      if (chunks.length > 1) socket.uncork();
    },
    close(code, reason) {
      ws.close(code, reason);
    },
    pause() {
      ws.pause();
    },
    resume() {
      ws.resume();
    },
    get unsentBytes() {
      return socket.writableLength;
    },
    whenDrained(task) {
      if (socket.writableNeedDrain) socket.once("drain", task);
      else setImmediate(task);
    },
  };
}

/** A message longer than this goes out as it is: it may be shared by many sockets, so a copy each would be dear. */
const LONGEST_COPY_BYTES = 64 * 1024;

/** RFC 6455 section 5.2: FIN and opcode binary, unmasked, the length in 7, 16 or 64 bits. */
function frame(messages: readonly Uint8Array[]): Uint8Array[] {
  const isCopied = ({ length }: Uint8Array) => length <= LONGEST_COPY_BYTES;
  let total = 0;
  for (const message of messages) total += headerBytes(message.length) + (isCopied(message) ? message.length : 0);
  const bytes = Buffer.allocUnsafe(total);
  const chunks: Uint8Array[] = [];
  let start = 0;
  let at = 0;
  for (const message of messages) {
    at = writeHeader(bytes, message.length, at);
    if (isCopied(message)) {
      bytes.set(message, at);
      at += message.length;
    } else {
      chunks.push(bytes.subarray(start, at), message);
      start = at;
    }
  }
  if (at > start) chunks.push(bytes.subarray(start, at));
  return chunks;
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
