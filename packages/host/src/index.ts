export { Host } from "./host.ts";
export type { HostFigures, HostPorts, HostReport, Identity, Meter, Receiver, Transport } from "./ports.ts";
