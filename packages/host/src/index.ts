export { Host, type Receiver } from "./host.ts";
export type { HostPorts, HostReport, Identity, Transport } from "./ports.ts";
