import type { OpenSocket, SocketListener } from "@sheaf/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { overBadNetwork } from "./bad-network.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page and its server, and when each heard what. */
function pair(search: string) {
  const heard: (readonly [by: "page" | "server", what: number | "opened", at: number])[] = [];
  const note = (by: "page" | "server", what: number | "opened"): void => {
    heard.push([by, what, Math.round(performance.now() - began)]);
  };
  const began = performance.now();
  let server!: SocketListener;
  const open: OpenSocket = (listener) => {
    server = listener;
    return { send: ([what]) => note("server", what!), close: () => note("server", -1) };
  };
  const page = overBadNetwork(
    open,
    search,
  )({
    opened: () => note("page", "opened"),
    message: ([what]) => note("page", what!),
    closed: (code) => note("page", code),
  });
  return { heard, page, server };
}

test("latency holds up every message, in both directions, and the end of the socket with it", () => {
  const { heard, page, server } = pair("?latency=200");
  server.opened();
  vi.advanceTimersByTime(300);
  page.send(Uint8Array.of(1));
  server.message(Uint8Array.of(2));
  page.close();
  server.closed(1005, "");
  vi.runAllTimers();
  expect(heard).toEqual([
    ["page", "opened", 200],
    ["server", 1, 500],
    ["page", 2, 500],
    ["server", -1, 500],
    ["page", 1005, 500],
  ]);
});

test("what is lost is sent again, and what is behind it waits: nothing is missing or out of order, and a seed says what", () => {
  const told = (seed: number) => {
    const { heard, page } = pair(`?latency=50&loss=0.2&seed=${seed}`);
    for (let at = 0; at < 100; at++) {
      page.send(Uint8Array.of(at));
      vi.advanceTimersByTime(100);
    }
    vi.runAllTimers();
    return heard;
  };
  const first = told(7);
  expect(first.map(([, what]) => what)).toEqual(Array.from({ length: 100 }, (_, at) => at));
  const delays = first.map(([, what, at]) => at - Number(what) * 100);
  expect(Math.min(...delays)).toBe(50);
  expect(Math.max(...delays)).toBe(350);
  expect(told(7)).toEqual(first);
  expect(told(8)).not.toEqual(first);
});

test.each(["", "?latency=0&loss=0", "?latency=much", "?seed=7"])("%o asks for nothing", (search) => {
  const open: OpenSocket = () => ({ send() {}, close() {} });
  expect(overBadNetwork(open, search)).toBe(open);
});
