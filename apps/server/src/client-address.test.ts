import { expect, test } from "vitest";
import { clientAddress, networkOf, parseTrustProxy } from "./client-address.ts";

const trust = (text: string) => parseTrustProxy(text)!;

test.each([
  ["without a proxy nobody's word counts", "0", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
  ["without a header it is who is connected", "1", "10.0.0.1", undefined, "10.0.0.1"],
  ["one proxy says who asked it", "1", "10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["what the asker claimed before does not count", "1", "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"],
  ["two proxies, one behind the other", "2", "10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"],
  ["fewer proxies than were promised", "2", "10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["proxies by address", "10.0.0.0/8, ::1", "::1", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
  ["who is no proxy is not believed", "10.0.0.0/8", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
  ["nonsense is not followed", "1", "10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
  ["IPv4 in the form of IPv6", "10.0.0.1", "::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
])("%s", (_what, trusted, peer, forwardedFor, expected) => {
  expect(clientAddress(peer, forwardedFor, trust(trusted))).toBe(expected);
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:1::6", "2001:db8:1:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["2001:db8::", "2001:db8:0:0::/64"],
])("%s counts as %s", (address, network) => expect(networkOf(address)).toBe(network));

test.each(["", "-1", "10", "localhost", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.1,", "::1/129"])(
  "%o names no proxies",
  (text) => expect(parseTrustProxy(text)).toBeUndefined(),
);
