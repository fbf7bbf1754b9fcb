export { createProvider, type Provider, type ProviderOptions } from "./provider.ts";
export type { ProviderState } from "./provider-state.ts";
export { deviceSentence, type Status, statusSentence, type Why } from "./status.ts";
export type { Batch, RefusedBatch } from "./batches.ts";
export { wordsIn } from "./words.ts";
export type { StopReason } from "./connection.ts";
export type {
  ClockLike,
  FetchedSnapshot,
  FetchSnapshot,
  OpenSocket,
  Ports,
  Signal,
  SnapshotListener,
  SocketLike,
  SocketListener,
} from "./ports.ts";
export { socketOpener, type WebSocketClass, type WebSocketLike } from "./web-socket.ts";
export type {
  CopyRow,
  Device,
  DeviceChange,
  DeviceCopy,
  DeviceFailure,
  DeviceFailureCode,
  DeviceStore,
  FoundBatch,
  KeptBatch,
  KeptQueues,
  OwnedQueue,
  QueueOwners,
  Refusal,
} from "./device.ts";
export type { LostAndFound, WaitingWords } from "./rescue/rescue.ts";
export { LOWEST_OWN_ID } from "./rescue/client-ids.ts";
export type { LostWords } from "./rescue/detector.ts";
export type { IdRange, IdSet } from "./rescue/id-set.ts";
