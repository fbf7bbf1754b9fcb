import { kindOfFile, readFile } from "@sheaf/editor";
import { Upload } from "lucide-react";
import { useRef } from "react";
import { handOver } from "../../handed-over.ts";
import type { Page } from "../../page.ts";
import { DOCUMENTS } from "../../words/documents.ts";
import { Icon } from "../icon.tsx";

interface ImportButtonProps {
  readonly page: Page;
  readonly close: () => void;
  readonly fail: (words: string) => void;
}

/** Makes a document of a file: of this page's when nothing is written there yet, else of a new one. */
export function ImportButton({ page, close, fail }: ImportButtonProps) {
  const input = useRef<HTMLInputElement>(null);

  async function take(file: File): Promise<void> {
    const read = kindOfFile(file.name, file.type) === undefined ? null : await readFile(file);
    if (read === null) return fail(DOCUMENTS.unreadableFile(file.name));
    const view = page.view.get();
    const isHere = view.kind === "text" && view.writing.editor.isEmpty && view.writing.editor.isEditable;
    if (isHere) {
      close();
      await view.writing.replaceAll(read);
    } else if (handOver(read)) location.assign("/");
    else fail(DOCUMENTS.fileTooLarge(file.name));
  }

  return (
    <>
      <button
        type="button"
        className="button"
        data-tip={DOCUMENTS.importTip}
        aria-label={DOCUMENTS.importLabel}
        onClick={() => input.current?.click()}
      >
        <Icon of={Upload} /> {DOCUMENTS.import}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".md,.markdown,.html,.htm,.txt,text/markdown,text/html,text/plain"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again.
          event.target.value = "";
          if (file !== undefined) void take(file);
        }}
      />
    </>
  );
}
