import type { ContentEncoding } from "@sheaf/store";

/** The best first. Browsers offer `br` only where nobody on the way could change it: behind TLS and on localhost. */
const OURS = ["br", "gzip"] as const;

/** @returns How to pack an answer to a request with this `Accept-Encoding` (RFC 9110, 12.5.3). */
export function preferredEncoding(acceptEncoding: string | undefined): ContentEncoding {
  const accepted = new Map<string, boolean>();
  for (const offer of (acceptEncoding ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = offer.split(";").map((part) => part.trim());
    accepted.set(name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)));
  }
  return OURS.find((encoding) => accepted.get(encoding) ?? accepted.get("*") ?? false) ?? "identity";
}
