import { logLaw } from "./log-law.ts";
import { MemoryLog } from "./memory-log.ts";

logLaw("MemoryLog", () => {
  const first = new MemoryLog();
  let log = first;
  const reopen = async () => {
    await log.close();
    return (log = log.reopen());
  };
  return {
    log: first,
    reopen,
    damage: (document, seq) => {
      log.damage(document, seq);
      return reopen();
    },
    compact: (document) => log.compact(document),
    eraseHistory: (document) => log.eraseHistory(document),
    failNext: () => log.failAppends({ code: "storage", reason: "disk full" }, 1),
  };
});
