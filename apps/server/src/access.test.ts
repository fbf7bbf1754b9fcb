import { expect, test } from "vitest";
import { isSecureHost, loopbackOrigins, refuseRequest, sharedOrigins } from "./access.ts";

const origins = loopbackOrigins(3000);

test("a server that speaks https is reached by https only, without a port where that is its own", () => {
  const secure = loopbackOrigins(443, "https");
  expect(refuseRequest(secure, { host: "localhost", origin: "https://localhost" })).toBeUndefined();
  expect(refuseRequest(secure, { host: "localhost", origin: "http://localhost" })).toBeDefined();
  expect(isSecureHost(secure, "localhost")).toBe(true);
  expect(isSecureHost(sharedOrigins(8443, ["lan"], undefined, "https"), "lan:8443")).toBe(true);
});
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

test("another application's page comes by its exact origin, and only to what is for it", () => {
  const apps = ["http://localhost:5173", "https://app.example.org"];
  const from = (origin: string, its = apps) => refuseRequest(origins, { host, origin }, its);
  for (const origin of apps) {
    expect(from(origin)).toBeUndefined();
    expect(from(origin, [])).toBeTypeOf("string");
  }
  for (const origin of ["http://localhost:51730", "http://app.example.org", "null"]) {
    expect(from(origin)).toBeTypeOf("string");
  }
  expect(refuseRequest(origins, { host: "evil.example", origin: "http://localhost:5173" }, apps)).toBeTypeOf("string");
});

test("on port 80 a browser leaves the port out", () => {
  expect(refuseRequest(loopbackOrigins(80), { host: "localhost", origin: "http://localhost" })).toBeUndefined();
});

const shared = sharedOrigins(3000, ["192.168.1.5", "[fd00::2]", "laptop", "laptop.local"], "https://notes.example.org");

test.each([
  ["192.168.1.5:3000", "http://192.168.1.5:3000"],
  ["[fd00::2]:3000", "http://[fd00::2]:3000"],
  ["Laptop.local:3000", "http://laptop.local:3000"],
  ["localhost:3000", "http://localhost:3000"],
  ["notes.example.org", "https://notes.example.org"],
])("shared, Host %o with Origin %o is ours", (name, origin) => {
  expect(refuseRequest(shared, { host: name, origin })).toBeUndefined();
});

test.each([
  ["192.168.1.5", "http://192.168.1.5:3000"],
  ["192.168.1.50:3000", undefined],
  ["notes.example.org:3000", undefined],
  ["notes.example.org", "http://notes.example.org"],
  ["notes.example.org", "https://notes.example.org.evil.example"],
  ["192.168.1.5:3000", "http://192.168.1.5"],
  ["192.168.1.5:3000", "https://192.168.1.5:3000"],
])("shared, Host %o with Origin %o is refused", (name, origin) => {
  expect(refuseRequest(shared, { host: name, origin })).toBeTypeOf("string");
});

test("only the name with https gets cookies for https", () => {
  expect(isSecureHost(shared, "Notes.example.org")).toBe(true);
  for (const name of ["192.168.1.5:3000", "evil.example", undefined]) expect(isSecureHost(shared, name)).toBe(false);
});
