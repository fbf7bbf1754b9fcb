import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { TestCertificate } from "./certificate.ts";
import { makeFolder } from "./server-process.ts";

const EXAMPLE = join(import.meta.dirname, "../../deploy/nginx.conf");

/** An nginx with the configuration we recommend, between two ports of this machine. */
export class Nginx {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Returns at once: whoever connects before it listens is refused. */
  static start(listen: number, upstream: number, { cert, key }: TestCertificate): Nginx {
    const folder = makeFolder();
    let example = readFileSync(EXAMPLE, "utf8");
    for (const [theirs, ours] of [
      ["listen 443", `listen 127.0.0.1:${listen}`],
      ["/etc/letsencrypt/live/notes.example.org/fullchain.pem", cert],
      ["/etc/letsencrypt/live/notes.example.org/privkey.pem", key],
      ["127.0.0.1:3000", `127.0.0.1:${upstream}`],
    ] as const) {
      if (!example.includes(theirs)) throw new Error(`${EXAMPLE} has no ${theirs}`);
      example = example.replace(theirs, ours);
    }
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${join(folder, name)};`,
    );
    const file = join(folder, "nginx.conf");
    // Only root may say whose its workers are.
    const user = process.getuid?.() === 0 ? "user root;" : "";
    writeFileSync(
      file,
      `${user} pid ${join(folder, "pid")}; daemon off; events {} http { access_log off; ${temporary.join(" ")}\n${example}}`,
    );
    return new Nginx(
      spawn("/usr/sbin/nginx", ["-p", folder, "-e", "stderr", "-c", file], { stdio: ["ignore", "ignore", "inherit"] }),
    );
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exited;
  }
}

/** A port nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
