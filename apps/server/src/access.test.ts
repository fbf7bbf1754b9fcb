import { expect, test } from "vitest";
import { loopbackOrigins, refuseRequest } from "./access.ts";

const origins = loopbackOrigins(3000);
const host = "localhost:3000";

test.each(["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000", undefined])(
  "Origin %o is ours",
  (origin) => {
    expect(refuseRequest(origins, { host, origin })).toBeUndefined();
  },
);

test.each([
  "https://localhost:3000",
  "http://localhost",
  "http://localhost:3001",
  "http://localhost:30000",
  "http://localhost.evil.example:3000",
  "http://evil.example",
  "http://localhost:3000.evil.example",
  "http://LOCALHOST:3000",
  "http://localhost.:3000",
  "http://localhost:3000/",
  "null",
  "",
])("Origin %o is another site's and refused", (origin) => {
  expect(refuseRequest(origins, { host, origin })).toBeTypeOf("string");
});

test.each([
  "evil.example",
  "evil.example:3000",
  "localhost",
  "localhost:3001",
  "127.0.0.1.nip.example:3000",
  "",
  undefined,
])("Host %o is not this server's name", (name) => {
  expect(refuseRequest(origins, { host: name, origin: undefined })).toBeTypeOf("string");
});

test("on port 80 a browser leaves the port out", () => {
  expect(refuseRequest(loopbackOrigins(80), { host: "localhost", origin: "http://localhost" })).toBeUndefined();
});
