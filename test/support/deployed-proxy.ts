import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { TestCertificate } from "./certificate.ts";
import { makeFolder } from "./server-process.ts";
import { until } from "./until.ts";

/** The proxies that `deploy/` has a configuration for. */
export const PROXIES = ["nginx", "caddy"] as const;
export type ProxyName = (typeof PROXIES)[number];

/** The proxy every stage is set behind, when the whole suite is asked to run that way. */
export const BEHIND = PROXIES.find((name) => name === process.env["BEHIND"]);

/** A proxy with the configuration we recommend, with TLS, between two ports of this machine. */
export class DeployedProxy {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  /**
   * Starts it, and has this process trust its certificate.
   *
   * @param upstream - Port of Sheaf, on loopback; nothing needs to listen there yet.
   */
  static async start(name: ProxyName, upstream: number): Promise<DeployedProxy> {
    const folder = makeFolder();
    const port = await freePort();
    const certificate = new TestCertificate(folder);
    setDefaultCACertificates([...getCACertificates("default"), readFileSync(certificate.cert, "utf8")]);
    const [program, ...args] = COMMANDS[name]({ folder, port, upstream, certificate });
    const child = spawn(program, args, {
      // All they would leave in a home goes into the folder.
      env: { PATH: process.env["PATH"], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4_000)));
    const proxy = new DeployedProxy(port, child, folder);
    try {
      await until(`${name} listens`, () => listens(port), 20_000);
    } catch (cause) {
      await proxy.end();
      throw new Error(`${name} did not start:\n${said}`, { cause });
    }
    return proxy;
  }

  /** Where people reach the server behind it. */
  get url(): string {
    return `https://localhost:${this.port}`;
  }

  /** What the server behind it has to be told. */
  get env(): Readonly<Record<string, string>> {
    return { PUBLIC_URL: this.url, TRUST_PROXY: "1" };
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

type Command = readonly [program: string, ...args: string[]];

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly upstream: number;
  readonly certificate: TestCertificate;
}

/** Each writes its configuration into the folder and says how to run it. */
const COMMANDS: Record<ProxyName, (place: Place) => Command> = {
  nginx({ folder, port, upstream, certificate }) {
    const example = deployed("nginx.conf", [
      ["listen 443", `listen 127.0.0.1:${port}`],
      ["/etc/letsencrypt/live/notes.example.org/fullchain.pem", certificate.cert],
      ["/etc/letsencrypt/live/notes.example.org/privkey.pem", certificate.key],
      ["127.0.0.1:3000", `127.0.0.1:${upstream}`],
    ]);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${join(folder, name)};`,
    );
    // Only root may say whose its workers are.
    const user = process.getuid?.() === 0 ? "user root;" : "";
    const rest = `pid ${join(folder, "pid")}; daemon off; events {}`;
    const file = join(folder, "nginx.conf");
    writeFileSync(file, `${user} ${rest} http { access_log off; ${temporary.join(" ")}\n${example}}`);
    return ["/usr/sbin/nginx", "-p", folder, "-e", "stderr", "-c", file];
  },
  caddy({ folder, port, upstream, certificate }) {
    const example = deployed("Caddyfile", [
      // Its own port, no other for redirects, and a certificate that is there.
      ["notes.example.org {", `localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${certificate.cert} ${certificate.key}`],
      ["127.0.0.1:3000", `127.0.0.1:${upstream}`],
    ]);
    const file = join(folder, "Caddyfile");
    writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${example}`);
    return ["/usr/bin/caddy", "run", "--config", file, "--adapter", "caddyfile"];
  },
};

/** A configuration of `deploy/` with what differs here put in its place; throws when that is not in it. */
function deployed(name: string, changes: readonly (readonly [theirs: string, ours: string])[]): string {
  let text = readFileSync(join(import.meta.dirname, "../../deploy", name), "utf8");
  for (const [theirs, ours] of changes) {
    if (!text.includes(theirs)) throw new Error(`deploy/${name} has no ${theirs}`);
    text = text.replace(theirs, ours);
  }
  return text;
}

function listens(port: number): Promise<boolean> {
  const probe = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    probe.on("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.on("error", () => resolve(false));
  });
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
