export {
  type CopyableLog,
  type HistoryLog,
  type LogReport,
  openSqliteLog,
  type SnapshotLog,
  type SqliteLogOptions,
  type TitleLog,
} from "./sqlite/log.ts";
export { type Copied, readCopied } from "./sqlite/copy.ts";
export { lookAtLog, lookAtRow } from "./sqlite/look.ts";
export { type Rekeyed, rekeyLogs } from "./sqlite/rekey.ts";
export type { LogMeasures } from "./sqlite/database.ts";
export type { Titled } from "./sqlite/messages.ts";
export type { OpenError } from "./sqlite/file.ts";
export type { ContentEncoding } from "./compaction/job.ts";
