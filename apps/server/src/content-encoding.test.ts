import { expect, test } from "vitest";
import { preferredEncoding } from "./content-encoding.ts";

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip, deflate", "gzip"],
  ["br;q=0.2, gzip;q=1.0", "br"],
  ["br;q=0, gzip", "gzip"],
  ["br; q=0.000, GZIP", "gzip"],
  ["*", "br"],
  ["br;q=0, *", "gzip"],
  ["gzip, *;q=0", "gzip"],
  ["deflate", "identity"],
  ["xbr, br2", "identity"],
  ["identity", "identity"],
  ["", "identity"],
  [undefined, "identity"],
])("who accepts %s gets %s", (accepted, encoding) => {
  expect(preferredEncoding(accepted)).toBe(encoding);
});
