/** Longer than this one does not wait for a key to do something. */
const PATIENCE_MILLIS = 3_000;

/** What the browser would take itself: it searches, prints and saves. */
const BROWSERS_OWN = /^[fkps]$/i;

/**
 * A command's key pressed before the bar has come waits for it: nobody can see that it would do nothing yet.
 * Returns what presses the last one again, once.
 */
export function keepEarlyKeys(): () => void {
  let last: KeyboardEvent | undefined;
  const pressed = (event: KeyboardEvent): void => {
    const { ctrlKey, metaKey, altKey, key, defaultPrevented, isComposing } = event;
    if (defaultPrevented || isComposing || !(ctrlKey || metaKey || altKey)) return;
    last = event;
    if ((ctrlKey || metaKey) && BROWSERS_OWN.test(key)) event.preventDefault();
  };
  addEventListener("keydown", pressed);
  return () => {
    removeEventListener("keydown", pressed);
    const kept = last;
    last = undefined;
    if (kept === undefined || performance.now() - kept.timeStamp > PATIENCE_MILLIS) return;
    // One that the text has not taken means nothing to it when it comes again.
    (document.activeElement ?? document.body).dispatchEvent(
      new KeyboardEvent("keydown", { ...initOf(kept), bubbles: true, cancelable: true }),
    );
  };
}

const initOf = ({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): KeyboardEventInit => ({
  key,
  code,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
});
