export { createProvider, type Provider, type ProviderOptions, type ProviderState } from "./provider.ts";
export { type Status, statusSentence, type Why } from "./status.ts";
export type { Batch, RefusedBatch } from "./batches.ts";
export type { StopReason } from "./connection.ts";
export type { ClockLike, OpenSocket, Ports, Signal, SocketLike, SocketListener } from "./ports.ts";
export { socketOpener, type WebSocketClass, type WebSocketLike } from "./web-socket.ts";
