/**
 * Version of the `sheaf.v1` frames. A change of any layout in SPEC.md moves it.
 *
 * 1  first: hello, join, batch, presence, leave, ping; welcome, update, synced, ack, nack, ask, presence, pong, goodbye.
 */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol name offered on `/sync`. */
export const SUBPROTOCOL = "sheaf.v1";
