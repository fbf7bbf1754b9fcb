import type { Editor } from "@tiptap/core";
import { useCallback, useSyncExternalStore } from "react";

/** Something simple about the editor's state; asked after every transaction, rendered only when the answer is another. */
export function useEditor<S extends string | number | boolean>(editor: Editor, select: (editor: Editor) => S): S {
  const subscribe = useCallback(
    (changed: () => void) => {
      const events = ["transaction", "focus", "blur"] as const;
      for (const event of events) editor.on(event, changed);
      return () => {
        for (const event of events) editor.off(event, changed);
      };
    },
    [editor],
  );
  return useSyncExternalStore(subscribe, () => select(editor));
}
