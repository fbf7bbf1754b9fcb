import { commands, type EditorCommand } from "@sheaf/editor";
import { X } from "lucide-react";
import type { RefObject } from "react";
import { REDO, UNDO } from "./actions.ts";
import { Icon } from "./icon.tsx";
import { ALT_TEXT_KEYS, keysText } from "./keys-text.ts";

type Row = readonly [label: string, keys: string];

/** Every shortcut there is, from the same registry the editor binds its keys from. */
export function ShortcutSheet({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog
      ref={ref}
      className="sheet"
      aria-labelledby="sheet-heading"
      // A press on the backdrop is a press on the dialog itself.
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className="sheet-head">
        <h2 id="sheet-heading">Keyboard shortcuts</h2>
        <button type="button" className="button" aria-label="Close" onClick={() => ref.current?.close()}>
          <Icon of={X} size={18} />
        </button>
      </div>
      <div className="sheet-body">
        {sections().map(([heading, rows]) => (
          <section key={heading}>
            <h3>{heading}</h3>
            <dl>
              {rows.map(([label, keys]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>
                    <kbd>{keys}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}

function sections(): readonly (readonly [string, readonly Row[]])[] {
  return [
    ["Text", [...rowsOf("format"), ...rowsOf("colour"), ["Link", keysText("Mod-k")]]],
    ["Turn into", rowsOf("turn into")],
    ["Blocks", [...rowsOf("block"), ...rowsOf("list"), ...rowsOf("insert")]],
    ["Code", rowsOf("code")],
    ["A selected picture", [...rowsOf("picture"), ["Alt text", keysText(ALT_TEXT_KEYS)]]],
    [
      "Page",
      [
        rowOf(UNDO),
        rowOf(REDO),
        ["Go to the toolbar", keysText("Alt-F10")],
        ["Back to the text", "Esc"],
        ["Documents", keysText("Mod-\\")],
        ["This list", keysText("Mod-/")],
      ],
    ],
    ["As you type", AS_YOU_TYPE],
  ];
}

const AS_YOU_TYPE: readonly Row[] = [
  ["Everything a line can be", "/"],
  ["Heading", "# to ######"],
  ["Bullet list", "- or *"],
  ["Numbered list", "1."],
  ["Task list", "[]"],
  ["Quote", ">"],
  ["Code block", "```"],
  ["Callout", "[!note]"],
  ["Toggle", ">>"],
  ["Divider", "---"],
  ["Bold, italic", "**a**  *a*"],
  ["Strikethrough, code", "~~a~~  `a`"],
  ["Formula", "$$a$$"],
  ["Formula on its own line", "$$"],
];

function rowsOf(group: EditorCommand["group"]): Row[] {
  const all: readonly EditorCommand[] = Object.values(commands);
  return all.filter((command) => command.group === group && command.shortcut !== undefined).map(rowOf);
}

const rowOf = ({ label, shortcut = "" }: Pick<EditorCommand, "label" | "shortcut">): Row => [label, keysText(shortcut)];
