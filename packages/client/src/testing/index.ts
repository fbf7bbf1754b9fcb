export { DEVICE_LAW, type DeviceRule, type DeviceUnderLaw, type PageUnderLaw } from "./device-law.ts";
export { MemoryDevice, type MemoryPage } from "./memory-device.ts";
