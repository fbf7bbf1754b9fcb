export { Host, type Receiver } from "./host.ts";
export type { HostFigures, HostPorts, HostReport, Identity, Meter, Transport } from "./ports.ts";
