import { type RefObject, useEffect } from "react";

/**
 * Tells a stylesheet how much of the window's foot a phone's keyboard lies over, and how much is left above it: the
 * window itself does not become smaller.
 */
export function useFoot(ref: RefObject<HTMLElement | null>, isShown: boolean): void {
  useEffect(() => {
    const { visualViewport: seen } = window;
    if (seen === null || !isShown) return undefined;
    const place = (): void => {
      const covered = document.documentElement.clientHeight - seen.height - seen.offsetTop;
      ref.current?.style.setProperty("--covered", `${Math.max(0, Math.round(covered))}px`);
      ref.current?.style.setProperty("--seen", `${Math.round(seen.height)}px`);
    };
    place();
    seen.addEventListener("resize", place);
    seen.addEventListener("scroll", place);
    return () => {
      seen.removeEventListener("resize", place);
      seen.removeEventListener("scroll", place);
    };
  }, [ref, isShown]);
}
