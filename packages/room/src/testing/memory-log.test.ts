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
    failNext: () => {
      const append = log.append.bind(log);
      log.failure = { code: "storage", reason: "disk full" };
      log.append = async (rows) => {
        const failed = await append(rows);
        log.failure = undefined;
        log.append = append;
        return failed;
      };
    },
  };
});
