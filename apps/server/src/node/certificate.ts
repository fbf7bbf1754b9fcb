import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Server } from "node:https";
import { err, ok, type Result } from "@sheaf/protocol";

/** Paths of PEM files: the certificate with those that vouch for it, and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Their content, known to belong together and to be valid now. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What an operator should read about certificates. */
export type CertificateReport =
  | { readonly kind: "certificate-renewed"; readonly expires: string }
  /** The one in use stays in use. */
  | { readonly kind: "certificate-failed"; readonly reason: string };

/** @returns What is wrong with the files, as a sentence that names the setting. */
export function readCertificate(files: CertificateFiles, now: number): Result<Certificate, string> {
  const cert = readText("TLS_CERT", files.cert);
  if (!cert.ok) return cert;
  const key = readText("TLS_KEY", files.key);
  if (!key.ok) return key;
  const certificate = attempt(() => new X509Certificate(cert.value));
  if (certificate === undefined) return err(`TLS_CERT ${files.cert} is no certificate in PEM form.`);
  const privateKey = attempt(() => createPrivateKey(key.value));
  if (privateKey === undefined) return err(`TLS_KEY ${files.key} is no private key in PEM form without a passphrase.`);
  if (!certificate.checkPrivateKey(privateKey)) {
    return err(`TLS_KEY ${files.key} is not the key of the certificate in ${files.cert}.`);
  }
  if (now > certificate.validToDate.getTime()) {
    return err(`TLS_CERT ${files.cert} expired on ${certificate.validToDate.toISOString()}: renew it.`);
  }
  if (now < certificate.validFromDate.getTime()) {
    return err(`TLS_CERT ${files.cert} is not valid before ${certificate.validFromDate.toISOString()}.`);
  }
  return ok({ cert: cert.value, key: key.value });
}

const LOOK_MILLIS = 5_000;

/** Has a server use what is in the files, as they change; sockets that are open stay as they are. */
export class CertificateWatch {
  readonly #files: CertificateFiles;
  readonly #server: Pick<Server, "setSecureContext">;
  readonly #report: (event: CertificateReport) => void;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #seen: string;
  #complaint: string | undefined;

  constructor(
    files: CertificateFiles,
    server: Pick<Server, "setSecureContext">,
    report: (event: CertificateReport) => void,
    now: () => number,
  ) {
    this.#now = now;
    this.#files = files;
    this.#server = server;
    this.#report = report;
    this.#seen = this.#look();
    // Asked for by time: a watch on a file is lost when a link to it is exchanged, as renewing programs do.
    this.#timer = setInterval(() => {
      if (this.#look() !== this.#seen) this.reload();
    }, LOOK_MILLIS);
    this.#timer.unref();
  }

  /** Reads the files anew. */
  reload(): void {
    const seen = this.#look();
    const read = readCertificate(this.#files, this.#now());
    if (read.ok) {
      this.#seen = seen;
      this.#complaint = undefined;
      this.#server.setSecureContext(read.value);
      this.#report({ kind: "certificate-renewed", expires: new X509Certificate(read.value.cert).validTo });
    } else if (read.error !== this.#complaint) {
      // Between the exchange of one file and that of the other they do not match: the next look may find that they do.
      this.#complaint = read.error;
      this.#report({ kind: "certificate-failed", reason: read.error });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): string {
    return [this.#files.cert, this.#files.key]
      .map((path) => statSync(path, { throwIfNoEntry: false }))
      .map((file) => `${file?.ino}:${file?.mtimeMs}:${file?.size}`)
      .join();
  }
}

function readText(setting: string, path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (cause) {
    return err(`${setting} ${path} cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`);
  }
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
