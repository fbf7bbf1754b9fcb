import type { ClockLike, Ports, Signal } from "../ports.ts";
import { socketOpener } from "../web-socket.ts";
import { openDeviceStore } from "./device-store.ts";
import { snapshotFetcher } from "./fetch-snapshot.ts";
import { browserQueueOwners } from "./queue-owners.ts";
import { whyRefused } from "./why-refused.ts";

/**
 * A window's own ports.
 *
 * @param url - Where `sheaf.v1` is spoken: an absolute `ws:` or `wss:` address.
 */
export function browserPorts(url: string): Ports {
  return {
    openSocket: socketOpener(WebSocket, url),
    clock: windowClock,
    random: () => Math.random(),
    afterTurn: (task) => queueMicrotask(task),
    onSignal,
    whyRefused: () => whyRefused(url, fetch),
    device: { store: openDeviceStore(), owners: browserQueueOwners() },
    fetchSnapshot: snapshotFetcher(url.replace(/^ws/, "http"), fetch),
  };
}

/** The sync address of the server this page came from. */
export function sameOriginUrl(path = "/sync"): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

const windowClock: ClockLike = {
  now: () => performance.now(),
  setTimer(callback, millis) {
    const timer = setTimeout(callback, millis);
    return () => clearTimeout(timer);
  },
};

function onSignal(listener: (signal: Signal) => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  addEventListener("online", () => listener("online"), { signal });
  addEventListener("offline", () => listener("offline"), { signal });
  // The last event a page can count on; `pageshow` follows when it comes back out of the back/forward cache.
  addEventListener("pagehide", () => listener("hidden"), { signal });
  addEventListener("pageshow", ({ persisted }) => persisted && listener("shown"), { signal });
  // Timers of a hidden tab run once a minute at best, so a wait may be long over.
  document.addEventListener("visibilitychange", () => !document.hidden && listener("shown"), { signal });
  return () => controller.abort();
}
