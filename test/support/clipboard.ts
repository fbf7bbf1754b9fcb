import type { Window } from "./browser.ts";

/** Pastes as if another program had copied it. */
export async function paste(window: Window, data: Readonly<Record<string, string>>): Promise<void> {
  await window.editor.evaluate((editor, flavours) => {
    const clipboardData = new DataTransfer();
    for (const [type, text] of Object.entries(flavours)) clipboardData.setData(type, text);
    editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, data);
}

/** What a copy puts onto the clipboard. */
export const copied = (window: Window): Promise<{ text: string; html: string }> =>
  window.editor.evaluate((editor) => {
    const clipboardData = new DataTransfer();
    editor.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
    return { text: clipboardData.getData("text/plain"), html: clipboardData.getData("text/html") };
  });
