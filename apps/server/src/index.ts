export { type RunningServer, startServer } from "./server.ts";
export { readSettings } from "./read-settings.ts";
export { type Settings, SETTINGS } from "./settings.ts";
