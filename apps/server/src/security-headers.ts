import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";

/**
 * Nothing but our own files, no inline style, no inline script but those of our own page, and no HTML from strings
 * (Trusted Types): ProseMirror's clipboard parser and the one address of the service worker are the policies let through.
 *
 * @param inline - Hashes of the page's own inline scripts, as {@link inlineScripts} gives them.
 */
const contentSecurityPolicy = (inline: readonly string[]): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...inline].join(" "),
    "style-src 'self'",
    "img-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types ProseMirrorClipboard sheaf-worker",
  ].join("; ");

/** What a policy calls the inline scripts of a page of ours. */
export const inlineScripts = (html: string): string[] =>
  [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(
    ([, script = ""]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );

/** A page that opens one of ours must not hold it, to put another like it in its place while somebody writes. */
const OPENER_POLICY = ["Cross-Origin-Opener-Policy", "same-origin"] as const;

type Headers = readonly (readonly [name: string, value: string])[];

const headersWith = (inline: readonly string[]): Headers => [
  ["Content-Security-Policy", contentSecurityPolicy(inline)],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  OPENER_POLICY,
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
];

/** Browsers that were here once come back by https only. Not for the names of a local network, where it may have to go. */
const STRICT_TRANSPORT = ["Strict-Transport-Security", "max-age=31536000"] as const;

/** @param publicUrl - The origin people use, where there is one. */
export function securityHeadersAt(publicUrl: string | undefined, inline: readonly string[] = []): Headers {
  const headers = headersWith(inline);
  return publicUrl?.startsWith("https:") === true ? [...headers, STRICT_TRANSPORT] : headers;
}

/** At the door a reload would lose the key: browsers forget a tab's state where the policy changes. */
const DOCUMENT_PAGE = /^\/(?:d\/.*)?$/;

/**
 * No other site's page led to this document: its address was typed or is a bookmark, a tab comes back, or it is come to
 * from a document that was opened so or was parted when it was. Where no page can hold this one there is nothing to part,
 * and to part takes a browser another process, a tenth of the time until a text is there. Only browsers that say where
 * from get less; what a service worker keeps was not navigated to.
 */
const isHeldByNobody = (c: Context): boolean =>
  DOCUMENT_PAGE.test(c.req.path) &&
  c.req.header("sec-fetch-mode") === "navigate" &&
  ["none", "same-origin"].includes(c.req.header("sec-fetch-site") ?? "");

/** @param publicUrl - The origin people use, where there is one. */
export function securityHeaders(publicUrl: string | undefined, inline: readonly string[]): MiddlewareHandler {
  const headers = securityHeadersAt(publicUrl, inline);
  return async (c, next) => {
    await next();
    // A route may be stricter with what it gives out.
    for (const header of headers) {
      const [name, value] = header;
      if (header === OPENER_POLICY && isHeldByNobody(c)) continue;
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
  };
}
