import type { SocketListener } from "@sheaf/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keysFirst } from "./keys-first.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page, its socket's other end, and what the page has heard. */
function page() {
  const heard: (number | "opened")[] = [];
  const listeners = new Set<() => void>();
  const keys = {
    isTyping: false,
    shown: () => listeners.forEach((listener) => listener()),
  };
  let server!: SocketListener;
  const socket = keysFirst(
    (listener) => {
      server = listener;
      return { send: () => {}, close: () => {} };
    },
    {
      isTyping: () => keys.isTyping,
      onShown(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  )({
    opened: () => heard.push("opened"),
    message: ([what]) => heard.push(what!),
    closed: (code) => heard.push(code),
  });
  return { heard, keys, listeners, socket, server };
}

test("while nobody types, what comes is heard at once", () => {
  const { heard, server } = page();
  server.opened();
  server.message(Uint8Array.of(1));
  expect(heard).toEqual(["opened", 1]);
});

test("while somebody types it waits for a key that is shown, and comes in order", () => {
  const { heard, keys, server } = page();
  keys.isTyping = true;
  server.message(Uint8Array.of(1));
  server.message(Uint8Array.of(2));
  expect(heard).toEqual([]);
  keys.isTyping = false;
  server.message(Uint8Array.of(3));
  expect(heard).toEqual([]);
  keys.shown();
  expect(heard).toEqual([1, 2, 3]);
  server.message(Uint8Array.of(4));
  expect(heard).toEqual([1, 2, 3, 4]);
});

test("it waits for 150 ms at most, and each wait is its own", () => {
  const { heard, keys, server } = page();
  keys.isTyping = true;
  server.message(Uint8Array.of(1));
  vi.advanceTimersByTime(100);
  keys.shown();
  server.message(Uint8Array.of(2));
  vi.advanceTimersByTime(149);
  expect(heard).toEqual([1]);
  vi.advanceTimersByTime(1);
  expect(heard).toEqual([1, 2]);
});

test("the end of a socket comes behind all that came before it, and nothing is left listening", () => {
  const { heard, keys, listeners, server } = page();
  keys.isTyping = true;
  server.message(Uint8Array.of(1));
  server.closed(1006, "");
  expect(heard).toEqual([1, 1006]);
  expect(listeners.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a page that has closed its socket hears nothing it still held", () => {
  const { heard, keys, server, socket } = page();
  keys.isTyping = true;
  server.message(Uint8Array.of(1));
  socket.close();
  vi.runAllTimers();
  server.closed(1005, "");
  expect(heard).toEqual([1005]);
});
