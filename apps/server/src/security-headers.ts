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

/**
 * Nobody's page led here: an address that was typed, a bookmark, a tab that comes back. Where no page can hold this one
 * there is nothing to part, and to part costs a browser another process, which is a tenth of the time a text takes to be
 * there. Only browsers that say where from get less, and what a service worker keeps came from one of our own pages.
 */
const cameFromNowhere = (c: Context): boolean => c.req.header("sec-fetch-site") === "none";

/** @param publicUrl - The origin people use, where there is one. */
export function securityHeaders(publicUrl: string | undefined, inline: readonly string[]): MiddlewareHandler {
  const headers = securityHeadersAt(publicUrl, inline);
  return async (c, next) => {
    await next();
    // A route may be stricter with what it gives out.
    for (const header of headers) {
      const [name, value] = header;
      if (header === OPENER_POLICY && cameFromNowhere(c)) continue;
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
  };
}
