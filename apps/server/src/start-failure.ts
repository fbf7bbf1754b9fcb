/** Why a server did not start, and what to do about it, for whoever started it. */

import type { OpenError } from "@sheaf/store";
import type { Settings } from "./settings.ts";

export function explainListenError(cause: NodeJS.ErrnoException, { host, port }: Settings): string {
  switch (cause.code) {
    case "EADDRINUSE":
      return `Port ${port} is in use: another Sheaf, or another program. Stop it, or choose a port: PORT=3001 npm start`;
    case "EACCES":
      return `Port ${port} needs more rights than this user has. Choose one above 1023: PORT=3000 npm start`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `HOST ${host} is not an address of this machine. Leave it out, or use 127.0.0.1.`;
    default:
      return `Cannot listen on ${host ?? "all addresses"}, port ${port}: ${cause.message}`;
  }
}

export function explainOpenError(error: OpenError, file: string): string {
  switch (error.code) {
    case "in-use":
      return `${file} is in use by another Sheaf. Stop that one, or give this one a folder of its own: DATA_DIR=./other npm start`;
    case "corrupt":
      return `${file} is damaged (${error.reason}). Nothing was changed. Move the folder aside and restore a backup; a start without it begins empty.`;
    case "newer":
      return `${file} cannot be opened: ${error.reason}. Start that version again, or use another DATA_DIR.`;
    default:
      return `${file} cannot be written (${error.reason}). Check that the folder exists, belongs to this user and has space.`;
  }
}
