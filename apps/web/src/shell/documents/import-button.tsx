import { kindOfFile, readFile } from "@sheaf/editor";
import { Upload } from "lucide-react";
import { useRef } from "react";
import { handOver } from "../../handed-over.ts";
import type { Page } from "../../page.ts";
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
    if (read === null) return fail(`${file.name} cannot be read here: only Markdown, HTML and text can.`);
    const view = page.view.get();
    const isHere = view.kind === "text" && view.writing.editor.isEmpty && view.writing.editor.isEditable;
    if (isHere) {
      close();
      await view.writing.replaceAll(read);
    } else if (handOver(read)) location.assign("/");
    else fail(`${file.name} is too large for this browser to carry over. Open a new document and drop it there.`);
  }

  return (
    <>
      <button
        type="button"
        className="button"
        data-tip="Import Markdown or HTML"
        aria-label="Import a Markdown or HTML file"
        onClick={() => input.current?.click()}
      >
        <Icon of={Upload} /> Import
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
