import type { LucideIcon } from "lucide-react";

/** One set, one weight. The words beside or under it are the name, so the picture is silent. */
export function Icon({ of: Picture, size = 16 }: { readonly of: LucideIcon; readonly size?: number }) {
  return <Picture size={size} strokeWidth={1.5} absoluteStrokeWidth aria-hidden="true" />;
}

/** Stalks tied in the middle: many pages, one bundle. */
export function Mark() {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M10 17.500V2.500M10 17.500c0-5.500-2-9-5.500-11.500M10 17.500c0-5.500 2-9 5.500-11.500M6.750 13h6.500" />
    </svg>
  );
}
