/** The names under which browsers reach this server. */
export interface Origins {
  /** Accepted `Host` headers, lower case, with the port where it is not the scheme's own. */
  readonly hosts: ReadonlySet<string>;
  /** Accepted `Origin` headers. */
  readonly origins: ReadonlySet<string>;
  /** What to do for someone who came by another name. */
  readonly remedy: string;
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** What this server itself speaks; a proxy before it may speak the other. */
export type Scheme = "http" | "https";

export function loopbackOrigins(port: number, scheme: Scheme = "http"): Origins {
  return {
    ...originsOf(LOOPBACK_NAMES, port, scheme),
    remedy: `open it as ${scheme}://localhost or ${scheme}://127.0.0.1.`,
  };
}

/**
 * @param names - This machine's addresses and host names, lower case.
 * @param publicUrl - The origin people use behind a proxy, which has to pass the Host header on.
 */
export function sharedOrigins(
  port: number,
  names: readonly string[],
  publicUrl: string | undefined,
  scheme: Scheme = "http",
): Origins {
  const { hosts, origins } = originsOf([...LOOPBACK_NAMES, ...names], port, scheme);
  if (publicUrl !== undefined) {
    hosts.add(new URL(publicUrl).host);
    origins.add(publicUrl);
  }
  return { hosts, origins, remedy: "whoever runs it can name it in PUBLIC_URL." };
}

function originsOf(
  names: readonly string[],
  port: number,
  scheme: Scheme,
): { hosts: Set<string>; origins: Set<string> } {
  const hosts = names.map((name) => (port === (scheme === "https" ? 443 : 80) ? name : `${name}:${port}`));
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `${scheme}://${host}`)) };
}

/** True when browsers that send this Host came by https. */
export const isSecureHost = ({ origins }: Origins, host: string | undefined): boolean =>
  origins.has(`https://${host?.toLowerCase()}`);

/**
 * Why a request must not be served, judged from its raw headers: never from the request target, which
 * the sender writes freely. A foreign Host is a rebound DNS name; a foreign Origin is another site's page.
 *
 * @param apps - Origins of other applications whose pages may come, too, to what is asked for.
 */
export function refuseRequest(
  { hosts, origins, remedy }: Origins,
  headers: { readonly host: string | undefined; readonly origin: string | undefined },
  apps: readonly string[] = [],
): string | undefined {
  if (headers.host === undefined || !hosts.has(headers.host.toLowerCase())) {
    return `This server answers only to its own name: ${remedy}`;
  }
  const { origin } = headers;
  if (origin !== undefined && !origins.has(origin) && !apps.includes(origin)) {
    return "This request comes from another site's page, which may not use this server.";
  }
  return undefined;
}
