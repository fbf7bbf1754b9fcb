import { logLaw } from "./log-law.ts";
import { MemoryLog } from "./memory-log.ts";

logLaw("MemoryLog", () => {
  const log = new MemoryLog();
  return {
    log,
    reopen: async () => {
      const reopened = log.reopen();
      await log.close();
      return reopened;
    },
    compact: (document) => log.compact(document),
    eraseHistory: (document) => log.eraseHistory(document),
    failNext: () => log.failAppends({ code: "storage", reason: "disk full" }, 1),
  };
});
