import { expect, test } from "vitest";
import { socketOpener } from "./web-socket.ts";

type Listener = (event: { readonly data: unknown; readonly code: number; readonly reason: string }) => void;

/** What a platform's WebSocket does, on command. */
class FakeWebSocket {
  static newest: FakeWebSocket;
  readonly url: string;
  readonly subprotocol: string;
  binaryType = "blob";
  isClosed = false;
  readonly #listeners = new Map<string, Listener>();

  constructor(url: string, subprotocol: string) {
    this.url = url;
    this.subprotocol = subprotocol;
    FakeWebSocket.newest = this;
  }
  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }
  send(): void {}
  close(): void {
    this.isClosed = true;
  }
  emit(type: string, event: Partial<Parameters<Listener>[0]> = {}): void {
    this.#listeners.get(type)?.({ data: undefined, code: 0, reason: "", ...event });
  }
}

function opened() {
  const heard: unknown[] = [];
  socketOpener(
    FakeWebSocket,
    "ws://sheaf.example/sync",
  )({
    opened: () => heard.push("opened"),
    message: (bytes) => heard.push(bytes),
    closed: (code, reason) => heard.push([code, reason]),
  });
  return { heard, socket: FakeWebSocket.newest };
}

test("speaks sheaf.v1 in binary and passes on what happens", () => {
  const { heard, socket } = opened();
  expect([socket.url, socket.subprotocol, socket.binaryType]).toEqual([
    "ws://sheaf.example/sync",
    "sheaf.v1",
    "arraybuffer",
  ]);
  socket.emit("open");
  socket.emit("message", { data: Uint8Array.of(1, 2).buffer });
  socket.emit("close", { code: 4403, reason: "No." });
  expect(heard).toEqual(["opened", Uint8Array.of(1, 2), [4403, "No."]]);
});

test("an error alone is not an end: the close after it is", () => {
  const { heard, socket } = opened();
  socket.emit("error");
  socket.emit("close", { code: 1006 });
  expect(heard).toEqual([[1006, ""]]);
});

test("text is not our dialect and ends the socket", () => {
  const { heard, socket } = opened();
  socket.emit("message", { data: "hello" });
  expect([heard, socket.isClosed]).toEqual([[], true]);
});
