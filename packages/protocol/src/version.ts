/**
 * Version of the `sheaf.v1` frames. A change of any layout in SPEC.md moves it.
 *
 * 1  first: hello, join, batch, presence, leave, ping; welcome, update, synced, ack, nack, ask, presence, pong, goodbye.
 * 2  join by log position; a batch says whether it answers an ask; ack 0 for what was held before; fragments; role.
 */
export const PROTOCOL_VERSION = 2;

/** The WebSocket subprotocol name offered on `/sync`. */
export const SUBPROTOCOL = "sheaf.v1";
