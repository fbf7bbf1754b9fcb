export { type HistoryLog, type LogReport, openSqliteLog, type SqliteLogOptions } from "./sqlite/log.ts";
export type { OpenError } from "./sqlite/file.ts";
