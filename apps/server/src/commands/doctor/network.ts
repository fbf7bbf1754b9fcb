import { once } from "node:events";
import { createServer } from "node:net";
import type { Status } from "../../control.ts";
import { isLoopback, type Settings } from "../../settings.ts";
import { type Finding, note, well, wrong } from "./finding.ts";

/** @param running - The server that holds the folder and answers. */
export async function checkPort({ host, port }: Settings, running: Status | undefined): Promise<Finding> {
  if (running !== undefined && (port === 0 || running.port === port)) {
    return well(`Port ${running.port} is this server's.`);
  }
  if (running !== undefined) {
    return wrong(`The server on this folder has port ${running.port}, not ${port}.`, "Restart it, or correct PORT.");
  }
  const server = createServer();
  try {
    server.listen({ port, host });
    await once(server, "listening");
    return well(`Port ${port} is free.`);
  } catch (cause) {
    return explain((cause as NodeJS.ErrnoException).code ?? String(cause), host, port);
  } finally {
    server.close();
  }
}

async function explain(code: string, host: string | undefined, port: number): Promise<Finding> {
  switch (code) {
    case "EADDRINUSE": {
      const whose = (await isSheaf(host, port)) ? "another Sheaf, with another DATA_DIR" : "another program";
      return wrong(`Port ${port} is taken by ${whose}.`, "Stop that one, or choose another PORT.");
    }
    case "EACCES":
      return wrong(`Port ${port} needs more rights than this user has.`, "Choose a PORT above 1023.");
    default:
      return wrong(`HOST ${host} is not an address of this machine (${code}).`, "Leave it out, or use 127.0.0.1.");
  }
}

async function isSheaf(host: string | undefined, port: number): Promise<boolean> {
  const address = host === undefined || /^(0\.0\.0\.0|::)$/.test(host) ? "127.0.0.1" : host;
  try {
    const answer = await fetch(`http://${address.includes(":") ? `[${address}]` : address}:${port}/healthz`, {
      signal: AbortSignal.timeout(3_000),
    });
    return ((await answer.json()) as { status?: unknown }).status === "ok";
  } catch {
    return false;
  }
}

/** Whether the names people use and the address listened on make sense together. */
export function checkNames({ isShared, host, publicUrl, tlsCert, trustProxy }: Settings): Finding[] {
  if (!isShared) return [well("This machine only: browsers come to localhost, and nobody signs in.")];
  const isLocal = host !== undefined && isLoopback(host);
  if (publicUrl === undefined) {
    return isLocal
      ? [
          wrong(
            `HOST ${host} is this machine only, though it is shared.`,
            "Leave HOST out, or set PUBLIC_URL to the proxy's.",
          ),
        ]
      : [well("Shared under this machine's own addresses and names.")];
  }
  const { protocol, hostname } = new URL(publicUrl);
  const findings: Finding[] = [];
  if (isLoopback(hostname.replace(/^\[|\]$/g, ""))) {
    findings.push(
      wrong(`PUBLIC_URL ${publicUrl} leads everybody to their own machine.`, "Use a name others can resolve."),
    );
  }
  if (protocol === "http:") {
    findings.push(note(`PUBLIC_URL ${publicUrl} is not encrypted.`, "Use https, by TLS_CERT or a proxy."));
  }
  const isBehindProxy = protocol === "https:" && tlsCert === undefined;
  if (isBehindProxy && trustProxy === 0) {
    findings.push(wrong("All visitors share one quota, the proxy's.", "Set TRUST_PROXY=1, or to the proxy's address."));
  }
  if (isBehindProxy && !isLocal) {
    findings.push(
      note(
        "Besides the proxy, everybody on the network reaches the port.",
        "Set HOST=127.0.0.1 if the proxy is on this machine.",
      ),
    );
  }
  return findings.length > 0 ? findings : [well(`People come to ${publicUrl}.`)];
}
