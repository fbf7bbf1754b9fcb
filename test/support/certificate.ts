import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./server-process.ts";

/** A certificate for this machine that vouches for itself, good for two days, in files that can be exchanged. */
export class TestCertificate {
  readonly cert: string;
  readonly key: string;

  constructor(folder = makeFolder()) {
    this.cert = join(folder, "cert.pem");
    this.key = join(folder, "key.pem");
    const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const files = ["-keyout", this.key, "-out", this.cert];
    execFileSync(
      "openssl",
      ["req", "-x509", ...curve, ...files, "-days", "2", "-subj", "/CN=localhost", "-addext", names],
      {
        stdio: "ignore",
      },
    );
  }

  get env(): Record<string, string> {
    return { TLS_CERT: this.cert, TLS_KEY: this.key };
  }

  /** Puts another's files in the place of these, as a program that renews does. */
  become(other: TestCertificate): void {
    renameSync(other.cert, this.cert);
    renameSync(other.key, this.key);
  }
}
