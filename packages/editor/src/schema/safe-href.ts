const SCHEMES = new Set(["http:", "https:", "mailto:"]);
const LONGEST = 2048;

/**
 * The address when a page may follow it: http, https, mailto, or a place in this document (`#…`).
 *
 * @returns null for everything else, also for what only looks safe: browsers drop control characters and leading
 * blanks before they read the scheme, so those are refused rather than removed.
 */
export function safeHref(href: unknown): string | null {
  if (typeof href !== "string" || href.length === 0 || href.length > LONGEST) return null;
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u0020\u007f]/.test(href)) return null;
  if (href.startsWith("#")) return href;
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(href)?.[0].toLowerCase();
  return scheme !== undefined && SCHEMES.has(scheme) ? href : null;
}
