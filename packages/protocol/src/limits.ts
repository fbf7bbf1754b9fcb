/** Bytes of one WebSocket message in either direction; a larger one closes the socket with 1009. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
/** Bytes of one update; the difference to a frame is more than any frame header of either dialect. */
export const MAX_UPDATE_BYTES = MAX_FRAME_BYTES - 256;
/** Bytes of one document's whole state, and of what fragments may add up to. */
export const MAX_SNAPSHOT_BYTES = 256 * 1024 * 1024;
/** Bytes of a logId. */
export const LOG_ID_BYTES = 16;
/** Bytes of one state vector: about 200,000 client ids. */
export const MAX_VECTOR_BYTES = 1024 * 1024;
/** Characters of a document id. */
export const MAX_DOCUMENT_ID_LENGTH = 128;
/** UTF-8 bytes of a sentence for people in a nack, goodbye or denial. */
export const MAX_REASON_BYTES = 512;
/** Bytes of one participant's presence state (its JSON). */
export const MAX_PRESENCE_STATE_BYTES = 4 * 1024;
/** Participants named in one presence frame; stock clients send everybody they know when they open. */
export const MAX_PRESENCE_ENTRIES = 1024;
/** Bytes of one presence payload. */
export const MAX_PRESENCE_BYTES = 1024 * 1024;
/** Documents open on one connection, and the largest channel number plus one. */
export const MAX_CHANNELS = 64;
/** Largest Yjs client id: 32 bits by design; 53 are accepted because clients may draw larger ones. */
export const MAX_CLIENT_ID = Number.MAX_SAFE_INTEGER;
