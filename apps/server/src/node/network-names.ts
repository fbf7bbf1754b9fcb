import { hostname, networkInterfaces } from "node:os";
import { type Origins, type Scheme, sharedOrigins } from "../access.ts";

/** This machine's names as they are now: a laptop changes its network, and its addresses with it. */
export function lanOrigins(port: () => number, publicUrl: string | undefined, scheme: Scheme): () => Origins {
  let known: Origins | undefined;
  let until = 0;
  return () => {
    if (known === undefined || performance.now() > until) {
      const name = hostname().toLowerCase();
      known = sharedOrigins(port(), [...lanAddresses().map(inUrl), name, `${name}.local`], publicUrl, scheme);
      until = performance.now() + NAMES_HOLD_MILLIS;
    }
    return known;
  };
}

const NAMES_HOLD_MILLIS = 5_000;

/** Addresses others can use, IPv4 first; a link-local one of IPv6 is of no use in a browser's address. */
function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .toSorted((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
}

/** Those a person would type: IPv6 only where there is nothing else. */
export function listedAddresses(): string[] {
  const all = lanAddresses();
  const short = all.filter((address) => !address.includes(":"));
  return short.length > 0 ? short : all.length > 0 ? all : ["127.0.0.1"];
}

export const inUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);
