export { type RunningServer, startServer } from "./server.ts";
export { readSettings, type Settings, SETTINGS } from "./settings.ts";
