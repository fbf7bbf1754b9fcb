import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { isIP } from "node:net";
import { readCertificate } from "../../node/certificate.ts";
import type { Settings } from "../../settings.ts";
import { type Finding, note, well, wrong } from "./finding.ts";

export function checkCertificate({ tlsCert, tlsKey, publicUrl }: Settings, now: number): Finding[] {
  if (tlsCert === undefined || tlsKey === undefined) return [];
  const read = readCertificate({ cert: tlsCert, key: tlsKey }, now);
  if (!read.ok) return [wrong(read.error, "The server does not start with it.")];
  const certificate = new X509Certificate(read.value.cert);
  const findings: Finding[] = [];
  if (process.platform !== "win32" && (statSync(tlsKey).mode & 0o077) !== 0) {
    findings.push(wrong(`Others on this machine may read TLS_KEY ${tlsKey}.`, `chmod 600 ${tlsKey}`));
  }
  const name = publicUrl === undefined ? undefined : new URL(publicUrl).hostname.replace(/^\[|\]$/g, "");
  if (name !== undefined && !isFor(certificate, name)) {
    findings.push(wrong(`TLS_CERT ${tlsCert} is not for ${name}.`, "Have one made for the name in PUBLIC_URL."));
  }
  const ends = certificate.validToDate;
  if (ends.getTime() < now + SOON_MILLIS) {
    findings.push(
      note(`TLS_CERT ${tlsCert} expires on ${ends.toISOString()}.`, "Renew it: it is read anew by itself."),
    );
  }
  return findings.length > 0 ? findings : [well(`TLS_CERT ${tlsCert} is good until ${ends.toISOString()}.`)];
}

const isFor = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;

const SOON_MILLIS = 14 * 24 * 60 * 60 * 1000;
