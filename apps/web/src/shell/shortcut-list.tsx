import { commands, type EditorCommand } from "@sheaf/editor";
import { useState } from "react";
import { KEY_NAMES } from "../words/keys.ts";
import { PICTURES } from "../words/pictures.ts";
import { SHORTCUTS, TYPED } from "../words/shortcuts.ts";
import { REDO, UNDO } from "./actions.ts";
import { ALT_TEXT_KEYS, keysText } from "./keys-text.ts";
import { fit } from "./match.ts";
import { OTHER_KEYS, PAGE_ACTIONS } from "./page-actions.ts";

type Row = readonly [label: string, keys: string];

/** All of them from the registries that the keys are bound from, and less the more one types. */
export function ShortcutList() {
  const [wanted, setWanted] = useState("");
  const found = sections()
    .map(([heading, rows]) => [heading, rows.filter((row) => isWanted(heading, row, wanted))] as const)
    .filter(([, rows]) => rows.length > 0);
  return (
    <>
      <div className="sheet-search">
        <input
          type="text"
          role="searchbox"
          className="field"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          placeholder={SHORTCUTS.find}
          aria-label={SHORTCUTS.find}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </div>
      <div className="sheet-body">
        {found.map(([heading, rows]) => (
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
        {found.length === 0 && <p className="sheet-empty">{SHORTCUTS.nothing(wanted.trim())}</p>}
      </div>
    </>
  );
}

/** By its name, or by its keys as they are written here. */
function isWanted(heading: string, [label, keys]: Row, wanted: string): boolean {
  const plain = wanted.trim().toLocaleLowerCase();
  return fit(`${label} ${heading}`, wanted) !== undefined || keys.toLocaleLowerCase().startsWith(plain);
}

function sections(): readonly (readonly [string, readonly Row[]])[] {
  return [
    [SHORTCUTS.text, [...rowsOf("format"), ...rowsOf("colour")]],
    [SHORTCUTS.turnInto, rowsOf("turn into")],
    [SHORTCUTS.blocks, [...rowsOf("block"), ...rowsOf("list"), ...rowsOf("insert")]],
    [SHORTCUTS.code, rowsOf("code")],
    [SHORTCUTS.tables, rowsOf("table")],
    [SHORTCUTS.picture, [...rowsOf("picture"), [PICTURES.altText, keysText(ALT_TEXT_KEYS)]]],
    [
      SHORTCUTS.page,
      [
        rowOf(UNDO),
        rowOf(REDO),
        ...PAGE_ACTIONS.filter(({ shortcut }) => shortcut !== undefined).map(rowOf),
        ...OTHER_KEYS.map(([label, shortcut]): Row => [label, keysText(shortcut)]),
      ],
    ],
    [SHORTCUTS.keys, rowsOf("key")],
    [SHORTCUTS.asYouType, AS_YOU_TYPE],
  ];
}

const AS_YOU_TYPE: readonly Row[] = [
  [TYPED.anything, "/"],
  [TYPED.heading, TYPED.headingSigns],
  [TYPED.bullet, TYPED.bulletSigns],
  [TYPED.numbered, "1."],
  [TYPED.task, "[]"],
  [TYPED.quote, ">"],
  [TYPED.codeBlock, "```"],
  [TYPED.callout, "[!note]"],
  [TYPED.toggle, ">>"],
  [TYPED.divider, "---"],
  [TYPED.boldItalic, "**a**  *a*"],
  [TYPED.strikeCode, "~~a~~  `a`"],
  [TYPED.math, "$$a$$"],
  [TYPED.mathBlock, "$$"],
  [TYPED.link, "https://…"],
  [TYPED.asTyped, KEY_NAMES.backspace],
];

function rowsOf(group: EditorCommand["group"]): Row[] {
  const all: readonly EditorCommand[] = Object.values(commands);
  return all.filter((command) => command.group === group && command.shortcut !== undefined).map(rowOf);
}

const rowOf = ({ label, shortcut = "" }: Pick<EditorCommand, "label" | "shortcut">): Row => [label, keysText(shortcut)];
