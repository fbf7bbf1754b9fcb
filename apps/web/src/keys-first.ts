import type { OpenSocket } from "@sheaf/client";

/** Somebody whose last key is longer ago is not typing. */
const TYPING_MILLIS = 500;

/** What others do is shown this late at most, however one types. */
const LONGEST_WAIT_MILLIS = 150;

export interface Keys {
  isTyping(): boolean;
  /** Calls `listener` whenever what a key did is on the screen. Returns how to stop. */
  onShown(listener: () => void): () => void;
}

/**
 * While somebody types, what comes from the server waits until a key of theirs is on the screen: every frame that shows
 * what others wrote is one a key may have to wait for, and ten people beside one write in every third.
 */
export function keysFirst(openSocket: OpenSocket, keys: Keys): OpenSocket {
  return (listener) => {
    const waiting: (() => void)[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;

    const come = (arrive: () => void): void => {
      if (waiting.length === 0 && !keys.isTyping()) arrive();
      else if (waiting.push(arrive) === 1) timer = setTimeout(letGo, LONGEST_WAIT_MILLIS);
    };
    function letGo(): void {
      clearTimeout(timer);
      while (waiting.length > 0) {
        try {
          waiting.shift()?.();
        } catch (cause) {
          // As when each comes by itself: what one does wrong keeps no other back.
          reportError(cause);
        }
      }
    }
    const stop = keys.onShown(letGo);

    const socket = openSocket({
      opened: () => come(() => listener.opened()),
      message: (bytes) => come(() => listener.message(bytes)),
      closed(code, reason) {
        stop();
        letGo();
        listener.closed(code, reason);
      },
    });
    return {
      send: (bytes) => socket.send(bytes),
      close() {
        waiting.length = 0;
        socket.close();
      },
    };
  };
}

/** The keys of this page, those of a screen's keyboard among them. */
export function watchKeys(): Keys {
  const listeners = new Set<() => void>();
  let last = -Infinity;
  let isDue = false;

  function shown(): void {
    isDue = false;
    for (const listener of listeners) listener();
  }
  function pressed(): void {
    last = performance.now();
    if (isDue) return;
    isDue = true;
    // The task after a frame is the first that does not keep it from the screen.
    requestAnimationFrame(() => setTimeout(shown));
  }
  for (const name of ["keydown", "beforeinput"]) addEventListener(name, pressed, { capture: true, passive: true });

  return {
    isTyping: () => performance.now() - last < TYPING_MILLIS,
    onShown(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
