/** Runs in a browser: the law of the device on the storage the page really uses. */
import { browserPorts, sameOriginUrl } from "@sheaf/client/browser";
import { DEVICE_LAW, type DeviceUnderLaw } from "@sheaf/client/testing";

const clear = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("sheaf");
    request.addEventListener("success", () => resolve());
    request.addEventListener("error", () => reject(request.error ?? new Error("not deleted")));
  });

/** Several pages of one browser, as far as the storage can tell, in this one. */
const device: DeviceUnderLaw = {
  open() {
    const ports = browserPorts(sameOriginUrl()).device;
    if (ports === undefined) throw new Error("the browser offers no device");
    const { store, owners } = ports;
    const owned: (() => void)[] = [];
    return {
      store,
      owners: {
        ...owners,
        own() {
          const mine = owners.own();
          owned.push(mine.letGo);
          return mine;
        },
      },
      async close() {
        for (const letGo of owned) letGo();
      },
    };
  },
  settle: () => {},
  clear,
};

/** @returns What was wrong; undefined when the rule is kept. */
async function check(title: string): Promise<string | undefined> {
  await clear();
  const rule = DEVICE_LAW.find((each) => each.title === title);
  if (rule === undefined) return "there is no such rule";
  return rule.check(device).then(
    () => undefined,
    (error: unknown) => String(error instanceof Error ? error.stack : error),
  );
}

Object.assign(globalThis, { checkRule: check });
