import type { Window } from "./browser.ts";

/** What is on a clipboard or under a mouse. */
export interface Carried {
  readonly files?: readonly (readonly [bytes: Uint8Array, type: string, name?: string])[];
  /** By type, as `text/html`. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Pastes or drops as a browser does; a drop goes on the words named. */
export async function carry(
  window: Window,
  how: "paste" | { readonly dropOn: string },
  { files = [], data = {} }: Carried,
): Promise<void> {
  const box =
    how === "paste" ? null : await window.editor.locator("> *", { hasText: how.dropOn }).first().boundingBox();
  await window.editor.evaluate(
    (editor, { given, texts, at }) => {
      const transfer = new DataTransfer();
      for (const [bytes, type, name] of given) transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
      for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
      const init = { bubbles: true, cancelable: true };
      editor.dispatchEvent(
        at === null
          ? new ClipboardEvent("paste", { ...init, clipboardData: transfer })
          : new DragEvent("drop", { ...init, dataTransfer: transfer, clientX: at.x, clientY: at.y }),
      );
    },
    {
      given: files.map(([bytes, type, name = "file"]) => [[...bytes], type, name] as const),
      texts: data,
      at: box === null ? null : { x: box.x + 40, y: box.y + box.height - 2 },
    },
  );
}
