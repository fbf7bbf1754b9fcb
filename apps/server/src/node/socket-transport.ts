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
      if (ws.readyState === ws.OPEN) socket.write(frame(messages));
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
  };
}

/** RFC 6455 section 5.2: FIN and opcode binary, unmasked, the length in 7, 16 or 64 bits. */
function frame(messages: readonly Uint8Array[]): Buffer {
  let total = 0;
  for (const { length } of messages) total += headerBytes(length) + length;
  const frames = Buffer.allocUnsafe(total);
  let at = 0;
  for (const message of messages) {
    const { length } = message;
    frames[at++] = FIN_BINARY;
    if (length < 126) frames[at++] = length;
    else if (length < 65_536) {
      frames[at++] = 126;
      at = frames.writeUInt16BE(length, at);
    } else {
      frames[at++] = 127;
      at = frames.writeUInt32BE(0, at);
      at = frames.writeUInt32BE(length, at);
    }
    frames.set(message, at);
    at += length;
  }
  return frames;
}

const headerBytes = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);
const FIN_BINARY = 0x82;
