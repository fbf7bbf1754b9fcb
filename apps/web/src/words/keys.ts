/** What is printed on a keyboard that is not a Mac's. */
export const KEY_NAMES = {
  ctrl: "Ctrl",
  alt: "Alt",
  shift: "Shift",
  escape: "Esc",
  backspace: "Backspace",
  delete: "Delete",
  enter: "Enter",
  tab: "Tab",
};
