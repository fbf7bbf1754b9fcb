import { describe, test } from "vitest";
import { DEVICE_LAW } from "./device-law.ts";
import { MemoryDevice } from "./memory-device.ts";

describe.each(DEVICE_LAW)("MemoryDevice keeps the law of the device", ({ title, check }) => {
  test(title, async () => {
    const device = new MemoryDevice();
    await check({
      open() {
        const page = device.open();
        return { ...page, close: async () => page.crash() };
      },
      settle: () => void device.settle(),
      clear: async () => device.clear(),
    });
  });
});
