export { Host } from "./host.ts";
export type { HostFigures, HostPorts, HostReport, Identity, Meter, Receiver, Stretch, Transport } from "./ports.ts";
