import { NOBODY } from "@sheaf/room";
import type { Identity } from "@sheaf/host";

/** On loopback nobody signs in: whoever reaches this machine's own address may edit every document (D13). */
export const LOOPBACK_IDENTITY: Identity = { principal: NOBODY, access: () => "editor" };

/** The names under which a browser on this machine reaches a loopback server. */
export interface Origins {
  /** Accepted `Host` headers, lower case, with the port where it is not the scheme's own. */
  readonly hosts: ReadonlySet<string>;
  /** Accepted `Origin` headers. */
  readonly origins: ReadonlySet<string>;
}

export function loopbackOrigins(port: number): Origins {
  const suffix = port === 80 ? "" : `:${port}`;
  const hosts = ["localhost", "127.0.0.1", "[::1]"].map((name) => name + suffix);
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) };
}

/**
 * Why a request must not be served, judged from its raw headers: never from the request target, which
 * the sender writes freely. A foreign Host is a rebound DNS name; a foreign Origin is another site's page.
 */
export function refuseRequest(
  { hosts, origins }: Origins,
  headers: { readonly host: string | undefined; readonly origin: string | undefined },
): string | undefined {
  if (headers.host === undefined || !hosts.has(headers.host.toLowerCase())) {
    return "This server answers only to its own name: open it as http://localhost or http://127.0.0.1.";
  }
  if (headers.origin !== undefined && !origins.has(headers.origin)) {
    return "This request comes from another site's page, which may not use this server.";
  }
  return undefined;
}
