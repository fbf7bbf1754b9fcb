export type { RoomEvent, SessionId } from "./event.ts";
export type { HistoryMessage, RoomEffect, RoomMessage, RowMessage, SyncedMessage } from "./effect.ts";
export { isIdle, openRoom, receivers, type Room, step } from "./room.ts";
export {
  type AppendRequest,
  type LoadedLog,
  type Log,
  type LogError,
  type LogRow,
  NOBODY,
  oneRead,
  type Principal,
  type Quarantined,
  type Snapshot,
} from "./log.ts";
export { salvage } from "./salvage.ts";
export { schemaOfSummary, summarize, type Summary } from "./summary.ts";
export { encodeCoverage } from "./coverage.ts";
export { joinUpdates } from "./join-updates.ts";
export { withDeletions } from "./with-deletions.ts";
export { walkUpdate } from "./walker.ts";
export type { ClientRanges } from "./clock-ranges.ts";
