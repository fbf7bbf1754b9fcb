export { openSqliteLog } from "./sqlite/log.ts";
export type { OpenError } from "./sqlite/database.ts";
