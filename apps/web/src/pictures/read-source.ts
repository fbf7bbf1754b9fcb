import { err, ok, type Result } from "@sheaf/protocol";
import type { Problem } from "../api.ts";
import { PICTURES } from "../words/pictures.ts";
import { UNREACHABLE } from "./send-picture.ts";

/** True for a picture of another document here, and for one that is written in the address itself. */
export const canFetch = (address: string): boolean => isOurs(address) || DATA.test(address);

/** @param from - A file, or an address for which {@link canFetch} is true. */
export async function readSource(from: Blob | string, signal: AbortSignal): Promise<Result<Blob, Problem>> {
  if (typeof from !== "string") return ok(from);
  if (DATA.test(from)) return decode(from);
  if (!isOurs(from)) return err(GONE);
  try {
    const response = await fetch(from, { signal });
    return response.ok ? ok(await response.blob()) : err(GONE);
  } catch {
    return err(UNREACHABLE);
  }
}

const GONE: Problem = { code: "foreign", reason: PICTURES.notYours };
const DATA = /^data:image\/[\w.+-]+;base64,/i;

function isOurs(address: string): boolean {
  const url = URL.parse(address, location.href);
  return url?.origin === location.origin && /^\/api\/documents\/[^/]+\/blobs\/[0-9a-f]{64}$/.test(url.pathname);
}

/** Not with `fetch`, which the page's policy keeps from such addresses. */
function decode(address: string): Result<Blob, Problem> {
  try {
    const letters = atob(address.slice(address.indexOf(",") + 1));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    return ok(new Blob([bytes]));
  } catch {
    return err({ code: "no-picture", reason: PICTURES.unreadable });
  }
}
