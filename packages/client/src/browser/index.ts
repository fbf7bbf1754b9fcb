export { browserPorts, sameOriginUrl } from "./ports.ts";
export { guardLeaving } from "./leave-guard.ts";
