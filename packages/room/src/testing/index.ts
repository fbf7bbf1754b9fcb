export { compact } from "./compact.ts";
export { MemoryLog } from "./memory-log.ts";
export { logLaw, type LogUnderLaw } from "./log-law.ts";
