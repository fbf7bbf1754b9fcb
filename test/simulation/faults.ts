import { DEVICE_FAULTS } from "./device-faults.ts";
import type { Fault } from "./fault.ts";
import { NETWORK_FAULTS } from "./network-faults.ts";
import { SERVER_FAULTS } from "./server-faults.ts";
import { TAB_FAULTS } from "./tab-faults.ts";

export const FAULTS: readonly Fault[] = [...NETWORK_FAULTS, ...TAB_FAULTS, ...DEVICE_FAULTS, ...SERVER_FAULTS];
