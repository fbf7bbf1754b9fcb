export {
  type HistoryLog,
  type LogReport,
  openSqliteLog,
  type SnapshotLog,
  type SqliteLogOptions,
  type TitleLog,
} from "./sqlite/log.ts";
export type { Titled } from "./sqlite/messages.ts";
export type { LogMeasures } from "./sqlite/database.ts";
export type { OpenError } from "./sqlite/file.ts";
export type { ContentEncoding } from "./compaction/job.ts";
