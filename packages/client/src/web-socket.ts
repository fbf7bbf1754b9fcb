import { SUBPROTOCOL } from "@sheaf/protocol";
import type { OpenSocket } from "./ports.ts";

/** What is used of a WebSocket: the browser's, Node's and `ws`'s all fit. */
export interface WebSocketLike {
  binaryType: string;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

export type WebSocketClass = new (url: string, subprotocol: string) => WebSocketLike;

/** Opens `sheaf.v1` sockets to one address. */
export function socketOpener(WebSocket: WebSocketClass, url: string): OpenSocket {
  return (listener) => {
    const socket = new WebSocket(url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => listener.opened());
    // An error says nothing that the close after it does not say; `ws` throws when nobody listens.
    socket.addEventListener("error", () => {});
    socket.addEventListener("message", ({ data }) => {
      if (data instanceof ArrayBuffer) listener.message(new Uint8Array(data));
      else socket.close(); // text is not our dialect
    });
    socket.addEventListener("close", ({ code, reason }) => listener.closed(code, reason));
    return socket;
  };
}
