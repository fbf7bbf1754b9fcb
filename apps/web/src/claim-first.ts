import type { OpenSocket, SocketLike } from "@sheaf/client";
import type { Answer } from "./api.ts";

/**
 * Sockets for a document that is nobody's yet: the first one opens when the document was claimed. Writing does not wait
 * for that. To the connection machine a claim that fails is a socket that fails: it says so, and tries again.
 *
 * @param settled - Told once when there is nothing left to claim.
 */
export function claimFirst(openSocket: OpenSocket, claim: () => Answer<unknown>, settled: () => void): OpenSocket {
  let isSettled = false;
  return (listener) => {
    if (isSettled) return openSocket(listener);
    let socket: SocketLike | undefined;
    let isClosed = false;
    void claim().then((claimed) => {
      // Somebody else's already: the socket says what that means for us.
      if (claimed.ok || claimed.error.code === "not-found") {
        isSettled = true;
        settled();
        if (!isClosed) socket = openSocket(listener);
      } else if (!isClosed) listener.closed(ABNORMAL, "");
    });
    return {
      send: (bytes) => socket?.send(bytes),
      close() {
        isClosed = true;
        socket?.close();
      },
    };
  };
}

/** What browsers say of a socket that never opened; whoever asks why, asks the server (D13). */
const ABNORMAL = 1006;
