import { BlockList, isIP, isIPv4 } from "node:net";

/** Whose word on where a request comes from counts: so many proxies', or those at these addresses. */
export type TrustProxy = number | BlockList;

/**
 * Finds out where a request comes from. Anybody can send X-Forwarded-For, and every proxy adds behind what it got who
 * asked it: only what a trusted proxy added counts, and that is read from the end.
 *
 * @param peer - At the other end of the TCP connection.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trust: TrustProxy): string {
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim());
  let address = plain(peer);
  for (let trusted = 0; hops.length > 0; trusted++) {
    const isTrusted = typeof trust === "number" ? trusted < trust : trust.check(address, familyOf(address));
    const next = hops.pop()!;
    // A proxy that says nonsense is as far as it can be followed.
    if (!isTrusted || isIP(next) === 0) return address;
    address = plain(next);
  }
  return address;
}

/** What is one household to a quota: an IPv4 address, or the first half of an IPv6 one, of which everybody has many. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const end = tail === "" ? [] : tail.split(":");
    groups.push(...Array.from({ length: 8 - groups.length - end.length }, () => "0"), ...end);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** @returns undefined when the text is neither a number nor addresses. */
export function parseTrustProxy(text: string): TrustProxy | undefined {
  if (/^\d$/.test(text)) return Number(text);
  const list = new BlockList();
  for (const part of text.split(",").map((each) => each.trim())) {
    const [address = "", bits, more] = part.split("/");
    const most = isIPv4(address) ? 32 : 128;
    if (isIP(address) === 0 || more !== undefined) return undefined;
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) list.addSubnet(address, Number(bits), familyOf(address));
    else return undefined;
  }
  return list;
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIPv4(address) ? "ipv4" : "ipv6");

/** A socket that listens for both families has IPv4 peers in the form of the other. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
