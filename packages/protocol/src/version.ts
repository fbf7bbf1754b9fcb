/**
 * Version of the `sheaf.v1` frames. A change of any layout in SPEC.md moves it.
 *
 * 1  first: hello, join, batch, presence, leave, ping; welcome, update, synced, ack, nack, ask, presence, pong, goodbye.
 * 2  join by log position; a batch says whether it answers an ask; ack 0 for what was held before; fragments; role.
 * 3  what a joiner lacks comes as history, many rows in a frame.
 */
export const PROTOCOL_VERSION = 3;

/** The WebSocket subprotocol name offered on `/sync`. */
export const SUBPROTOCOL = "sheaf.v1";
