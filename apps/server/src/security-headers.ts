import type { MiddlewareHandler } from "hono";

/**
 * Nothing but our own files, no inline style or script, and no HTML from strings (Trusted Types):
 * ProseMirror's clipboard parser and the one address of the service worker are the policies let through.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
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

const HEADERS: readonly (readonly [string, string])[] = [
  ["Content-Security-Policy", CONTENT_SECURITY_POLICY],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
];

/** Browsers that were here once come back by https only. Not for the names of a local network, where it may have to go. */
const STRICT_TRANSPORT = ["Strict-Transport-Security", "max-age=31536000"] as const;

/** @param publicUrl - The origin people use, where there is one. */
export const securityHeadersAt = (publicUrl: string | undefined): typeof HEADERS =>
  publicUrl?.startsWith("https:") === true ? [...HEADERS, STRICT_TRANSPORT] : HEADERS;

/** @param publicUrl - The origin people use, where there is one. */
export function securityHeaders(publicUrl: string | undefined): MiddlewareHandler {
  const headers = securityHeadersAt(publicUrl);
  return async (c, next) => {
    await next();
    // A route may be stricter with what it gives out.
    for (const [name, value] of headers) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
}
